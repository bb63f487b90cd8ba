"""Paper forms (第十三条): where there is no device, people rate by hand; the sheets are entered, checked, and counted.

Who enters them and how soon the text does not say: whoever has them enters them, somebody else checks each against its
original, and only then does it count, on the day that was written on it and marked as paper.
"""

from collections import Counter
from typing import Final

from core.api import Act, Entry, Extra, Fault, Field, Form, Kind, Page, Scene, State, Table, Tell, Timer, keys, shapes
from plugins.jilin.forms_shown import papers_shown

WITHIN: Final = keys.Key(
    "paper_forms_within", "纸质评价录入时限", keys.EXTRAS, shapes.Period(),
    help="收到一批纸质评价表之后，多久要录入核对完。文件没有写时限的，不填就不计时。", example="5 个工作日",
)  # fmt: skip


def graded(code: str, label: str, *, required: bool = False, says: str = "没有分开评的不填") -> Field:
    """A grade as it is ticked: five is the best, as everywhere."""
    return Field(code, label, "scale", required=required, help=says, low="最差的一级", high="最好的一级", graded=True)


TOTAL: Final = graded("grade", "总的评价", required=True, says="5 是最好的一级，1 是最差的一级")
MATTER: Final = graded("grade_matter", "对事项的评价")
MANNER: Final = graded("grade_staff", "对工作人员的评价")


def fits(scene: Scene) -> tuple[Fault, ...]:
    """The sheet tells of a service, in the order in which things happen, and is entered once."""
    told, faults = scene.given, list[Fault]()
    if not told.get("case") and not (told.get("item") or told.get("staff")):
        faults.append(Fault("case", "请填写办件编号；原件上没有的，填写事项或者工作人员。"))
    written, served = told["written_at"], told.get("served_at")
    if written > scene.now:
        faults.append(Fault("written_at", "填表时间晚于现在，请核对原件。"))
    if served is not None and served > written:
        faults.append(Fault("served_at", "服务时间晚于填表时间，请核对原件。"))
    twin = next((each for each in siblings(scene) if each.fields.get("sheet") == told["sheet"]), None)
    if twin is not None:
        faults.append(Fault("sheet", f"这张原件已经录入过（{twin.number}）；录错了的，请更正或作废那一条。"))
    return tuple(faults)


def siblings(scene: Scene) -> list[Entry]:
    """The other sheets of the same batch, without those that were void."""
    return [
        each for each in scene.of("paper_sheet")
        if each.parent == scene.record.parent and each.state != "void" and each.id != scene.record.id
    ]  # fmt: skip


def all_there(scene: Scene) -> tuple[Fault, ...]:
    """A batch ends when as many sheets as came in are counted or void."""
    own = [each for each in scene.of("paper_sheet") if each.parent == scene.record.id]
    waiting, came = sum(each.ended_at is None for each in own), int(scene.record.fields["sheets"])
    if waiting:
        return (Fault("", f"还有 {waiting} 张没有核对，核对或作废之后再办结。"),)
    if len(own) != came:
        return (Fault("", f"收到 {came} 张，录入了 {len(own)} 张；补录齐了再办结，张数写错了的先更正张数。"),)
    return ()


def by_place(scene: Scene) -> tuple[Table, ...]:
    """Of each place, what came in on paper and what became of it."""
    places = {each.id: str(each.fields["place"]) for each in scene.of("paper_batch")}
    came = Counter[str]()
    for each in scene.of("paper_batch"):
        came[str(each.fields["place"])] += int(each.fields["sheets"])
    states = Counter((places.get(each.parent, ""), each.state) for each in scene.of("paper_sheet"))
    rows = tuple(
        (place, number, states[place, "counted"], states[place, "entered"], states[place, "void"])
        for place, number in sorted(came.items())
    )
    return (Table("各服务点的纸质评价", ("服务点", "收到（张）", "已计入", "待核对", "作废"), rows),)


BATCH: Final = Kind(
    "paper_batch",
    "纸质评价批次",
    "从一个服务点收来的一批纸质评价表。先登记批次，再在批次里逐张录入，由另一人逐张核对。",
    Form((
        Field("unit", "服务点属于哪个单位", "institution"),
        Field("place", "服务点", most=60, help="例：北岗村便民服务站"),
        Field("collected", "收取日期", "day"),
        Field("sheets", "收到几张", "whole", least=1, most=2000),
    )),
    (
        State("open", "录入核对中"),
        State("done", "已办结", ended=True),
    ),
    acts=(
        Act("count_again", "更正张数", ("handler", "bureau"), ("open",), "", Form((
            Field("sheets", "收到几张", "whole", least=1, most=2000),
            Field("count_reason", "为什么更正", "text", most=300),
        ))),
        Act("finish", "办结", ("handler", "bureau", "clerk"), ("open",), "done", reads=("paper_sheet",),
            check=all_there, stops=("enter",), help="全部核对计入或者作废之后办结。"),
    ),
    timers=(Timer("enter", "录入核对", "filed", WITHIN),),
    tells=(Tell("overdue:enter", ("handler", "bureau"), "纸质评价批次 {number} 已过录入期限（{due}）"),),
    files=("clerk", "handler", "bureau"),
    sees=("bureau", "handler", "clerk"),
    title="place",
    columns=("place", "unit", "collected", "sheets"),
    goes_to="unit",
    day="collected",
    clause="第十三条",
    series="ZP",
)  # fmt: skip

SHEET: Final = Kind(
    "paper_sheet",
    "纸质评价",
    "照原件录入一张纸质评价。原件上写的什么就录什么，另一人核对无误后计入评价，标明来自纸质。",
    Form((
        Field("sheet", "原件编号", most=40, help="印在表上的编号；没有编号的先编号"),
        Field("case", "办件编号", "case", required=False, help="原件上没有的不填，改填下面的事项或工作人员"),
        Field("item", "办理的事项", "item", required=False),
        Field("staff", "工作人员", "staff", required=False),
        Field("served_at", "服务时间", "time", required=False, help="没有写的不填，以填表时间为准"),
        Field("written_at", "填表时间", "time", help="评价人写在表上的时间，不是录入的时间"),
        TOTAL,
        MATTER,
        MANNER,
        Field("reason", "原因和意见", "text", required=False, most=500, help="照原话录入；差评须有原因"),
        Field("name", "姓名", "person", required=False, help="匿名的不填"),
        Field("phone", "电话", "phone", required=False),
        Field("original", "原件照片", "files", required=False),
    )),
    (
        State("entered", "待核对"),
        State("counted", "已计入", ended=True),
        State("void", "已作废", ended=True),
    ),
    acts=(
        Act("verify", "核对无误，计入", ("handler", "bureau", "clerk"), ("entered",), "counted",
            effect="rate-on-paper", not_by=("filed", "correct"),
            help="请拿着原件逐项核对；由录入人以外的人核对。期满已经默认的，不能再计入。"),
        Act("correct", "更正", ("handler", "bureau", "clerk"), ("entered",), "", Form((
            Field("written_at", "填表时间", "time"),
            TOTAL,
            MATTER,
            MANNER,
            Field("reason", "原因和意见", "text", required=False, most=500),
        )), help="照原件更正录错的内容；留空的就是原件上没有。"),
        Act("void", "作废", ("handler", "bureau"), ("entered",), "void", Form((
            Field("void_reason", "为什么作废", "text", most=300),
        )), help="看不清、重复、不是评价的，写明理由后作废，原件照样保存。"),
    ),
    files=("clerk", "handler", "bureau"),
    sees=("bureau", "handler", "clerk"),
    title="sheet",
    columns=("sheet", "written_at", "grade"),
    case="case",
    parent="paper_batch",
    reads=("paper_sheet",),
    check=fits,
    clause="第十三条",
    series="ZZ",
    sheet="政务服务评价表",
)  # fmt: skip

PAPER_FORMS: Final = Extra(
    "paper_forms",
    "纸质评价表",
    "偏远乡村和基层服务点用纸评价：印表、收表、逐张录入、另一人核对，按原来的时间计入并标明来自纸质。",
    keys.paper_forms,
    "第十三条",
    settings=(WITHIN,),
    kinds=(BATCH, SHEET),
    pages=(
        Page("batches", "批次", "list", "paper_batch", ("bureau", "handler", "clerk")),
        Page("sheets", "纸质评价", "list", "paper_sheet", ("bureau", "handler", "clerk")),
        Page("places", "各服务点", "tables", reads=("paper_batch", "paper_sheet"), tables=by_place),
    ),
    demo=papers_shown,
)  # fmt: skip
