"""Chinese portals of several kinds and charsets."""

from __future__ import annotations

from tests.news.pages.corpus import EDITOR, LINKS, MORE, RELATED_ZH, SHARE_ZH, Text, doc, ld, metas, page

NAV = '<div class="topnav"><a href="/">首页</a> <a href="/cj">财经</a> <a href="/kj">科技</a></div>'
FOOT = '<div class="footer"><p>版权所有 某某网 违法和不良信息举报电话</p></div>'
EDITORS = f'<p class="editor">（责任编辑：{EDITOR}）</p>'


def gb(head: str, body: str, title: str, charset: str = "gb2312") -> str:
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "x"><html xmlns="http://www.w3.org/1999/xhtml"><head>
<meta http-equiv="Content-Type" content="text/html; charset={charset}" /><title>{title}</title>{head}</head><body>{body}</body></html>"""


@page(
    "transformers_zh",
    charset="gb18030",
    published=("2026-11-21T00:00:00+00:00", "shown", "day"),
    authors="赵晓岚",
    syndication=("来源:证券时报", "stcn"),
)
def portal_gb18030_declared_gb2312(text: Text) -> str:
    return gb("", f"""{NAV}<div class="main"><h1>{text.title}</h1><div class="info">2026年11月21日 08:30 来源：证券时报 作者：赵晓岚</div>
      <div class="content" id="artibody">{text.p()}{EDITORS}</div><div class="xgxw"><p>{RELATED_ZH}</p></div></div>{FOOT}""", f"{text.title}_财经频道_某某网")  # fmt: skip


@page(
    "transformers_zh",
    published=("2026-11-21T00:00:00+00:00", "shown", "day"),
    syndication=("来源:新华社", "xinhua"),
)
def portal_with_full_width_digits(text: Text) -> str:
    return doc("", f"""{NAV}<h1>{text.title}</h1><p class="laiyuan">２０２６年１１月２１日０８：３０　　来源：新华社</p><div class="article">{text.p()}</div>
      <p>{EDITOR}</p>""".replace(f"<p>{EDITOR}</p>", EDITORS), lang="zh-CN", title=f"{text.title}--某某网")  # fmt: skip


@page(
    "optical_zh",
    published=("2026-11-20T08:15:00+00:00", "meta", "second"),
    url="https://finance.portal.example/2026-11-20/doc-abc123.shtml",
    syndication=("来源:财联社", "cls"),
)
def sina_like(text: Text) -> str:
    head = (
        metas(og__type="news", og__title=text.title, article__published_time="2026-11-20T16:15:00+08:00")
        + '<meta name="weibo: article:create_at" content="2026-11-20 16:15:00">'
    )
    return doc(head, f"""{NAV}<div class="main-content w1240"><h1 class="main-title">{text.title}</h1><div class="top-bar-wrap"><div class="date-source"><span class="date">2026年11月20日 16:15</span>
      <span class="source">来源：财联社</span></div></div><div class="article" id="artibody">{text.p()}<p class="show_author">责任编辑：{EDITOR} </p></div></div>
      <div class="hot-news"><ul>{LINKS}</ul></div>""", lang="zh", title=f"{text.title}_新浪财经_新浪网")  # fmt: skip


@page(
    "optical_zh",
    charset="gb18030",
    url="https://finance.daily.example/n1/2026/1119/c1004-40001.html",
    published=("2026-11-19T00:00:00+00:00", "url", "day"),
    authors="钱文",
    syndication=("人民网", "people"),
)
def people_like_with_a_late_charset(text: Text) -> str:
    late = "<!--" + "填充" * 2000 + "-->"
    return f"""<html><head><title>{text.title}--财经--人民报</title>{late}<meta http-equiv="content-type" content="text/html;charset=GB2312"/></head><body>{NAV}
      <div class="col col-1"><h1>{text.title}</h1><div class="author cf">作者：钱文</div><div class="col-1-1">2026年11月19日07:02 | 来源：<a href="/">人民网</a></div>
      <div class="rm_txt_con cf">{text.p()}<div class="edit cf">(责编：{EDITOR}、孙八)</div></div></div>{FOOT}</body></html>"""


@page("ports_zh", published=("2026-11-18T00:00:00+00:00", "shown", "day"), title="港口十月集装箱吞吐量创新高")
def breaks_and_wide_spaces(text: Text) -> str:
    return gb("", f"""<div id="wrap">{NAV}<div class="title">{text.title}</div><div class="sub">发布时间：2026-11-18 09:20:11　浏览次数：1024　【字号：大 中 小】</div>
      <div class="TRS_Editor">　　{text.lines("<br/><br/>　　")}</div><div class="share">{SHARE_ZH}</div></div>{FOOT}""", f"{text.title}-港务集团", "utf-8")  # fmt: skip


@page(
    "ports_zh",
    charset="gb18030",
    headers={"content-type": "text/html"},
    published=("2026-11-18T00:00:00+00:00", "shown", "day"),
)
def charset_not_declared(text: Text) -> str:
    return f'<html><head><title>{text.title}</title></head><body>{NAV}<h1>{text.title}</h1><p class="time">2026-11-18 09:20</p><div class="con">{text.p()}</div>{FOOT}</body></html>'


@page(
    "servers_hant", charset="big5", authors="林靜怡", published=("2026-11-20T00:00:00+00:00", "shown", "day")
)
def taiwan_big5(text: Text) -> str:
    return gb("", f"""<div id="story"><h1>{text.title}</h1><div class="info">2026-11-20 04:30 記者：林靜怡</div><div class="story-body">{text.p()}</div>
      <ul class="more"><li><a href="/s/1">{MORE}</a></li></ul></div>""", f"{text.title} | 產經 | 某某新聞網", "big5")  # fmt: skip


@page(
    "servers_hant",
    published=("2026-11-20T04:30:00+00:00", "json-ld", "second"),
    modified="2026-11-20T06:00:00+00:00",
    authors="林靜怡",
)
def taiwan_json_ld(text: Text) -> str:
    data = {
        "@context": "http://schema.org",
        "@type": "NewsArticle",
        "headline": text.title,
        "datePublished": "2026-11-20T12:30:00+08:00",
        "dateModified": "2026-11-20T14:00:00+08:00",
        "author": {"@type": "Person", "name": "林靜怡"},
        "publisher": {"@type": "Organization", "name": "某某經濟日報"},
    }
    return doc(ld(data), f"""<main><section class="article-content"><h1>{text.title}</h1><div class="article-content__editor">{text.p()}</div>
      <section class="recommend"><ul>{LINKS}</ul></section></section></main>""", lang="zh-Hant", title=f"{text.title} | 產業 | 某某日報")  # fmt: skip


@page("transformers_zh", published=("2026-11-21T00:30:00+00:00", "shown", "minute"))
def beijing_time_stated(text: Text) -> str:
    return doc(
        "",
        f'<article><h1>{text.title}</h1><span class="t">北京时间2026年11月21日 08:30 北京时间</span><div>{text.p()}</div></article>',
        lang="zh-CN",
        title=text.title,
    )


@page(
    "optical_zh",
    syndication=("新华社上海11月20日", "xinhua"),
    published=("2026-11-20T00:00:00+00:00", "url", "day"),
    url="https://www.portal.example/20261120/abc/c.html",
    authors="李四维",
)
def agency_dateline(text: Text) -> str:
    return doc("", f"""<div class="header">{NAV}</div><div class="main"><h1><span class="title">{text.title}</span></h1><div id="detail"><p>新华社上海11月20日电（记者 李四维）{text.paragraphs[0]}</p>{text.p(start=1)}</div>
      <div class="info"><span>作者：李四维</span></div></div>""", lang="zh-CN", title=text.title)  # fmt: skip


@page("ports_zh", syndication=("本文转载自港口观察", None))
def reprint_of_an_account(text: Text) -> str:
    return doc("", f"""<div id="img-content"><h1 class="rich_media_title">{text.title}</h1><div id="js_content">{text.p("section")}<section>本文转载自港口观察，如有侵权请联系删除。</section></div>
      <div class="tool">{SHARE_ZH}</div></div>""", lang="zh-CN", title=text.title)  # fmt: skip


@page(
    "transformers_zh",
    partial=True,
    published=("2026-11-20T00:00:00+00:00", "url", "day"),
    url="https://paper.example/2026-11/20/content_1.htm",
)
def digital_paper_with_a_next_page(text: Text) -> str:
    return gb(
        "",
        f"""<div id="ozoom"><h1>{text.title}</h1><founder-content>{text.p()}</founder-content></div><div class="page"><a href="content_1_2.htm">下一页</a></div>""",
        text.title,
        "utf-8",
    )


@page(
    "optical_zh",
    state="paywall",
    partial=True,
    last="业内人士提醒，如果下游采购在明年下半年放缓，新增产能可能面临价格战。",
)
def chinese_paywall_with_a_free_part(text: Text) -> str:
    return doc("", f"""<div class="article"><h1>{text.title}</h1><div class="text">{text.p(stop=3)}</div><div class="pay-tip"><p>订阅后可阅读全文，剩余42%</p><button>立即订阅</button></div></div>""",
               lang="zh-CN", title=text.title)  # fmt: skip


@page(
    "ports_zh", published=("2026-11-18T00:00:00+00:00", "meta", "day"), syndication=("来源:某市交通局", None)
)
def chinese_government_site(text: Text) -> str:
    head = '<meta name="PubDate" content="2026-11-18 09:20"><meta name="ContentSource" content="某市交通局"><meta name="SiteName" content="某市人民政府">'
    return doc(head, f"""{NAV}<div class="crumb">当前位置：首页 &gt; 要闻</div><div class="pages_content"><h1>{text.title}</h1><div class="pages-date">2026-11-18 09:20 来源：某市交通局 【字体：大 中 小】 打印</div>
      <table border="0"><tr><td id="UCAP-CONTENT">{text.p()}</td></tr></table><p class="editor">责任编辑：{EDITOR}</p></div>{FOOT}""", lang="zh-CN", title=text.title)  # fmt: skip
