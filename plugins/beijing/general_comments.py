"""“综合点评” (（五）): what society says of the service at large is taken in, sorted, answered, and never scored."""

from collections import Counter
from typing import Final

from core.api import Act, Entry, Extra, Field, Form, Kind, Page, Scene, State, Table, Tell, Timer, keys, shapes
from plugins.beijing.comments_shown import comments_shown

WITHIN: Final = keys.Key(
    "general_comments_within", "综合点评答复时限", keys.EXTRAS, shapes.Period(),
    help="分类交办之后，承办单位多久要答复。文件没有写时限的，不填就不计时。", example="10 个工作日",
)  # fmt: skip
WARN: Final = keys.Key(
    "general_comments_warn", "综合点评答复预警", keys.EXTRAS, shapes.Period(),
    help="答复时限到期前多久提醒承办单位。", example="2 个工作日",
)  # fmt: skip
# The first five are also the words by which other systems hand a remark in.
WAYS: Final = (
    ("mailbox", "意见箱"), ("book", "意见簿"), ("phone", "投诉和热线电话"), ("platform", "举报和监督平台"),
    ("email", "电子邮箱"), ("page", "网上填写"), ("visit", "座谈走访"), ("assessment", "社会组织评估意见"),
)  # fmt: skip
ABOUT: Final = (
    ("place", "场所和设施"), ("manner", "服务态度"), ("steps", "流程和材料"), ("system", "系统和网页"),
    ("hours", "服务时间"), ("policy", "政策和收费"), ("integrity", "作风和廉洁"), ("other", "其他"),
)  # fmt: skip
WHOM: Final = (
    ("person", "个人"), ("enterprise", "企业"), ("society", "社会组织"), ("agency", "中介组织"),
    ("research", "研究机构"), ("media", "新闻媒体"),
)  # fmt: skip
UNSORTED: Final = "（未分类）"


def figures(scene: Scene) -> tuple[Table, ...]:
    """How much came in, by what way and of what, and how much of it is answered."""
    found = scene.of("general_comment")
    return (_counted("按来源", "way", WAYS, found), _counted("按内容", "about", ABOUT, found))


def _counted(title: str, field: str, labels: tuple[tuple[str, str], ...], found: tuple[Entry, ...]) -> Table:
    named = dict(labels)
    came = Counter(named.get(str(each.fields.get(field)), UNSORTED) for each in found)
    ended = Counter(named.get(str(each.fields.get(field)), UNSORTED) for each in found if each.ended_at)
    order = [label for _, label in labels if came[label]] + [UNSORTED] * bool(came[UNSORTED])
    rows = tuple((label, came[label], ended[label], came[label] - ended[label]) for label in order)
    behind = tuple(
        tuple(each for each in found if named.get(str(each.fields.get(field)), UNSORTED) == label) for label in order
    )
    return Table(title, (title[1:], "收到", "已答复或存查", "在办"), rows, counted=behind)


GENERAL_COMMENT: Final = Kind(
    "general_comment",
    "综合点评",
    "对政务服务总体状况的意见和建议。不针对某一次办事，不计入评价得分。",
    Form((
        Field("text", "意见和建议", "text", help="请写清楚地点、事情和您的建议"),
        Field("way", "怎样提出的", "choice", choices=WAYS, required=False, outside="page"),
        Field("whom", "由谁提出", "choice", choices=WHOM, required=False),
        Field("unit", "说的是哪个单位", "institution", required=False),
        Field("name", "姓名或单位名称", "person", required=False, help="可以不填"),
        Field("phone", "联系电话", "phone", required=False, help="填写后，答复时短信告知您"),
        Field("papers", "照片或材料", "files", required=False),
    )),
    (
        State("received", "待分类"),
        State("assigned", "承办中"),
        State("answered", "已答复", ended=True),
        State("kept", "已存查", ended=True),
    ),
    acts=(
        Act("sort", "分类交办", ("bureau",), ("received",), "assigned", Form((
            Field("about", "内容类别", "choice", choices=ABOUT),
            Field("unit", "承办单位", "institution"),
            Field("hint", "交办意见", "text", required=False, most=500),
        )), sends="unit", help="交给能答复的单位；答复后提出人可以看到。"),
        Act("hand_back", "退回重新分类", ("handler",), ("assigned",), "received", Form((
            Field("back_reason", "理由", "text", most=500),
        )), stops=("answer",)),
        Act("answer", "答复", ("handler", "bureau"), ("received", "assigned"), "answered", Form((
            Field("reply", "答复内容", "text", told=True),
            Field("taken", "是否采纳", "choice", told=True,
                  choices=(("taken", "采纳"), ("partly", "部分采纳"), ("not", "不采纳，理由见答复"))),
        )), stops=("answer",)),
        Act("keep", "存查", ("bureau",), ("received",), "kept", Form((
            Field("about", "内容类别", "choice", choices=ABOUT),
            Field("keep_reason", "为什么不交办", "text", told=True, most=500),
        )), help="内容不清楚、不属于政务服务，或者重复的，写明理由后存查。"),
    ),
    timers=(Timer("answer", "答复", "sort", WITHIN, warn=WARN),),
    tells=(
        Tell("filed", ("bureau",), "收到综合点评 {number}，请分类"),
        Tell("sort", ("handler",), "综合点评 {number} 交您单位答复"),
        Tell("hand_back", ("bureau",), "综合点评 {number} 被退回，请重新分类"),
        Tell("warning:answer", ("handler",), "综合点评 {number} 应在 {due} 前答复"),
        Tell("overdue:answer", ("handler", "bureau"), "综合点评 {number} 已过答复期限（{due}）"),
        Tell("answer", ("filer",), "您的意见（{number}）已有答复"),
        Tell("keep", ("filer",), "您的意见（{number}）已有处理结果"),
    ),
    files=("citizen", "clerk", "handler", "bureau"),
    sees=("bureau", "handler"),
    title="text",
    columns=("way", "about", "unit", "taken"),
    clause="（五）",
    series="ZH",
    remark="text",
    way="way",
)  # fmt: skip

GENERAL_COMMENTS: Final = Extra(
    "general_comments",
    "综合点评",
    "意见箱、电话、平台、邮箱收到的意见登记成册，分类、交办、答复；不计分。",
    keys.general_comments,
    "（五）",
    settings=(WITHIN, WARN),
    kinds=(GENERAL_COMMENT,),
    pages=(
        Page("comments", "综合点评", "list", "general_comment", ("bureau", "handler")),
        Page("board", "办理进度", "board", "general_comment", ("bureau",)),
        Page("figures", "来源和内容", "tables", reads=("general_comment",), tables=figures,
             says="只统计条数和答复情况，不计入任何得分。"),
    ),
    demo=comments_shown,
)  # fmt: skip
