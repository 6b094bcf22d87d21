"""Pages that are no article, or not all of one: walls, lists, errors, shells."""

from __future__ import annotations

import json

from tests.news.pages.corpus import (
    BANNER,
    COOKIES,
    FOOT,
    HOME,
    LINKS,
    MORE,
    NAV,
    TEASER,
    Text,
    doc,
    ld,
    metas,
    page,
)  # fmt: skip

CARD = (
    '<div class="card"><a href="/s/{n}"><img src="/i{n}.jpg"><h3>'
    + MORE
    + " {n}</h3></a><p>"
    + TEASER
    + "</p></div>"
)


def cards(count: int = 9) -> str:
    return "".join(CARD.format(n=n) for n in range(count))


@page("cables", refused="consent")
def consent_wall_in_english(text: Text) -> str:
    return doc("", """<div class="consent"><h1>Before you continue</h1><p>We and our 842 partners use cookies and personal data to deliver personalised ads and content.</p>
      <p>By clicking Accept all you give your consent to our partners storing cookies on your device.</p><p>You can withdraw your consent at any time in the privacy dashboard.</p>
      <p>Some vendors process personal data on the basis of legitimate interest, which you may object to. Read our privacy policy and cookie policy for more.</p>
      <p>If you choose to reject, we will not use cookies for these additional purposes, and personalised ads will not be shown to you on any of our sites and apps.</p>
      <form><button>Accept all</button><button>Reject all</button></form></div>""", title="Harbour Courier is part of the Quay family of brands")  # fmt: skip


@page("speicher_de", refused="consent")
def consent_wall_in_german(text: Text) -> str:
    return doc("", """<main><h2>Mit Werbung weiterlesen</h2><p>Besuchen Sie unsere Seite wie gewohnt mit Werbung und üblichem Tracking. Dafür benötigen wir Ihre Einwilligung in Cookies und Datenschutz.</p>
      <p>Details finden Sie in der Datenschutzerklärung und im Cookie-Consent-Center.</p><button>Zustimmen und weiter</button></main>""", lang="de", title="Zustimmung")  # fmt: skip


@page("transformers_zh", refused="consent")
def consent_wall_in_chinese(text: Text) -> str:
    return doc("", """<div class="modal"><h2>隐私政策更新</h2><p>我们更新了隐私政策和个人信息保护规则，请您仔细阅读并同意后继续访问本网站。</p><p>点击同意即表示您同意我们按照隐私政策处理您的个人信息。</p>
      <button>同意并继续</button><button>拒绝</button></div>""", lang="zh-CN", title="隐私政策")  # fmt: skip


@page("cables", authors="Maren Holt")
def article_under_a_consent_banner(text: Text) -> str:
    return doc('<meta name="author" content="Maren Holt">', f"""{BANNER}<div class="cmp consent-layer"><p>{COOKIES}</p><button>Accept all</button></div>{NAV}
      <main><h1>{text.title}</h1>{text.p()}</main>{FOOT}""", title=text.title)  # fmt: skip


@page("tariff", refused="paywall")
def paywall_without_a_free_part(text: Text) -> str:
    data = {
        "@type": "NewsArticle",
        "headline": text.title,
        "isAccessibleForFree": False,
        "datePublished": "2026-11-19T08:00:00Z",
    }
    return doc(
        ld(data),
        f'<main><h1>{text.title}</h1><div class="paywall"><p>Subscribe to continue reading this article.</p><p>Already a subscriber? Sign in</p></div></main>',
        title=text.title,
    )


@page(
    "substations",
    state="paywall",
    partial=True,
    published=("2026-11-19T08:00:00+00:00", "json-ld", "second"),
    last="Deliveries from two factories in the east slipped by eleven months after a ruling on coating chemicals.",
)
def paywall_after_three_paragraphs(text: Text) -> str:
    data = {
        "@type": "NewsArticle",
        "headline": text.title,
        "isAccessibleForFree": "False",
        "datePublished": "2026-11-19T08:00:00Z",
        "hasPart": {"@type": "WebPageElement", "isAccessibleForFree": "False", "cssSelector": ".paid"},
    }
    return doc(ld(data), f"""<main><article><h1>{text.title}</h1>{text.p(stop=3)}<div class="paid regwall"><h3>To continue reading, subscribe</h3><p>Unlock this article and all others for one a week.</p></div></article></main>""",
               title=text.title)  # fmt: skip


@page(
    "chillers",
    state="paywall",
    partial=True,
    last="A year ago the share was a third, and the rest came from plants in Malaysia and Thailand.",
)
def paywall_said_in_a_sentence(text: Text) -> str:
    return doc(
        metas(og__type="article", og__title=text.title),
        f"""<main><h1>{text.title}</h1>{text.p(stop=2)}<p>This article is for subscribers only. Log in to read the rest.</p></main>{FOOT}""",
        title=text.title,
    )


@page("water")
def free_article_of_a_site_with_subscriptions(text: Text) -> str:
    return doc("", f"""<header><a href="/login">Sign in</a> <a href="/subscribe">Subscribe now</a><p>Already a subscriber? Log in to read more</p></header><main><h1>{text.title}</h1>{text.p()}</main>
      <footer><p>Subscribe now to support our journalism</p></footer>""", title=text.title)  # fmt: skip


@page("cables", refused="listing", url=HOME)
def front_page_of_cards(text: Text) -> str:
    return doc(
        metas(og__type="website"),
        f'{NAV}<main><h1>Harbour Courier</h1><div class="grid">{cards(12)}</div></main>{FOOT}',
        title="Harbour Courier",
    )


@page("cables", refused="listing", url="https://outlet.example/topic/power")
def topic_page_with_structured_list(text: Text) -> str:
    items = [{"@type": "ListItem", "position": n, "url": f"/s/{n}"} for n in range(8)]
    rows = "".join(
        f'<li><h2><a href="/s/{n}">{MORE} {n}</a></h2><time datetime="2026-11-0{n + 1}">Nov {n + 1}</time></li>'
        for n in range(8)
    )
    return doc(
        ld(
            {
                "@type": "CollectionPage",
                "name": "Power",
                "mainEntity": {"@type": "ItemList", "itemListElement": items},
            }
        ),
        f"<main><h1>Power</h1><ul>{rows}</ul></main>",
        title="Power",
    )


@page("cables", refused="listing", url="https://outlet.example/author/holt")
def archive_of_article_elements(text: Text) -> str:
    rows = "".join(
        f'<article class="post"><h2 class="entry-title"><a href="/s/{n}">{MORE} {n}</a></h2><div class="entry-summary"><p>{TEASER}</p></div></article>'
        for n in range(7)
    )
    return doc(
        "",
        f"{NAV}<main><h1>Stories by Maren Holt</h1>{rows}</main>{FOOT}",
        title="Maren Holt, author at Grid Post",
    )


@page("cables", refused="error")
def soft_404(text: Text) -> str:
    return doc(
        "",
        f"{NAV}<main><h1>Page not found</h1><p>Sorry, the page you were looking for has moved. Try the search or read the latest.</p><ul>{LINKS}</ul></main>{FOOT}",
        title="404 - Harbour Courier",
    )


@page("transformers_zh", refused="error")
def soft_404_in_chinese(text: Text) -> str:
    return doc(
        "",
        "<div><h1>您访问的页面不存在</h1><p>可能是地址输入有误或者内容已经删除，三秒钟后自动返回首页。</p></div>",
        lang="zh-CN",
        title="页面不存在",
    )


@page("cables", refused="empty")
def script_built_shell(text: Text) -> str:
    return doc(
        "",
        '<div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript><script src="/app.js"></script>',
        title="Harbour Courier",
    )


@page("chips", refused="empty")
def next_js_data_only(text: Text) -> str:
    data = json.dumps(
        {"props": {"pageProps": {"article": {"title": text.title, "body": list(text.paragraphs)}}}}
    )
    return doc(
        "",
        f'<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{data}</script>',
        title=text.title,
    )


@page("cables", refused="empty")
def only_navigation(text: Text) -> str:
    return doc(
        "",
        f'{NAV}<main><h1>{text.title}</h1><div class="loading">Loading</div></main><ul class="nav">{LINKS}</ul>',
        title=text.title,
    )


@page("cables", refused="blocked")
def challenge_page(text: Text) -> str:
    return doc(
        "",
        '<div class="cf-chl-widget"><p>Checking your browser before you go on.</p></div>',
        title="Just a moment...",
    )


@page("release", authors="Norrhall Press Office", published=("2026-11-17T00:00:00+00:00", "htmldate", "day"))
def date_on_a_lone_line_below(text: Text) -> str:
    return doc(
        '<meta name="author" content="Norrhall Press Office">',
        f'<main><h1>{text.title}</h1>{text.p()}<p class="release-date">Published 17 November 2026</p></main>',
        title=text.title,
    )


@page("release")
def two_lone_dates_below(text: Text) -> str:
    return doc(
        "",
        f'<main><h1>{text.title}</h1>{text.p()}<p class="d1">17 November 2026</p><p class="d2">21 October 2026</p></main>',
        title=text.title,
    )
