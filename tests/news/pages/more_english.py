"""Podcasts, newsletters, blogs, notices, releases, copies, and pages in other languages."""

from __future__ import annotations

from tests.news.pages.corpus import (
    COMMENT,
    FOOT,
    HIDDEN,
    LETTER,
    LINKS,
    MORE,
    NAV,
    PROMO,
    RIGHTS,
    Text,
    doc,
    ld,
    metas,
    page,
)  # fmt: skip

SITE = "Harbour Courier"


@page(
    "podcast",
    enclosure="https://media.example/41.mp3",
    published=("2026-11-20T05:00:00+00:00", "json-ld", "second"),
    authors="Pia Lund",
)
def podcast_episode(text: Text) -> str:
    data = {
        "@type": "PodcastEpisode",
        "headline": text.title,
        "name": text.title,
        "datePublished": "2026-11-20T05:00:00Z",
        "author": {"@type": "Person", "name": "Pia Lund"},
        "associatedMedia": {"@type": "MediaObject", "contentUrl": "https://media.example/41.mp3"},
    }
    return doc(
        ld(data),
        f'{NAV}<main><h1>{text.title}</h1><audio controls src="https://media.example/41.mp3"></audio><div class="notes">{text.p()}</div></main>{FOOT}',
        title=text.title,
    )


@page("water", enclosure="https://outlet.example/v/town.mp4")
def article_with_a_video(text: Text) -> str:
    return doc(
        "",
        f'<main><h1>{text.title}</h1><video controls><source src="/v/town.mp4" type="video/mp4"></video>{text.p()}</main>{FOOT}',
        title=text.title,
    )


@page("cables", authors="Maren Holt", published=("2026-11-20T09:00:00+00:00", "meta", "second"))
def newsletter_site(text: Text) -> str:
    head = (
        metas(og__title=text.title, og__type="article", article__published_time="2026-11-20T09:00:00Z")
        + '<meta name="author" content="Maren Holt">'
    )
    return doc(head, f"""<div id="main"><div class="topbar"><a href="/">The Weekly Ohm</a><button>Subscribe</button></div><article class="typography newsletter-post post">
      <div class="post-header"><h1 class="post-title">{text.title}</h1><h3 class="subtitle">On queues</h3></div><div class="available-content"><div class="body markup">{text.p(stop=3)}
      <div class="subscription-widget-wrap"><div class="subscribe"><p>{LETTER}</p><form><input><button>Subscribe now</button></form></div></div>{text.p(start=3)}</div></div></article>
      <div class="comments-section"><div class="comment"><p>{COMMENT}</p></div></div></div>""", title=f"{text.title} - by Maren Holt")  # fmt: skip


@page("tariff", absent=(HIDDEN, COMMENT, LETTER, PROMO, RIGHTS))
def hidden_text_and_boxes(text: Text) -> str:
    return doc("", f"""<main><h1>{text.title}</h1>{text.p(stop=2)}<p style="display:none">{HIDDEN}</p><div hidden><p>{HIDDEN}</p></div><p style="color:red;visibility: hidden">{HIDDEN}</p>
      <form class="newsletter-signup"><p>{LETTER}</p></form>{text.p(start=2)}<aside class="promo"><p>{PROMO}</p></aside></main>
      <section id="comments"><article class="comment"><p>{COMMENT}</p></article></section>{FOOT}""", title=text.title)  # fmt: skip


@page("chillers", partial=True, url="https://outlet.example/long-read.html")
def first_of_three_pages(text: Text) -> str:
    pager = '<div class="pages"><b>1</b> <a href="/long-read_2.html">2</a> <a href="/long-read_3.html">3</a> <a href="/long-read_2.html">Next page</a></div>'
    return doc(
        "",
        f'<main><h1>{text.title}</h1><div class="text">{text.p()}</div>{pager}</main>{FOOT}',
        title=text.title,
    )


@page("chips")
def blog_with_next_post(text: Text) -> str:
    return doc('<link rel="next" href="/another-post">', f"""<div class="post"><h2 class="title"><a href="/story">{text.title}</a></h2><div class="entry">{text.p()}</div>
      <div class="post-nav"><a rel="prev" href="/older">Older</a><a rel="next" href="/another-post">Next</a></div></div>""", title=f"{text.title} | A Bench of My Own")  # fmt: skip


@page("notice", published=("2026-11-13T00:00:00+00:00", "shown", "day"))
def government_notice(text: Text) -> str:
    return doc("", f"""<header role="banner"><a href="/">GOV</a></header><main id="content"><span class="caption">Notice</span><h1>{text.title}</h1>
      <dl class="metadata"><dt>From:</dt><dd>Tariff Classification Service</dd><dt>Published</dt><dd>Published 13 November 2026</dd></dl>
      <div class="govspeak">{text.p()}</div><nav class="contents"><ol>{LINKS}</ol></nav></main>{FOOT}""", title=f"{text.title} - GOV")  # fmt: skip


@page(
    "release",
    published=("2026-11-17T07:00:00+00:00", "meta", "second"),
    syndication=("PR Newswire", "prnewswire"),
)
def press_release_on_a_portal(text: Text) -> str:
    return doc('<meta name="date" content="2026-11-17T02:00:00-05:00">', f"""{NAV}<main><h1>{text.title}</h1><div class="release-body">{text.p()}<p>SOURCE: PR Newswire</p></div></main>{FOOT}""",
               title=text.title)  # fmt: skip


@page("cables", syndication=("originally published by Nikkei Asia", "nikkei"))
def copy_with_a_closing_note(text: Text) -> str:
    return doc(
        "",
        f"<main><h1>{text.title}</h1>{text.p()}<p><em>This article was originally published by Nikkei Asia.</em></p></main>{FOOT}",
        title=text.title,
    )


@page("chillers", syndication=("Source: CNBC", "cnbc"))
def copy_with_a_source_line(text: Text) -> str:
    return doc(
        "",
        f'<div class="wrap"><h1>{text.title}</h1><div class="content">{text.p()}<p>Source: CNBC</p></div></div>{FOOT}',
        title=text.title,
    )


@page(
    "substations",
    syndication=("(Reuters)", "reuters"),
    first="A regional grid operator has put off nine substations because high-voltage switchgear will not arrive in time.",
)
def wire_copy_with_a_dateline(text: Text) -> str:
    opened = f"<p>LONDON, Nov 19 (Reuters) - {text.paragraphs[0]}</p>"
    return doc("", f"<main><h1>{text.title}</h1>{opened}{text.p(start=1)}</main>{FOOT}", title=text.title)


@page("water", syndication=("first appeared on The Desert Ledger", None), authors="Dolores Vega")
def copy_from_an_unknown_outlet(text: Text) -> str:
    return doc('<meta name="author" content="Dolores Vega">', f"""<main><h1>{text.title}</h1>{text.p()}
      <p>The post {text.title} first appeared on the blog. This story first appeared on The Desert Ledger.</p></main>""", title=text.title)  # fmt: skip


@page("chips", title="Foundry adds a night shift for power chips")
def logo_in_an_h1(text: Text) -> str:
    return doc(metas(og__title=f"{SITE}: {text.title}", og__site_name=SITE), f"""<h1 class="logo"><a href="/">{SITE}</a></h1>{NAV}<div class="article"><h2>{text.title}</h2>{text.p()}</div>{FOOT}""",
               title=f"{text.title} — {SITE}")  # fmt: skip


@page("tariff")
def nineties_tables_and_breaks(text: Text) -> str:
    return f"""<html><head><title>{text.title}</title></head><body bgcolor="#ffffff"><table width="760"><tr><td width="150" valign="top"><font size="1"><a href="/a">Home</a><br><a href="/b">{MORE}</a></font></td>
      <td><font size="5"><b>{text.title}</b></font><br><br><font size="2">{text.lines()}</font></td></tr></table><hr><center><font size="1">{RIGHTS}</font></center></body></html>"""


@page("speicher_de", published=("2026-11-19T09:15:00+00:00", "shown", "minute"), authors="Jörg Ahlers")
def german_paper(text: Text) -> str:
    return doc("", f"""<main><h1>{text.title}</h1><div class="autor">Von <a rel="author" href="/ja">Jörg Ahlers</a></div><time datetime="2026-11-19T10:15+01:00">19. November 2026, 10:15 Uhr</time>
      {text.p()}</main>""", lang="de-DE", title=text.title)  # fmt: skip


@page("pin_vi")
def vietnamese_portal(text: Text) -> str:
    return doc(
        "",
        f'<div class="detail"><h1>{text.title}</h1><div class="detail-content">{text.p()}</div></div>',
        lang="vi",
        title=text.title,
    )


@page("denchi_ja", published=("2026-11-19T00:00:00+00:00", "shown", "day"))
def japanese_portal(text: Text) -> str:
    return doc(
        "",
        f'<main><h1>{text.title}</h1><p class="date">2026年11月19日 18:00</p><div class="body">{text.p()}</div></main>',
        lang="en",
        title=f"{text.title}｜電力新報",
    )


@page("byeonapgi_ko", published=("2026-11-19T01:00:00+00:00", "json-ld", "second"))
def korean_portal(text: Text) -> str:
    data = {
        "@type": "http://schema.org/NewsArticle",
        "headline": text.title,
        "datePublished": "2026-11-19T10:00:00+09:00",
    }
    return doc(
        ld(data),
        f'<div id="article-view"><h1>{text.title}</h1><div id="article-view-content-div">{text.p()}</div></div>',
        lang="ko",
        title=text.title,
    )
