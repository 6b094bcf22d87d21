"""Walls in front of an article: consent, payment, signing in. What is said by one is never taken for the article."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from contracts.errors import SourceChanged
from extractors.news.language import letters
from extractors.news.pagehead import Head
from extractors.news.pageparts import is_furniture

MIN_BODY_LETTERS, SHORT_BODY_LETTERS, TEASER_LETTERS = 40, 500, 120
MAX_COUNTED_CHARACTERS = 50_000
MAX_WALL_CHARACTERS = 300
_LOOK_CHARACTERS = 6_000

_NEEDS = re.compile(
    r"(?:subscribe|sign ?(?:in|up)|log ?in|register|become a (?:member|subscriber)|join)\b[^.]{0,40}?\bto (?:continue|keep|read|unlock|access)"
    r"|(?:already|are you) a (?:subscriber|member)|subscribers? only|(?:for|available to|exclusive to|reserved for) (?:\w+ ){0,2}subscribers"
    r"|(?:to (?:continue|keep) reading|to read the (?:full|rest)|unlock (?:this|the full) (?:article|story))"
    r"|(?:your (?:free )?preview|free articles? (?:left|remaining|this month))|paywall"
    r"|subscribe (?:now|today)"
    r"|(?:订阅|登录|登入|注册|购买|付费|开通会员|訂閱|付費)(?:后|後|即可|可|会员|會員)?.{0,8}(?:阅读|查看|閱讀|看)(?:全文|更多|剩余|完整)?|付费阅读|试读结束|剩余\s*\d+\s*%|本文为付费|會員專屬|会员专享",
    re.IGNORECASE,
)  # fmt: skip
_STRONG = re.compile(
    r"to (?:continue|keep) reading|to read the (?:full|rest)|unlock (?:this|the full)|already a (?:subscriber|member)|subscribers only"
    r"|(?:article|story|content|post) is (?:only )?(?:available )?(?:for|to) (?:\w+ )?subscribers|your (?:free )?preview"
    r"|(?:阅读|查看|閱讀|看)(?:剩余|完整)?全文|试读结束|剩余\s*\d+\s*%|付费阅读|会员专享|會員專屬",
    re.IGNORECASE,
)
_WALL_NAMES = re.compile(
    r"paywall|regwall|meter(?:ed)?-|subscriber-only|subscription-(?:wall|required)|piano-|premium-(?:wall|lock)|content-lock|pay-?wall",
    re.I,
)
_CONSENT = re.compile(
    r"cookie|before you continue|consent|privacy|personal(?:ised|ized)? (?:data|ads?)|legitimate interest|our partners|vendors|同意|隐私|隱私|個資|个人信息|einwillig|datenschutz",
    re.IGNORECASE,
)
_CONSENT_WORDS = (
    "cookie",
    "continue",
    "consent",
    "privacy",
    "personal",
    "legitimate",
    "partners",
    "vendors",
    "同意",
    "隐私",
    "隱私",
    "個資",
    "个人信息",
    "einwillig",
    "datenschutz",
)
_ASKS = re.compile(
    r"accept|agree|consent|reject|manage (?:options|choices|settings)|同意|接受|拒绝|zustimmen|akzeptieren",
    re.IGNORECASE,
)
# Words without which a walk over the page finds nothing: looked for in its source first, because walks are slow.
_WALL_WORDS = (
    "to continue", "to keep", "to read", "to unlock", "to access", "unlock th", "a subscriber", "a member", "subscribers", "subscriber-only", "preview", "free article",
    "paywall", "pay-wall", "regwall", "metered", "meter-", "subscribe now", "subscribe today", "subscription-", "piano-", "premium-", "content-lock",
    "订阅", "登录", "登入", "注册", "付费", "訂閱", "付費", "会员", "會員", "试读", "剩余",
)  # fmt: skip
_SENTENCE = re.compile(r"[.!?。！？]\s*|\n")


def none_here(state: str, count: int, looks: str) -> SourceChanged:
    """The refusal of a page without an article."""
    return SourceChanged(f"{state}: {count} letters of text; the page looks like {looks}")


def has_any(words: Iterable[str], source: str) -> bool:
    """Whether one of the words is in a text."""
    for word in words:  # noqa: SIM110 - any() of a generator takes three times as long
        if word in source:
            return True
    return False


def heading_text(element: Any) -> str:
    """The text of a headline, blanks folded, at most 200 characters."""
    return " ".join("".join(element.itertext())[:200].split())


def refuse_consent(tree: Any, head: Head, body: str, count: int) -> None:
    """A wall of consent: most of its sentences are about it, it asks for an answer, and it claims no article."""
    if head.article or count >= 8 * SHORT_BODY_LETTERS:
        return
    headings = [text for text in map(heading_text, head.headings) if text]
    if count < MIN_BODY_LETTERS and headings and not any(map(_CONSENT.search, (*headings, *head.titles))):
        return
    shown = body if count >= MIN_BODY_LETTERS else _visible(tree)
    if not (has_any(_CONSENT_WORDS, shown.lower()) and _CONSENT.search(shown)):
        return
    sentences = [part for part in _SENTENCE.split(shown[:_LOOK_CHARACTERS]) if letters(part) > 3]
    about = sum(1 for part in sentences if _CONSENT.search(part))
    asked = (shown, *map(heading_text, list(tree.iter("button", "a"))[:60]))
    if (
        any(map(_ASKS.search, asked))
        and 3 * about >= len(sentences)
        and (count < MIN_BODY_LETTERS or 2 * about >= len(sentences))
    ):
        raise none_here("consent", count, "a page that asks for consent")


def wall_words(tree: Any, head: Head, source: str, body: str, count: int) -> str | None:
    """What shows that a wall holds the rest of the text; None where nothing does. `source`: the page in lower case."""
    if not (has_any(_WALL_WORDS, source) or _says_closed(head)):
        return None
    closed = _says_closed(head)
    form = _STRONG if count >= SHORT_BODY_LETTERS else _NEEDS
    for line in reversed(body.split("\n")[-8:]):
        if len(line) < MAX_WALL_CHARACTERS and _needs(line, form):
            return line
    barrier = _barrier(tree) if closed or count < 4 * SHORT_BODY_LETTERS else None
    if barrier and (closed or count < SHORT_BODY_LETTERS or _STRONG.search(barrier)):
        return barrier
    stated = head.article.get("wordCount")
    words = int(str(stated)) if str(stated).isdigit() else 0
    short = words > 100 and len(body.split()) < 0.6 * words and not is_han(body)
    return "the text is said not to be free" if closed and (short or count < 2 * TEASER_LETTERS) else None


def _needs(text: str, form: re.Pattern[str] = _NEEDS) -> bool:
    return has_any(_WALL_WORDS, text.lower()) and form.search(text) is not None


def _says_closed(head: Head) -> bool:
    given = (
        head.article.get("isAccessibleForFree"),
        head.page.get("isAccessibleForFree"),
        *head.meta("article:content_tier"),
    )
    return any(str(value).lower() in ("false", "locked", "metered") for value in given if value is not None)


def _barrier(tree: Any) -> str | None:
    """The words of a wall that stands in the page's own part."""
    for element in tree.iter("div", "section", "p", "aside", "h2", "h3"):
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        walled = len(names) > 1 and _WALL_NAMES.search(names) is not None
        if element.tag in ("p", "h2", "h3") or walled:
            text = " ".join("".join(element.itertext())[:1000].split())
            if len(text) < 600 and _needs(text) and (walled or not is_furniture(element)):
                return text
    return None


def free_of(body: str, wall: str) -> str:
    """The lines of a body that are not a wall's own words; `SourceChanged` where too little is left to be its beginning."""
    kept = (
        line
        for line in body.split("\n")
        if not (len(line) < MAX_WALL_CHARACTERS and (line in wall or _needs(line)))
    )
    free = "\n".join(kept)
    count = letters(free[:MAX_COUNTED_CHARACTERS])
    if count < (TEASER_LETTERS // 3 if is_han(free) else TEASER_LETTERS):
        raise none_here("paywall", count, "a page that asks readers to pay or sign in")
    return free


def is_han(text: str) -> bool:
    """Whether a text is Chinese enough to count its characters, not its words."""
    return sum(1 for c in text[:400] if "\u4e00" <= c <= "\u9fff") > 40


def _visible(tree: Any) -> str:
    body = tree.find(".//body")
    return " ".join(
        part
        for part in (body if body is not None else tree).itertext(
            "p", "div", "h1", "h2", "span", "button", "li", "title"
        )
    )[:_LOOK_CHARACTERS]
