"""What Beijing's opinion leaves open is asked here, each question under its clause with the reasons for each answer."""

from datetime import date
from typing import Final

from core.api import FindingName, Regulation, Suggestion, keys, shapes

REG: Final = Regulation(
    code="beijing-2019",
    title="关于建立政务服务“好差评”制度提高政务服务水平的实施意见",
    document="",
    issued=date(2019, 12, 30),
)
ITSELF: Final[tuple[FindingName, ...]] = ("valid", "objective")
ALL_FINDINGS: Final[tuple[FindingName, ...]] = ("valid", "mistaken", "malicious", "objective")

Q1: Final = REG["（七）"].asks(
    "Q1",
    keys.clocks,
    "（七）的“7 日内”是自然日还是工作日？",
    values=(
        Suggestion("natural", "同一意见别处写明“工作日”，此处只写“日”，按字面为自然日。", "自然日"),
        Suggestion("working", "行政处罚法第八十五条、行政强制法第六十九条对短期限的“日”按工作日计，可参照。", "工作日"),
    ),
    demo="natural",
)
Q11: Final = REG["（七）"].asks(
    "Q11",
    keys.feedback_bad_reopens,
    "差评投诉人对整改反馈评价“不满意”的，是否重新整改？",
    values=(
        Suggestion(True, "（七）要求“件件有整改”，不满意说明整改未到位，应当重新整改。", "重新整改"),
        Suggestion(False, "（七）只给投诉人评价的权利，没有规定评价之后的程序；由监督检查处理。", "不重新整改"),
    ),
    demo=True,
)
Q20: Final = REG["（十二）"].asks(
    "Q20",
    keys.clocks,
    "“在 7 个工作日内开展调查取证工作”，是 7 个工作日内开始，还是 7 个工作日内查清并作出决定？",
    values=(
        Suggestion("decide", "复核须有结果，申请人才有保障；7 个工作日内查清并决定。", "查清并决定"),
        Suggestion("start", "“开展”按字面是开始；作出决定的期限原文没有规定，不设。", "开始调查"),
    ),
    demo="decide",
)
Q4: Final = REG["（十二）"].asks(
    "Q4",
    keys.appeal_pauses,
    "复核期间，（七）的 7 日整改期限是否停止计算？3 个工作日加 7 个工作日长于 7 日。",
    values=(
        Suggestion((), "原文没有规定停止计算，整改期限照走。", "都不停止"),
        Suggestion(("rectify",), "差评是否成立尚未认定，先整改没有依据；复核期间不计入整改期限。", "整改期限停止"),
    ),
    demo=(),
    free=keys.appeal_pauses.shape,
)
Q5: Final = REG["（十二）"].asks(
    "Q5",
    keys.verdict_effects.field("mistaken"),
    "误评“默认为好评”，按哪个等级计？",
    values=(
        Suggestion(5, "好评取最高等级，不使工作人员因误评受损。", "非常满意"),
        Suggestion(4, "“满意”即为好评，取好评中较低的等级，不额外加分。", "满意"),
    ),
    demo=5,
    free=shapes.Grade(),
)
Q22: Final = REG["（十二）"].asks(
    "Q22",
    keys.handler_finds,
    "责任部门在（七）的核实中，能否自行认定误评或恶意差评？",
    values=(
        Suggestion(False, "（十二）的误评、恶意由受理复核的机关调查认定；被评价的部门不能自己给自己平反。", "不能"),
        Suggestion(True, "（七）由责任部门核实，核实的结果可以包括误评和恶意。", "可以"),
    ),
    demo=False,
)


def counted_as(grade: int) -> str:
    return f"count-as:{grade}"


def own_findings(all_of_them: bool) -> tuple[FindingName, ...]:
    return ALL_FINDINGS if all_of_them else ITSELF
