"""“五度” (二（六）3): five degrees of a service are measured; how, nobody has published, so the bureau writes it down.

A figure is a part of a whole, by an indicator that one person wrote and another adopted; who is measured may object.
"""

from collections.abc import Callable, Mapping
from typing import Final

from core.api import (
    Act,
    Draft,
    Entry,
    Extra,
    Fault,
    Field,
    Form,
    Kind,
    Metric,
    Page,
    Ratio,
    Scene,
    State,
    Table,
    Tell,
    Timer,
    keys,
)
from plugins.jilin.degrees_shown import degrees_shown

DEGREES: Final = (
    ("ways", "服务方式完备度"), ("cover", "服务事项覆盖度"), ("guides", "办事指南准确度"), ("online", "在线办理成熟度"),
    ("effect", "在线服务成效度"),
)  # fmt: skip
MEASURED: Final = ("five_reading",)


def fits(scene: Scene) -> tuple[Fault, ...]:
    """A part lies within its whole, and a day to come has not been measured."""
    part, whole, day = scene.given["part"], scene.given["whole"], scene.given["day"]
    faults = [Fault("whole", "分母须大于 0；这个单位没有可以统计的对象，就不要登记。")] if whole <= 0 else []
    if part > whole:
        faults.append(Fault("part", f"分子 {part:g} 大于分母 {whole:g}，请核对。"))
    if day > scene.today:
        faults.append(Fault("day", "统计截止日期还没有到，请核对。"))
    return tuple(faults)


def reading(scene: Scene) -> tuple[Draft, ...]:
    """What is measured of one office to one day by one indicator stands once; whoever erred revokes it first."""
    fields, given = scene.record.fields, scene.given
    said = {"degree": fields["degree"], "name": fields["name"], **given}
    return (Draft("five_reading", {name: value for name, value in said.items() if value is not None}),)


def not_twice(scene: Scene) -> tuple[Fault, ...]:
    wrong = fits(scene)
    same = [
        each for each in scene.of("five_reading")
        if each.parent == scene.record.id and each.state != "void"
        and (each.fields.get("unit"), each.fields.get("day")) == (scene.given["unit"], scene.given["day"])
    ]  # fmt: skip
    if same:
        says = f"这个单位到这一天已经登记过（{same[0].number}）；登记错了的，请先撤销那一条。"
        wrong = (*wrong, Fault("unit", says))
    return wrong


def newest(scene: Scene) -> tuple[Entry, ...]:
    """Of each office and indicator the reading of the latest day; what was revoked is none."""
    found: dict[tuple[str, str], Entry] = {}
    for each in scene.of("five_reading"):
        if each.state == "void":
            continue
        key = each.institution, each.parent
        known = found.get(key)
        if known is None or each.fields["day"] >= known.fields["day"]:
            found[key] = each
    return tuple(found.values())


def of_degree(degree: str) -> Callable[[Scene], Mapping[str, Ratio]]:
    def count(scene: Scene) -> Mapping[str, Ratio]:
        found: dict[str, Ratio] = {}
        for each in newest(scene):
            if each.fields["degree"] == degree:
                known = found.get(each.institution, Ratio(0, 0))
                found[each.institution] = Ratio(known.part + each.fields["part"], known.whole + each.fields["whole"])
        return found

    return count


def side_by_side(scene: Scene) -> tuple[Table, ...]:
    """Each office with its five degrees; what was not measured stays empty."""
    counted = {code: of_degree(code)(scene) for code, _ in DEGREES}
    codes = sorted({unit for ratios in counted.values() for unit in ratios})
    rows = tuple(
        (scene.institutions[unit].name if unit in scene.institutions else unit,
         *(_percent(counted[code].get(unit)) for code, _ in DEGREES))
        for unit in codes
    )  # fmt: skip
    head = ("单位", *(f"{label}（%）" for _, label in DEGREES))
    note = "各指标最近一次测算的分子之和 ÷ 分母之和；没有测算的留空。五度之间不合成总分：文件没有规定权重。"
    behind = tuple(tuple(each for each in newest(scene) if each.institution == unit) for unit in codes)
    return (Table("各单位“五度”", head, rows, note, behind),)


def _percent(ratio: Ratio | None) -> float | None:
    return round(100 * ratio.part / ratio.whole, 1) if ratio is not None and ratio.whole else None


INDICATOR: Final = Kind(
    "five_indicator",
    "五度指标",
    "把“五度”中的一度写成可以数的指标：数什么，占什么的多少。计算办法没有公布，由主管部门拟定，另一人审定后使用。",
    Form((
        Field("degree", "哪一度", "choice", choices=DEGREES),
        Field("name", "指标名称", most=60, help="例：可以全程网办的事项占比"),
        Field("part_is", "分子数什么", "text", most=300),
        Field("whole_is", "分母数什么", "text", most=300),
        Field("basis", "依据和数据来源", "text", most=500),
    )),
    (
        State("draft", "拟定"),
        State("in_force", "使用中"),
        State("retired", "已停用", ended=True),
    ),
    acts=(
        Act("adopt", "审定", ("bureau",), ("draft",), "in_force", Form((
            Field("opinion", "审定意见", "text", required=False, most=300),
        )), not_by=("filed",), help="由拟定人以外的人审定。"),
        Act("measure", "登记测算结果", ("bureau",), ("in_force",), "", Form((
            Field("unit", "被测算的单位", "institution"),
            Field("day", "统计截止日期", "day"),
            Field("part", "分子", "number", least=0),
            Field("whole", "分母", "number", least=0),
            Field("source", "数据从哪里来", "text", most=300),
        )), reads=MEASURED, check=not_twice, makes=reading, help="登记后通知该单位，单位可以申诉。"),
        Act("retire", "停用", ("bureau",), ("draft", "in_force"), "retired", Form((
            Field("retire_reason", "理由", "text", most=300),
        ))),
    ),
    sees=("bureau", "handler"),
    files=("bureau",),
    title="name",
    columns=("degree", "name", "part_is", "whole_is"),
    board="degree",
    clause="二（六）3",
    series="WDZ",
)  # fmt: skip

READING: Final = Kind(
    "five_reading",
    "五度测算",
    "一个单位一项指标的测算结果，由指标上的“登记测算结果”产生；有异议的复核，不达要求的督促整改。",
    Form((
        Field("degree", "哪一度", "choice", choices=DEGREES),
        Field("name", "指标名称", most=60),
        Field("unit", "被测算的单位", "institution"),
        Field("day", "统计截止日期", "day"),
        Field("part", "分子", "number", least=0),
        Field("whole", "分母", "number", least=0),
        Field("source", "数据从哪里来", "text", most=300),
    )),
    (
        State("counted", "已测算"),
        State("disputed", "复核中"),
        State("mending", "整改中"),
        State("mended", "待核实"),
        State("done", "已办结", ended=True),
        State("void", "已撤销", ended=True),
    ),
    acts=(
        Act("object", "申请复核", ("handler",), ("counted", "mending"), "disputed", Form((
            Field("objection", "异议和理由", "text"),
            Field("proof", "证明材料", "files", required=False),
        )), stops=("mend", "mend_again"), help="整改中申请复核的，复核维持后重新定整改期限。"),
        Act("uphold", "维持", ("bureau",), ("disputed",), "counted", Form((
            Field("decision", "复核结论和理由", "text"),
        ))),
        Act("revoke", "撤销", ("bureau",), ("counted", "disputed"), "void", Form((
            Field("decision", "复核结论和理由", "text"),
        )), help="撤销后不计入；数据更正的，在指标上重新登记。"),
        Act("urge", "督促整改", ("bureau",), ("counted",), "mending", Form((
            Field("task", "整改要求", "text"),
            Field("by_day", "限期", "day"),
        ))),
        Act("mend", "报告整改结果", ("handler",), ("mending",), "mended", Form((
            Field("measures", "采取的措施和结果", "text"),
            Field("proof", "证明材料", "files", required=False),
        )), stops=("mend", "mend_again")),
        Act("send_back", "退回继续整改", ("bureau",), ("mended",), "mending", Form((
            Field("lacking", "还差什么", "text"),
            Field("by_day", "限期", "day"),
        ))),
        Act("confirm", "核实办结", ("bureau",), ("mended",), "done", Form((
            Field("finding", "核实情况", "text", required=False),
        ))),
        Act("close", "存档", ("bureau",), ("counted",), "done", help="没有需要整改的，存档。"),
    ),
    timers=(
        Timer("mend", "整改", "urge", until="by_day"),
        Timer("mend_again", "继续整改", "send_back", until="by_day"),
    ),
    tells=(
        Tell("filed", ("handler",), "“五度”测算结果 {number}：{title}；有异议的请申请复核"),
        Tell("object", ("bureau",), "“五度”测算 {number} 申请复核"),
        Tell("uphold", ("handler",), "“五度”测算 {number} 复核维持"),
        Tell("revoke", ("handler",), "“五度”测算 {number} 已撤销"),
        Tell("urge", ("handler",), "“五度”测算 {number} 须整改：{title}"),
        Tell("mend", ("bureau",), "“五度”测算 {number} 已报整改结果，请核实"),
        Tell("send_back", ("handler",), "“五度”测算 {number} 退回继续整改"),
        Tell("overdue:mend", ("handler", "bureau"), "“五度”测算 {number} 已过整改期限（{due}）"),
        Tell("overdue:mend_again", ("handler", "bureau"), "“五度”测算 {number} 已过整改期限（{due}）"),
    ),
    sees=("bureau", "handler"),
    title="name",
    columns=("degree", "name", "unit", "day", "part", "whole"),
    goes_to="unit",
    day="day",
    parent="five_indicator",
    clause="二（六）3",
    series="WD",
)  # fmt: skip

FIVE_DEGREES: Final = Extra(
    "five_degrees",
    "“五度”监测",
    "服务方式完备度、服务事项覆盖度、办事指南准确度、在线办理成熟度、在线服务成效度，按审定的指标测算、复核、督促整改。",
    keys.five_degrees,
    "二（六）3",
    kinds=(INDICATOR, READING),
    pages=(
        Page("degrees", "各单位“五度”", "tables", who=("bureau",), reads=MEASURED, tables=side_by_side),
        Page("readings", "测算和整改", "list", "five_reading", ("bureau", "handler")),
        Page("board", "整改进度", "board", "five_reading", ("bureau",)),
        Page("indicators", "指标", "list", "five_indicator", ("bureau", "handler")),
    ),
    metrics=tuple(
        Metric(code, label, "institution", MEASURED, of_degree(code), "各指标最近一次测算的分子之和 ÷ 分母之和")
        for code, label in DEGREES
    ),
    demo=degrees_shown,
)  # fmt: skip
