"""杭州市的示例办法：虚构的文件，只用来证明外地城市一个文件夹就能接入。"""

from datetime import date

from core.api import (
    Append,
    Clock,
    Dimension,
    Extension,
    Formula,
    Occasion,
    Regulation,
    Suggestion,
    VerdictEffects,
    days,
    hours,
    keys,
    workdays,
)

REG = Regulation("hangzhou", "杭州市政务服务“好差评”办法（示例）", "杭示〔2024〕1号", date(2024, 1, 1))

Q1 = REG["第九条"].asks(
    "HZ-Q1",
    keys.clocks,
    "“五日内答复”的“日”是自然日还是工作日？",
    values=(
        Suggestion("working", "同一文件其他期限都写工作日", "工作日"),
        Suggestion("natural", "照字面", "自然日"),
    ),
    demo="working",
)

(
    REG["第三条"]
    .rule("HZ-3", "评总体和工作人员")
    .sets(keys.dimensions, (Dimension("overall", "总体评价", "case"), Dimension("staff", "工作人员", "staff")))
)
(
    REG["第四条"]
    .rule("HZ-4", "五个等级依次为 100、80、60、30、0 分")
    .sets(keys.scores, (100, 80, 60, 30, 0))
    .adds(keys.formulas, Formula("institution", "overall"), Formula("staff", "staff"))
)
(
    REG["第五条"]
    .rule("HZ-5", "窗口办理评总体和工作人员，其他方式评总体")
    .adds(
        keys.occasions,
        Occasion("closed", ("overall", "staff"), mode="window"),
        Occasion("closed", ("overall",)),
    )
)
(
    REG["第六条"]
    .rule("HZ-6", "办结后 10 日内评价，第三日提醒，逾期不评价的不作默认评价")
    .sets(keys.rating_window, days(10))
    .sets(keys.remind_after, hours(72))
    .sets(keys.after_window, "close")
)
REG["第七条"].rule("HZ-7", "可追评一次").sets(keys.append, Append(1, days(30)))
(
    REG["第九条"]
    .rule("HZ-9", "五日内答复")
    .adds(keys.clocks, Clock("reply", since="dispatched", within=Q1.pick(working=workdays(5), natural=days(5))))
    .rule("HZ-9b", "可以延期一次")
    .sets(keys.extension, Extension(tell_rater=True, longest=workdays(5)))
)
REG["第十条"].rule("HZ-10", "误评按满意计").sets(
    keys.verdict_effects, VerdictEffects(mistaken="count-as:4", malicious="exclude")
)
(
    REG["第十二条"]
    .rule("HZ-12", "2025 年起评价期限延长到 15 日")
    .sets(keys.rating_window, days(15), since=date(2025, 1, 1))
)
