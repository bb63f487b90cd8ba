"""Rating data on application (第二十一条): an office asks, another approves how far, and a file is made."""

from typing import Final

from core.api import Act, Extra, Fault, Field, Form, Kind, Page, Scene, State, Tell, keys
from plugins.shenzhen.shown import shares_shown

SCOPE: Final = (("grades", "各维度的等级"), ("reasons", "原因标签"), ("words", "文字（隐去个人信息）"))


def in_order(scene: Scene) -> tuple[Fault, ...]:
    """A period that is over."""
    return _period(scene, "since", "until")


def within(scene: Scene) -> tuple[Fault, ...]:
    """No more is granted than was asked for."""
    told, asked = scene.given, scene.record.fields
    faults = list(_period(scene, "granted_since", "granted_until"))
    if told["granted_since"] < asked["since"] or told["granted_until"] > asked["until"]:
        faults.append(Fault("granted_since", f"同意的时间应在申请的 {asked['since']} 至 {asked['until']} 之内。"))
    beyond = [label for code, label in SCOPE if code in told["granted"] and code not in asked["wanted"]]
    if beyond:
        faults.append(Fault("granted", f"申请里没有{'、'.join(beyond)}，不能超出申请的范围。"))
    return tuple(faults)


def has_happened(scene: Scene) -> tuple[Fault, ...]:
    """What is destroyed was shared before, and is gone by now."""
    day, shared = scene.given["destroyed_on"], scene.record.done["share"].astimezone(scene.now.tzinfo).date()
    if shared <= day <= scene.today:
        return ()
    return (Fault("destroyed_on", f"应在生成文件的 {shared} 之后、今天之前，请核对。"),)


def _period(scene: Scene, since: str, until: str) -> tuple[Fault, ...]:
    if scene.given[since] > scene.given[until]:
        return (Fault(until, "结束日期早于开始日期，请核对。"),)
    if scene.given[until] > scene.today:
        return (Fault(until, "结束日期还没有到，只能共享已有的数据。"),)
    return ()


REQUEST: Final = Kind(
    "share_request",
    "数据共享申请",
    "政务服务机构申请共享本机构的评价数据，由政务服务管理部门的另一人审批后生成文件。",
    Form((
        Field("unit", "申请共享哪个机构的数据", "institution", help="只能申请本机构的"),
        Field("purpose", "用途", "text", most=500),
        Field("since", "数据时间自", "day"),
        Field("until", "至", "day"),
        Field("wanted", "申请的内容", "many", choices=SCOPE),
        Field("keeper", "数据使用责任人", "person"),
        Field("phone", "责任人电话", "phone"),
        Field("safety", "怎样保管、多久销毁", "text", most=500),
        Field("letter", "申请函", "files", required=False),
    )),
    (
        State("asked", "待审批"),
        State("granted", "已同意"),
        State("shared", "已共享"),
        State("destroyed", "已销毁", ended=True),
        State("refused", "不同意", ended=True),
        State("withdrawn", "已撤回", ended=True),
    ),
    acts=(
        Act("grant", "同意", ("bureau",), ("asked",), "granted", Form((
            Field("granted_since", "同意的时间自", "day"),
            Field("granted_until", "至", "day"),
            Field("granted", "同意的内容", "many", choices=SCOPE),
            Field("terms", "使用要求", "text", most=500, told=True),
        )), check=within, not_by=("filed",), help="不超出申请的范围；由申请登记人以外的人审批。"),
        Act("refuse", "不同意", ("bureau",), ("asked",), "refused", Form((
            Field("refusal", "理由", "text", told=True),
        ))),
        Act("withdraw", "撤回申请", ("filer", "handler"), ("asked", "granted"), "withdrawn"),
        Act("share", "生成共享文件", ("bureau",), ("granted",), "shared", effect="make-file", grave=True,
            help="按同意的范围生成一份表格。只到评价日期，没有办件编号、评价人和具体时间；生成和下载都留痕。"),
        Act("destroy", "已销毁", ("handler", "bureau"), ("shared",), "destroyed", Form((
            Field("destroyed_on", "销毁日期", "day"),
        )), check=has_happened),
    ),
    tells=(
        Tell("filed", ("bureau",), "收到数据共享申请 {number}"),
        Tell("grant", ("handler",), "数据共享申请 {number} 已同意"),
        Tell("refuse", ("handler",), "数据共享申请 {number} 未同意"),
        Tell("share", ("handler",), "数据共享申请 {number} 的文件可以下载了"),
    ),
    files=("handler", "bureau"),
    sees=("bureau", "handler"),
    title="purpose",
    columns=("unit", "since", "until", "wanted", "granted"),
    goes_to="unit",
    own="unit",
    check=in_order,
    clause="第二十一条",
    series="GX",
)  # fmt: skip

DATA_SHARE: Final = Extra(
    "data_share",
    "评价数据申请共享",
    "机构申请、另一人审批、限定范围、生成文件、用后销毁，每一步都留痕。",
    keys.data_share,
    "第二十一条",
    kinds=(REQUEST,),
    pages=(
        Page("requests", "共享申请", "list", "share_request", ("bureau", "handler")),
        Page("board", "办理进度", "board", "share_request", ("bureau",)),
    ),
    demo=shares_shown,
)  # fmt: skip
