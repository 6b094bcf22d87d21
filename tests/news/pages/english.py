"""News sites, blogs, magazines and wires, mostly in English."""

from __future__ import annotations

from tests.news.pages.corpus import (
    BANNER,
    CAPTION,
    COMMENT,
    FOOT,
    LETTER,
    LINKS,
    MORE,
    NAV,
    STORY,
    TEASER,
    Text,
    doc,
    ld,
    metas,
    page,
)  # fmt: skip

SITE = "Harbour Courier"


@page(
    "cables",
    authors="Maren Holt",
    published=("2026-11-19T08:12:30+00:00", "json-ld", "second"),
    modified="2026-11-19T10:00:00+00:00",
)
def newspaper_with_json_ld(text: Text) -> str:
    article = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": text.title,
        "datePublished": "2026-11-19T09:12:30+01:00",
        "dateModified": "2026-11-19T10:00:00Z",
        "author": [{"@type": "Person", "name": "Maren Holt"}],
        "publisher": {"@type": "Organization", "name": SITE},
    }
    return doc(ld(article), f"""{BANNER}<header>{NAV}</header><main><article><h1>{text.title}</h1><p class="byline">By Maren Holt</p>
      <figure><img src="/a.jpg"><figcaption>{CAPTION}</figcaption></figure><div class="story">{text.p()}</div></article>
      <aside class="related"><h2>Related</h2><ul>{LINKS}</ul></aside></main>{FOOT}""", title=f"{text.title} | {SITE}")  # fmt: skip


@page(
    "substations",
    authors="Ola Brandt; Ruth Kemi",
    published=("2026-11-18T05:30:00+00:00", "json-ld", "second"),
    modified="2026-11-20T07:00:00+00:00",
)
def wordpress_graph(text: Text) -> str:
    graph = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "Organization", "name": "Grid Post", "datePublished": "2011-01-01"},
            {
                "@type": "WebPage",
                "@id": STORY,
                "url": STORY,
                "name": f"{text.title} - Grid Post",
                "datePublished": "2026-11-18T05:30:00+00:00",
            },
            {
                "@type": ["Article", "NewsArticle"],
                "headline": text.title,
                "mainEntityOfPage": {"@id": STORY},
                "author": [{"name": "Ola Brandt"}, {"name": "Ruth Kemi"}],
                "datePublished": "2026-11-18T05:30:00+00:00",
                "dateModified": "2026-11-20T07:00:00+00:00",
            },
        ],
    }
    return doc(ld(graph) + metas(og__site_name="Grid Post", og__title=f"{text.title} - Grid Post", og__type="article"), f"""
      <div id="page" class="site"><header class="site-header">{NAV}</header><div id="content"><article class="post-1 hentry"><header class="entry-header">
      <h1 class="entry-title">{text.title}</h1><div class="entry-meta"><span class="posted-on">November 18, 2026</span></div></header><div class="entry-content">{text.p()}
      <div class="sharedaddy"><h3>Share this:</h3><a href="#">Email</a></div></div></article>
      <div id="comments" class="comments-area"><h2>2 thoughts</h2><ol class="comment-list"><li><p>{COMMENT}</p></li></ol></div></div>
      <div id="secondary" class="widget-area"><h2>Recent</h2><ul>{LINKS}</ul></div></div>{FOOT}""", title=f"{text.title} - Grid Post")  # fmt: skip


@page("chillers", authors="I. Danso", published=("2026-11-17T04:00:00+00:00", "json-ld", "second"))
def amp_page(text: Text) -> str:
    data = {
        "@type": "NewsArticle",
        "mainEntityOfPage": STORY,
        "headline": text.title,
        "author": "I. Danso",
        "datePublished": "2026-11-17T12:00:00+08:00",
    }
    return f"""<!doctype html><html ⚡ lang="en"><head><meta charset="utf-8"><title>{text.title}</title><link rel="canonical" href="{STORY}">{ld(data)}
      <style amp-boilerplate>body{{-webkit-animation:-amp-start 8s}}</style><script async src="https://cdn.example/v0.js"></script></head><body>
      <amp-sidebar id="s" layout="nodisplay" hidden><ul>{LINKS}</ul></amp-sidebar><amp-consent id="c" layout="nodisplay" class="cookie-consent"><div>{BANNER}</div></amp-consent>
      <article class="amp-wp-article"><header><h1 class="amp-wp-title">{text.title}</h1></header><amp-img src="/a.jpg" width="1" height="1"></amp-img>
      <div class="amp-wp-article-content">{text.p()}</div></article><amp-ad type="x"></amp-ad>{FOOT}</body></html>"""


@page("tariff", published=("2026-11-16T00:00:00+00:00", "meta", "day"), authors="Lena Fisk")
def meta_tags_without_zone(text: Text) -> str:
    head = '<meta name="pubdate" content="2026-11-16 23:40:00"><meta name="author" content="Lena Fisk"><meta name="description" content="x">'
    return doc(head, f'{NAV}<div class="main"><h1>{text.title}</h1>{text.p()}</div><div class="right-rail trending"><ul>{LINKS}</ul></div>{FOOT}',
               title=f"{text.title} :: Customs Daily")  # fmt: skip


@page("chips", published=("2026-11-15T18:05:00+00:00", "meta", "second"))
def open_graph_only(text: Text) -> str:
    head = metas(
        og__title=f"{text.title} | {SITE}",
        og__type="article",
        og__site_name=SITE,
        article__published_time="2026-11-15T18:05:00Z",
        og__description="A night shift",
    )
    return doc(head, f"""<div class="css-1a2b"><div class="css-9z">{BANNER}</div><section class="css-3c"><div class="css-4d">{text.p("div")}</div></section>
      <section class="css-77"><div class="newsletter-box"><p>{LETTER}</p></div></section></div>""")  # fmt: skip


@page(
    "water",
    authors="Dolores Vega",
    published=("2026-11-14T17:00:00+00:00", "meta", "second"),
    modified="2026-11-15T09:00:00+00:00",
)
def microdata(text: Text) -> str:
    return doc("", f"""{NAV}<div itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">{text.title}</h1>
      <span itemprop="author" itemscope itemtype="https://schema.org/Person"><span itemprop="name">Dolores Vega</span></span>
      <time itemprop="datePublished" datetime="2026-11-14T10:00:00-07:00">Nov 14</time><meta itemprop="dateModified" content="2026-11-15T09:00:00Z">
      <div itemprop="articleBody">{text.p()}</div></div><div class="recommended"><ul>{LINKS}</ul></div>{FOOT}""", title=text.title)  # fmt: skip


@page("cables", published=("2026-11-20T00:00:00+00:00", "shown", "day"), authors="Maren Holt")
def date_only_beside_the_headline(text: Text) -> str:
    return doc("", f"""{NAV}<main><p class="kicker">Power</p><h1>{text.title}</h1><p class="meta">By Maren Holt | 20 November 2026</p>{text.p()}
      <div class="teasers"><div><h4>{MORE}</h4><span>3 May 2024</span><p>{TEASER}</p></div></div></main>{FOOT}""", title=text.title)  # fmt: skip


@page(
    "substations",
    published=("2026-11-18T07:45:00+00:00", "shown", "minute"),
    modified="2026-11-19T09:00:00+00:00",
)
def published_and_updated_shown(text: Text) -> str:
    return doc("", f"""<main><h1>{text.title}</h1><div class="stamp">Published: 18 November 2026 07:45 GMT <br> Updated: 19 November 2026 09:00 GMT</div>
      {text.p()}</main><aside><ul>{LINKS}</ul></aside>""", title=text.title)  # fmt: skip


@page("tariff")
def day_and_month_in_either_order(text: Text) -> str:
    return doc(
        "",
        f'<main><h1>{text.title}</h1><div class="date">03/04/2026</div>{text.p()}</main>{FOOT}',
        title=text.title,
    )


@page("chips")
def date_in_the_future(text: Text) -> str:
    data = {"@type": "NewsArticle", "headline": text.title, "datePublished": "2027-11-25T08:00:00Z"}
    return doc(ld(data), f"<main><h1>{text.title}</h1>{text.p()}</main>", title=text.title)


@page("chillers", authors="I. Danso", modified="2026-11-19T08:00:00+00:00")
def only_an_update_is_stated(text: Text) -> str:
    data = {
        "@type": "NewsArticle",
        "headline": text.title,
        "dateModified": "2026-11-19T08:00:00Z",
        "author": {"name": "I. Danso"},
    }
    return doc(
        ld(data),
        f'<main><h1>{text.title}</h1><time class="updated" datetime="2026-11-19T08:00:00Z">Updated 19 Nov</time>{text.p()}</main>',
        title=text.title,
    )


@page(
    "water",
    url="https://outlet.example/2026/11/12/town-votes",
    published=("2026-11-12T00:00:00+00:00", "url", "day"),
    modified="2026-11-20T08:00:00+00:00",
)
def update_given_as_publication(text: Text) -> str:
    data = {
        "@type": "NewsArticle",
        "headline": text.title,
        "datePublished": "2026-11-20T08:00:00Z",
        "dateModified": "2026-11-20T08:00:00Z",
    }
    return doc(ld(data), f"<main><h1>{text.title}</h1>{text.p()}</main>", title=text.title)


@page("chips", url="https://outlet.example/2024/05/03/night-shift")
def dates_that_contradict_each_other(text: Text) -> str:
    data = {"@type": "NewsArticle", "headline": text.title, "datePublished": "2026-11-20T08:00:00Z"}
    return doc(ld(data), f"<main><h1>{text.title}</h1>{text.p()}</main>", title=text.title)


@page("cables")
def json_ld_of_another_article(text: Text) -> str:
    other = {
        "@type": "NewsArticle",
        "headline": MORE,
        "url": "https://outlet.example/other",
        "datePublished": "2026-10-01T08:00:00Z",
        "author": {"name": "Someone Else"},
        "articleBody": TEASER * 20,
    }
    return doc(ld(other), f"{NAV}<main><h1>{text.title}</h1>{text.p()}</main>{FOOT}", title=text.title)


@page("tariff", published=("2026-11-19T08:00:00+00:00", "json-ld", "second"))
def item_list_of_related_articles(text: Text) -> str:
    related = [
        {
            "@type": "NewsArticle",
            "headline": f"{MORE} {n}",
            "url": f"/s/{n}",
            "datePublished": f"2025-0{n + 1}-02",
        }
        for n in range(5)
    ]
    own = {
        "@type": "ReportageNewsArticle",
        "headline": text.title,
        "url": "/story",
        "datePublished": "2026-11-19T08:00:00Z",
    }
    return doc(
        ld({"@type": "ItemList", "itemListElement": related}) + ld(related) + ld(own),
        f"<main><h1>{text.title}</h1>{text.p()}</main>",
        title=text.title,
    )


@page("substations", published=("2026-11-19T08:00:00+00:00", "json-ld", "second"), authors="Ruth Kemi")
def broken_json_ld_that_can_be_read(text: Text) -> str:
    return doc(f"""<script type="application/ld+json"><!-- {{"@type": "NewsArticle", "headline": "{text.title}", "datePublished": "2026-11-19T08:00:00Z",
      "author": {{"name": "Ruth Kemi",}},}} --></script>""", f"<main><h1>{text.title}</h1>{text.p()}</main>", title=text.title)  # fmt: skip


@page("substations", published=("2026-11-18T08:00:00+00:00", "meta", "second"))
def broken_json_ld_that_cannot(text: Text) -> str:
    head = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2026-</script>'
        + metas(article__published_time="2026-11-18T08:00:00Z")
    )
    return doc(head, f"<main><h1>{text.title}</h1>{text.p()}</main>", title=text.title)


@page("water", published=("2026-11-13T12:00:00+00:00", "json-ld", "second"))
def article_body_only_in_json_ld(text: Text) -> str:
    data = {
        "@type": "NewsArticle",
        "headline": text.title,
        "datePublished": "2026-11-13T12:00:00Z",
        "articleBody": "\n\n".join(text.paragraphs),
    }
    return doc(
        ld(data),
        f'<div id="root"><h1>{text.title}</h1><div class="skeleton"></div></div><ul class="trending">{LINKS}</ul>',
        title=text.title,
    )


@page(
    "chips",
    state="live",
    published=("2026-11-20T06:00:00+00:00", "json-ld", "second"),
    modified="2026-11-20T15:30:00+00:00",
    title="Chip shortage: the day as it happened",
)
def live_blog_with_json_ld(text: Text) -> str:
    title = "Chip shortage: the day as it happened"
    posts = [
        {
            "@type": "BlogPosting",
            "headline": f"Entry {n}",
            "datePublished": f"2026-11-20T1{n}:00:00Z",
            "articleBody": line,
        }
        for n, line in enumerate(text.paragraphs)
    ]
    data = {
        "@type": "LiveBlogPosting",
        "headline": title,
        "datePublished": "2026-11-20T06:00:00Z",
        "dateModified": "2026-11-20T15:30:00Z",
        "liveBlogUpdate": posts,
    }
    entries = "".join(
        f'<div class="live-blog__entry"><time datetime="2026-11-20T1{n}:00:00Z">1{n}:00</time><p>{line}</p></div>'
        for n, line in enumerate(text.paragraphs)
    )
    return doc(
        ld(data),
        f'{NAV}<main><article class="live-blog"><h1>{title}</h1>{entries}</article></main>{FOOT}',
        title=title,
    )


@page("cables", state="live", title="Live: cable summit in Aberdeen")
def live_blog_by_markup(text: Text) -> str:
    entries = "".join(
        f'<section class="liveblog-post"><h3>10.{n}0</h3><p>{line}</p></section>'
        for n, line in enumerate(text.paragraphs)
    )
    return doc(
        "",
        f'{NAV}<main><h1>Live: cable summit in Aberdeen</h1><div class="liveblog">{entries}</div></main>{FOOT}',
        title="Live: cable summit in Aberdeen | Courier",
    )


@page("substations", state="gallery", title="In pictures: nine unfinished substations")
def picture_gallery(text: Text) -> str:
    figures = "".join(
        f'<figure><img src="/p{n}.jpg" alt=""><figcaption>{line}</figcaption></figure>'
        for n, line in enumerate(text.paragraphs)
    )
    return doc(ld({"@type": "ImageGallery", "name": "In pictures: nine unfinished substations"}), f"""{NAV}<main><h1>In pictures: nine unfinished substations</h1>
      <div class="gallery">{figures}</div></main><ul class="most-read">{LINKS}</ul>{FOOT}""", title="In pictures: nine unfinished substations")  # fmt: skip
