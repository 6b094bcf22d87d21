"""Words that tell no event by themselves, and words that tell two events of one subject apart. Part of the rules."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


COLUMNS = (
    *(
        "briefing",
        "roundup",
        "round up",
        "newsletter",
        "podcast",
        "live updates",
        "live blog",
        "week ahead",
        "explainer",
    ),
    *(
        "week in review",
        "market wrap",
        "morning bid",
        "top stories",
        "things to know",
        "what to know",
        "what to watch",
    ),
    *(
        "at a glance",
        "photos of the day",
        "quiz",
        "editorial",
        "opinion",
        "letters to the editor",
        "daily digest",
    ),
)
"""A title with one of these is a column's: it names what the column is, not what happened."""
HAN_COLUMNS = (
    *(
        "早报",
        "晚报",
        "简报",
        "快讯",
        "周报",
        "要闻",
        "盘点",
        "早间",
        "午评",
        "收评",
        "早知道",
        "一览",
        "汇总",
        "播客",
    ),
    *("晨报", "早餐", "日历", "图解", "社论", "视频直播"),
)

PLAIN = _words(
    """
    a an the and or but nor of in on at to for from by with as is are was were be been being it its this that these those
    into over under after before amid against about up out off than then so if while when where who why how what which
    will would can could may might must should shall has have had do does did not no yes all any more most less least
    new news latest today yesterday tomorrow week month year day daily weekly monthly annual annually time first last next
    go goe went gone say said tell told report reported reporting announce announced announces unveil unveiled reveal revealed show showed
    see seen make made take taken get got give given set plan planned planning start started begin began end ended
    company firm group maker giant inc corp co ltd plc business industry sector market stock share price sale profit
    revenue result earning forecast estimate quarter quarterly half million billion trillion mln bn percent per cent pct
    dollar usd eur yuan rmb source exclusive update updated breaking analyst official minister government country nation
    world global international amid near around vs via per one two three four five ten
    he she they we you his her their our your us him them
    """
)
"""English, as `headline` makes words singular."""

HAN_EMPTY = _words(
    """
    的 了 和 与 及 或 将 在 对 为 是 于 等 称 已 被 从 到 向 其 这 那 并 把 让 由 据 又 也 都 再 更 最 后 前 中 上 下 内 外 年 月 日 号
    公司 集团 宣布 发布 表示 报道 消息 记者 最新 今日 昨日 今天 明天 昨天 本周 本月 今年 去年 明年 近日 计划 开始 正式 可能 进行 有关 相关
    认为 指出 预计 预期 市场 行业 企业 业绩 营收 收入 净利润 利润 财报 公布 同比 环比 亿元 万元 美元 人民币 亿 万 元 百分之 分析师
    官方 政府 全球 国际 国家 首次 一个 推出 股价 股份 销量
    """
)
"""Chinese, simplified: pairs of characters are not taken across these."""

_UP = (
    "rise rose risen raise raised raising hike hiked surge surged jump jumped soar soared gain gained climb climbed grow grew "
    "increase increased lift lifted boost boosted beat approve approved win won resume resumed open opened add added hire "
    "上涨 上升 大涨 增长 提高 上调 增加 批准 扩大 恢复 加征"
)
_DOWN = (
    "fall fell fallen drop dropped slump slumped plunge plunged sink sank cut cutting slash slashed lower lowered decline "
    "declined decrease decreased shrink shrank miss missed reject rejected lose lost suspend suspended halt halted close "
    "closed ease eased scrap scrapped lay 下跌 下降 大跌 减少 降低 下调 削减 驳回 拒绝 暂停 取消 关闭 裁员"
)
DIRECTIONS = {
    **dict.fromkeys(_words(_UP), "up"),
    **dict.fromkeys(_words(_DOWN), "down"),
}
QUARTERS = {
    **dict.fromkeys(("first", "一", "1"), "q1"),
    **dict.fromkeys(("second", "二", "2"), "q2"),
    **dict.fromkeys(("third", "三", "3"), "q3"),
    **dict.fromkeys(("fourth", "四", "4"), "q4"),
}
_MONTHS = "january february march april may june july august september october november december"
MONTHS = {
    name: f"m{number}" for number, name in enumerate(_MONTHS.split(), start=1) if name not in {"may", "march"}
}
"""Not those that are more often a verb."""
