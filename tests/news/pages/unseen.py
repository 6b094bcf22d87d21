"""Pages written after the reader, on markup it was not made with; three of fourteen came out wrong at first and were mended."""

from __future__ import annotations

from tests.news.pages.corpus import (
    CAPTION,
    COMMENT,
    FOOT,
    HIDDEN,
    LETTER,
    LINKS,
    MORE,
    NAV,
    PROMO,
    RELATED_ZH,
    TEASER,
    Text,
    doc,
    ld,
    metas,
    page,
)


@page("cables", authors="Tomas Reyl", published=("2026-11-19T13:20:00+00:00", "json-ld", "second"))
def magazine_with_drop_cap(text: Text) -> str:
    data = {
        "@type": "AnalysisNewsArticle",
        "headline": text.title,
        "datePublished": "2026-11-19T08:20:00-05:00",
        "author": {"@type": "Person", "name": "Tomas Reyl", "url": "/tr"},
    }
    first, rest = text.paragraphs[0][0], text.paragraphs[0][1:]
    return doc(ld(data), f"""<div class="layout"><div class="hero"><h1 class="hero__title">{text.title}</h1><p class="hero__dek">A dek that sums it up</p></div>
      <div class="article-body"><p><span class="dropcap">{first}</span>{rest}</p>{text.p(start=1, stop=3)}<blockquote class="pullquote"><p>{text.paragraphs[2]}</p></blockquote>{text.p(start=3)}</div>
      <div class="author-bio"><p>Tomas Reyl covers grids.</p></div><div class="related-stories"><ul>{LINKS}</ul></div></div>""", title=f"{text.title} | The Span")  # fmt: skip


@page("substations", published=("2026-11-18T10:00:00+00:00", "meta", "second"), authors="Aisha Noor")
def broadcaster_with_div_paragraphs(text: Text) -> str:
    head = (
        metas(
            og__type="article",
            og__title=text.title,
            article__published_time="2026-11-18T10:00:00Z",
            article__author="https://social.example/aisha",
        )
        + '<meta name="byl" content="By Aisha Noor">'
    )
    blocks = "".join(
        f'<div data-component="text-block" class="ssrcss-1"><p class="ssrcss-2">{line}</p></div>'
        for line in text.paragraphs
    )
    return doc(head, f"""{NAV}<main id="main-content"><article><header><h1 id="main-heading">{text.title}</h1></header><div data-component="image-block"><figure><img><figcaption>{CAPTION}</figcaption></figure></div>{blocks}
      <div data-component="links-block"><h2>More on this story</h2><ul>{LINKS}</ul></div></article></main>{FOOT}""", title=text.title)  # fmt: skip


@page("chips", published=("2026-11-20T00:00:00+00:00", "shown", "day"), authors="Kim Seo")
def static_blog(text: Text) -> str:
    return doc(
        "",
        f'<article class="post h-entry"><h1 class="p-name">{text.title}</h1><p class="post-meta"><time class="dt-published" datetime="2026-11-20">Nov 20, 2026</time> • <span class="p-author h-card">Kim Seo</span></p><div class="e-content">{text.p()}</div></article>{FOOT}',
        title=text.title,
    )


@page("water", published=("2026-11-14T00:00:00+00:00", "shown", "day"), authors="Staff Writer Bo Lind")
def local_paper_date_above(text: Text) -> str:
    return doc(
        "",
        f'<div id="wrap"><div class="dateline">Saturday, November 14, 2026</div><h1>{text.title}</h1><h5 class="byline">By Staff Writer Bo Lind</h5><div id="storytext">{text.p()}<p class="promo">{PROMO}</p></div><div id="disqus_thread"><p>{COMMENT}</p></div></div>',
        title=f"{text.title} - Desert Sun Times",
    )


@page("chillers", syndication=("Republished with permission from South China Morning Post", "scmp"))
def republished_at_the_top(text: Text) -> str:
    return doc(
        "",
        f'<main><h1>{text.title}</h1><p class="note">Republished with permission from South China Morning Post.</p>{text.p()}</main><section class="newsletter"><p>{LETTER}</p></section>',
        title=text.title,
    )


@page("tariff", published=("2026-11-19T00:00:00+00:00", "shown", "day"), modified="2026-11-20T00:00:00+00:00")
def dates_in_a_list(text: Text) -> str:
    return doc(
        "",
        f'<main><h1>{text.title}</h1><ul class="facts"><li>Posted on 19 Nov 2026</li><li>Last updated: 20 Nov 2026</li></ul>{text.p()}</main><div class="latest"><p>{TEASER}</p></div>',
        title=text.title,
    )


@page("release", published=("2026-11-17T08:00:00+00:00", "json-ld", "minute"))
def company_newsroom(text: Text) -> str:
    data = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "BreadcrumbList", "itemListElement": []},
            {"@type": "Article", "name": text.title, "datePublished": "2026-11-17T09:00+01:00"},
        ],
    }
    return doc(
        ld(data),
        f'{NAV}<main><section class="press"><h1>{text.title}</h1><p class="subhead">Umea plant ships a module every four days</p>{text.p()}<h3>Media contact</h3><p>press@norrhall.example</p></section></main>{FOOT}',
        title=f"{text.title} | Newsroom | Norrhall Power",
    )


@page("optical_zh", published=("2026-11-20T03:00:00+00:00", "json-ld", "second"), authors="周明")
def chinese_app_share_page(text: Text) -> str:
    data = {
        "@context": "https://ziyuan.example/contexts/cambrian.jsonld",
        "@type": "NewsArticle",
        "headline": text.title,
        "datePublished": "2026-11-20T11:00:00+08:00",
        "author": [{"name": "周明"}],
    }
    return doc(
        ld(data),
        f'<div class="app-banner"><p>打开APP查看更多</p></div><div class="detail"><h1>{text.title}</h1><div class="rich-text">{text.p()}</div></div><div class="recommend"><p>{RELATED_ZH}</p></div>',
        lang="zh-Hans-CN",
        title=text.title,
    )


@page(
    "ports_zh",
    published=("2026-11-18T00:00:00+00:00", "shown", "day"),
    authors="孙丽;".rstrip(";"),
    syndication=("第一财经", "yicai"),
)
def chinese_columns_of_spans(text: Text) -> str:
    return doc(
        "",
        f'<div class="left"><h1>{text.title}</h1><div class="author"><span>作者：孙丽</span><span>来源：第一财经</span><span>2026-11-18 20:15:33</span></div><div class="m-text">{text.p()}<p>（编辑：钱七编）</p></div></div>',
        lang="zh-CN",
        title=f"{text.title}_某财经",
    )


@page("cables", refused="paywall")
def metered_wall(text: Text) -> str:
    return doc(
        "",
        f'<main><h1>{text.title}</h1><p>{text.paragraphs[0]}</p><div class="meter-wall"><p>You have no free articles left this month. Register to keep reading.</p></div></main>',
        title=text.title,
    )


@page("cables", refused="listing", url="https://outlet.example/search?q=cable")
def search_results(text: Text) -> str:
    rows = "".join(
        f'<li class="result"><h3><a href="/s/{n}">{MORE} {n}</a></h3><p>{TEASER}</p></li>' for n in range(10)
    )
    return doc(
        "", f"{NAV}<main><h1>Results for cable</h1><ol>{rows}</ol></main>{FOOT}", title="Search - Courier"
    )


@page("water", absent=(HIDDEN, MORE), authors="Dolores Vega")
def accordions_and_inline_links(text: Text) -> str:
    lines = "".join(
        f"<p>{line.replace('contract', '<a href=/c>contract</a>')}</p>" for line in text.paragraphs
    )
    return doc(
        '<meta name="parsely-author" content="Dolores Vega">',
        f"<main><h1>{text.title}</h1>{lines}<details><summary>How we reported this</summary><p hidden>{HIDDEN}</p></details></main><ul>{LINKS}</ul>",
        title=text.title,
    )


@page("substations", state="live", title="Grid summit live")
def live_feed_list(text: Text) -> str:
    rows = "".join(
        f'<li class="live-update" id="u{n}"><span class="time">0{n}:15</span><h2>Update {n}</h2><p>{line}</p></li>'
        for n, line in enumerate(text.paragraphs)
    )
    return doc(
        "",
        f'<main><h1>Grid summit live</h1><ol class="updates">{rows}</ol></main>{FOOT}',
        title="Grid summit live",
    )


@page("denchi_ja", authors="佐藤実")
def japanese_blog(text: Text) -> str:
    return doc(
        '<meta name="author" content="佐藤実">',
        f'<article><h1>{text.title}</h1><div class="entry-content">{text.p()}</div></article><aside><ul>{LINKS}</ul></aside>',
        lang="ja",
        title=text.title,
    )
