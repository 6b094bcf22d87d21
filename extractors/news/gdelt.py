"""The article list of GDELT's DOC API (`mode=artlist&format=json`), an index of what others publish.

Its shape is that of public clients (https://github.com/alex9smith/gdelt-doc-api); no answer of the service has been
recorded here. Whatever else it answers, a sentence about the query above all, is no feed.
"""

from __future__ import annotations

from extractors.news.datetext import feed_date
from extractors.news.items import Given, Reading, Seen, read_items
from extractors.news.jsonfeed import loaded, text_of


def read_gdelt(text: str, seen: Seen) -> Reading | None:
    """The reading of an article list; None when the text is none.

    `seendate` is when GDELT came upon a page, which is no date of publication: it only says how fresh the list is.
    """
    answer = loaded(text.lstrip("\ufeff \r\n\t"))
    articles = answer.get("articles") if isinstance(answer, dict) else None
    if answer != {} and not isinstance(articles, list):
        return None
    return read_items("gdelt", None, articles or [], _given, seen)


def _given(article: object) -> Given:
    if not isinstance(article, dict):
        return Given(link=None)
    return Given(
        link=text_of(article, "url"),
        title=text_of(article, "title"),
        updated=feed_date(text_of(article, "seendate")),
    )
