"""What Jilin's trial rules leave open is asked here, each question under its article with reasons for each answer."""

from datetime import date
from typing import Final

from core.api import Regulation, Suggestion, days, keys, shapes, workdays

REG: Final = Regulation(
    code="jilin-2020",
    title="吉林市政务服务“好差评”工作细则（试行）",
    document="",
    issued=date(2020, 8, 9),
    note="试行期限 1 年，依第二十八条 2021 年 8 月 8 日期满；是否沿用见问题 Q16。",
)

Q1: Final = REG["第十条"].asks(
    "Q1",
    keys.rating_window,
    "第十条的“7 日内”是自然日还是工作日？",
    values=(
        Suggestion("natural", "同一细则第十九条写明“工作日”，此处只写“日”，按字面为自然日。", "自然日"),
        Suggestion("working", "与第十九条的回复、整改期限同一口径，对评价人也更宽。", "工作日"),
    ),
    demo="natural",
)
Q2: Final = REG["第十条"].asks(
    "Q2",
    keys.defaults_count,
    "默认的“基本满意”是否计入好评率等统计？",
    values=(
        Suggestion(True, "第十条把默认等级视同评价结果，计入统计，并与主动评价分列。", "计入"),
        Suggestion(False, "默认不是群众的评价，计入会以沉默冲淡主动评价。", "不计入"),
    ),
    demo=True,
)
Q24: Final = REG["第十三条"].asks(
    "Q24",
    keys.rating_window,
    "第十三条“在一定期限内补充评价”，期限多长？期限届满即按第十条默认，所以不宜短于第十条的 7 日。",
    values=(
        Suggestion("7d", "与第十条的默认期限一致（随问题 Q1 的单位）：默认之前都可以补充。", "与第十条相同"),
        Suggestion("10d", "补充评价期满才默认，给现场未评的人更多时间；网上服务仍依第十条。", "10 个自然日"),
    ),
    demo="7d",
    free=shapes.Period(),
)
Q9: Final = REG["第二十四条"].asks(
    "Q9",
    (keys.alerts, keys.min_sample),
    "“连续排名靠后”：年度怎样计、是否须不间断、后百分之几为“靠后”、至少多少件评价才参加排名？",
    values=(
        Suggestion(
            {"year": "rolling", "streak": False, "bottom": 0.1, "min": 30},
            "后一成为靠后；不足 30 件的不排名，以免少数评价决定名次。",
            "滚动计算，后 10%，至少 30 件",
        ),
        Suggestion(
            {"year": "calendar", "streak": True, "bottom": 0.05, "min": 50},
            "与年度考核同一年度；只有不间断的才算连续，后 5% 才算靠后。",
            "按自然年，须不间断，后 5%，至少 50 件",
        ),
    ),
    demo={"year": "rolling", "streak": False, "bottom": 0.1, "min": 30},
    free=shapes.Fields(
        {
            "year": shapes.Choice({"rolling": "滚动计算", "calendar": "按自然年"}),
            "streak": shapes.Flag(),
            "bottom": shapes.Number(0, 1, percent=True),
            "min": shapes.Whole(1),
        }
    ),
)
Q16: Final = REG["第二十八条"].asks(
    "Q16",
    (keys.dimensions, keys.occasions, keys.rating_window, keys.after_window, keys.clocks, keys.verdict_effects),
    "试行期限 1 年已满，细则是否仍然适用？",
    values=(
        Suggestion("applied", "没有新规定取代，实践中仍照此办理；在各页标明“试行期已满，沿用”。", "沿用"),
        Suggestion("expired", "规定自行失效，期满之后只适用国家规定和工作方案，细则各条一并终止。", "已失效"),
    ),
    demo="applied",
)
DEFAULT_AFTER: Final = Q1.pick(natural=days(7), working=workdays(7))


def rolls(year: str) -> bool:
    return year == "rolling"
