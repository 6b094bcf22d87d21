"""Markup of the sample's invented outlets: feeds in three formats, and pages with what surrounds an article."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape
from urllib.parse import urljoin

Outlet = Mapping[str, object]
Item = Mapping[str, object]


def link(outlet: Outlet, item: Item) -> str:
    """The address a feed gives an item."""
    return urljoin(str(outlet["home"]), str(item["path"]))


def feed_xml(outlet: Outlet, items: Sequence[Item]) -> str:
    """The feed as text; `shell` gives the page of a web application instead."""
    makers = {"rss": _rss, "atom": _atom, "rdf": _rdf, "shell": _shell}
    return makers[str(outlet["format"])](outlet, items)


def page_html(outlet: Outlet, item: Item) -> str:
    """An article page: head with metadata, navigation, cookie banner, article, related links, footer."""
    url = link(outlet, item).partition("?")[0]
    chinese = outlet.get("encoding") == "gb18030"
    charset, lang = ("gb2312", "zh-CN") if chinese else ("utf-8", "en")
    title, site = escape(str(item["title"]), quote=False), escape(str(outlet["site"]))
    dates = str(item.get("page_dates", outlet.get("page_dates", "none")))
    body = "\n".join(f"      <p>{escape(text, quote=False)}</p>" for text in _paragraphs(item))
    words = _CHROME["zh" if chinese else "en"]
    related = "".join(
        f'<li><a href="/tag/{n}">{escape(word)}</a></li>' for n, word in enumerate(words["related"])
    )
    return f"""<!DOCTYPE html>
<html lang="{lang}">
<head>
  <meta charset="{charset}">
  <title>{title} | {site}</title>
  <link rel="canonical" href="{escape(url)}">
  <meta property="og:type" content="article">
  <meta property="og:title" content="{escape(str(item["title"]))}">
  <meta property="og:site_name" content="{site}">
  <meta name="author" content="{escape(str(item["author"]))}">
  {_page_dates(dates, item, url)}
  <style>.banner{{position:fixed;bottom:0}}</style>
  <script>window.dataLayer = window.dataLayer || [];</script>
</head>
<body>
  <div class="banner" id="cookie-consent" role="dialog"><p>{words["cookies"]}</p><button>OK</button></div>
  <header><a href="/">{site}</a><nav><ul>{related}</ul></nav></header>
  <main>
    <article>
      <h1>{title}</h1>
      <p class="byline">{escape(str(item["author"]))}</p>
      <div class="story-text">
{body}
      </div>
    </article>
    <aside class="related"><h2>{words["more"]}</h2><ul>{related}</ul></aside>
    <section class="newsletter"><h2>{words["letter"]}</h2><form action="/subscribe"><input name="mail"></form></section>
  </main>
  <footer><p>© 2026 {site}. {words["rights"]}</p></footer>
</body>
</html>
"""


_CHROME: Mapping[str, Mapping[str, object]] = {
    "en": {
        "cookies": "We use cookies to count visits. Accept all cookies or read our cookie policy.",
        "more": "More from this section",
        "letter": "Get the weekly letter",
        "rights": "An invented outlet.",
        "related": ["Ports", "Power", "Chips", "Tariffs", "About us"],
    },
    "zh": {
        "cookies": "本网站使用cookie统计访问量，继续浏览即表示同意我们的隐私政策。",
        "more": "相关阅读",
        "letter": "订阅每周简报",
        "rights": "本站为虚构媒体。",
        "related": ["能源", "芯片", "外贸", "专题", "关于我们"],
    },
}


def _paragraphs(item: Item) -> list[str]:
    return [part.replace("\n", " ") for part in str(item["body"]).strip().split("\n\n")]


def _page_dates(kind: str, item: Item, url: str) -> str:
    if kind == "meta":
        return f'<meta property="article:published_time" content="{item["published"]}">'
    if kind != "json-ld":
        return ""
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": item["title"],
        "datePublished": item["published"],
        "author": {"@type": "Person", "name": item["author"]},
        "mainEntityOfPage": url,
    }
    text = json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/ld+json">{text}</script>'


def _when(item: Item) -> str:
    return format_datetime(datetime.fromisoformat(str(item["published"])))


def _rss(outlet: Outlet, items: Sequence[Item]) -> str:
    entries = "\n".join(_rss_item(outlet, item) for item in items)
    return f"""<?xml version="1.0" encoding="{outlet.get("encoding", "utf-8")}"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>{escape(str(outlet["site"]))}</title>
<link>{outlet["home"]}</link>
<description>{escape(str(outlet["site"]))}</description>
{entries}
</channel>
</rss>
"""


def _rss_item(outlet: Outlet, item: Item) -> str:
    enclosure = ""
    if "enclosure" in item:
        size, kind = item["enclosure_bytes"], item["enclosure_type"]
        enclosure = f'\n<enclosure url="{item["enclosure"]}" length="{size}" type="{kind}"/>'
    url = link(outlet, item)
    return f"""<item>
<title>{escape(str(item["title"]), quote=False)}</title>
<link>{escape(url)}</link>
<guid isPermaLink="false">{escape(url.partition("?")[0])}</guid>
<dc:creator>{escape(str(item["author"]))}</dc:creator>
<pubDate>{_when(item)}</pubDate>
<description><![CDATA[<p>{escape(str(item["summary"]), quote=False)}</p>]]></description>{enclosure}
</item>"""


def _atom(outlet: Outlet, items: Sequence[Item]) -> str:
    entries = "\n".join(
        f"""<entry>
<title>{escape(str(item["title"]), quote=False)}</title>
<link rel="alternate" href="{escape(str(item["path"]))}"/>
<id>tag:{str(outlet["home"]).strip("/").removeprefix("https://")},2026:{item["path"]}</id>
<published>{item["published"]}</published>
<updated>{item["updated"]}</updated>
<author><name>{escape(str(item["author"]))}</name></author>
<summary>{escape(str(item["summary"]), quote=False)}</summary>
</entry>"""
        for item in items
    )
    newest = max(str(item["updated"]) for item in items)
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<title>{escape(str(outlet["site"]))}</title>
<id>{outlet["home"]}</id>
<updated>{newest}</updated>
{entries}
</feed>
"""


def _rdf(outlet: Outlet, items: Sequence[Item]) -> str:
    entries = "\n".join(
        f"""<item rdf:about="{escape(link(outlet, item))}">
<title>{escape(str(item["title"]), quote=False)}</title>
<link>{escape(link(outlet, item))}</link>
<description>{escape(str(item["summary"]), quote=False)}</description>
</item>"""
        for item in items
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="{outlet["home"]}">
<title>{escape(str(outlet["site"]))}</title>
<link>{outlet["home"]}</link>
<description>{escape(str(outlet["site"]))}</description>
</channel>
{entries}
</rdf:RDF>
"""


def _shell(outlet: Outlet, items: Sequence[Item]) -> str:
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{outlet["site"]}</title>
<script defer src="/static/app.8f31.js"></script></head>
<body><div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript></body></html>
"""
