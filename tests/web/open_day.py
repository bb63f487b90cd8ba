"""An extra for the tests of pages: visits on an open day, with every kind of field, act and page there is."""

from datetime import timedelta

from core.api import (
    Act,
    Draft,
    Extra,
    Fault,
    Field,
    Form,
    Kind,
    Page,
    Paper,
    Scene,
    State,
    Table,
    Timer,
    hookimpl,
    keys,
    shapes,
)
from core.policy.keys import EXTRAS, Key
from core.policy.model import Override

SWITCH = keys.switch("open_day", "政务开放日", help="开通政务开放日。", example="true")
ANSWER = Key("open_day_answer", "开放日答复期限", EXTRAS, shapes.Period(), help="多久答复。", example="3wd")
SEATS = Key("open_day_seats", "每天接待人数", EXTRAS, shapes.Whole(1, 500), help="每天接待多少人。", example="20")

TOPICS = (("hall", "大厅"), ("archive", "档案馆"))


def room(scene: Scene) -> tuple[Fault, ...]:
    if scene.policy[SEATS] is None:
        return (Fault("rule:open_day_seats", "没有规定每天接待多少人，不能安排。"),)
    day = scene.record.fields.get("day")
    taken = sum(int(each.fields.get("people") or 0) for each in scene.of("open_visit")
                if each.state == "agreed" and each.fields.get("day") == day)  # fmt: skip
    if taken + int(scene.record.fields.get("people") or 0) > scene.policy[SEATS]:
        return (Fault("guide", f"这一天已经安排 {taken} 人，超过 {scene.policy[SEATS]} 人，请改期。"),)
    return ()


def soon(scene: Scene) -> tuple[Fault, ...]:
    day = scene.record.fields.get("day")
    return (Fault("day", "请提前一天预约。"),) if day and day < scene.today + timedelta(days=1) else ()


def thanks(scene: Scene) -> tuple[Draft, ...]:
    return (Draft("open_letter", {"text": "感谢参观"}, once=scene.record.id, files=True),)


def by_topic(scene: Scene) -> tuple[Table, ...]:
    rows = tuple((label, sum(each.fields.get("topic") == code for each in scene.of("open_visit")), 0.5)
                 for code, label in TOPICS)  # fmt: skip
    behind = tuple(
        tuple(each for each in scene.of("open_visit") if each.fields.get("topic") == code) for code, _ in TOPICS
    )
    return (Table("各场次预约", ("场次", "预约", "到场率"), rows, "只算已登记的。", behind),)


def broken(_: Scene) -> tuple[Table, ...]:
    raise RuntimeError("of its own")


TICKET = "{name}：\n请于{day}到{where}参观，{plan}。\n\n{place}\n{today}"
VISIT = Kind(
    "open_visit", "参观预约", "想来看看的，在这里预约。",
    Form((
        Field("topic", "场次", "choice", choices=TOPICS, open=True),
        Field("wish", "想看什么", "text", least=4, most=200, help="写清楚想看哪里。"),
        Field("where", "单位", "institution", open=True),
        Field("day", "日期", "day", open=True),
        Field("at", "时间", "time", required=False),
        Field("people", "人数", "whole", least=1, most=20, open=True),
        Field("spend", "路费", "number", required=False, least=0),
        Field("tags", "需要", "many", required=False, choices=(("chair", "轮椅"), ("sign", "手语"))),
        Field("keen", "期待程度", "scale", required=False, low="随便看看", high="非常期待"),
        Field("adult", "是否成年", "flag"),
        Field("press", "愿意接受采访", "flag", required=False),
        Field("heard", "从哪里知道的", "choice", required=False, outside="page",
              choices=(("page", "网上"), ("friend", "别人介绍"))),
        Field("region", "来自", "region", required=False),
        Field("item", "办过的事项", "item", required=False),
        Field("case", "办件编号", "case", required=False),
        Field("plan", "不公开的打算", "line", required=False, private=True),
        Field("name", "姓名", "person", required=False),
        Field("phone", "电话", "phone", required=False),
        Field("photo", "照片", "files", required=False),
    )),
    states=(
        State("asked", "待安排"), State("agreed", "已安排", shown=True),
        State("done", "已接待", ended=True, shown=True), State("gone", "已取消", ended=True),
    ),
    acts=(
        Act("agree", "安排", ("bureau", "handler"), ("asked",), "agreed",
            Form((Field("guide", "讲解人", "member"),
                  Field("helper", "志愿者", "member", required=False, role="partner"),
                  Field("note", "说明", "text", required=False, open=True),
                  Field("aside", "内部说明", "text", required=False),
                  Field("word", "告诉本人的话", required=False, told=True))),
            stops=("answer",), reads=("open_visit",), check=room, help="安排讲解人并答复。"),
        Act("move", "改期", ("bureau", "handler"), ("asked", "agreed"), form=Form((Field("day", "日期", "day"),))),
        Act("close", "接待完成", ("named",), ("agreed",), "done", Form((
            Field("chair", "轮椅是否够用", "flag", asked="tags"), Field("sign", "手语是否看得懂", "flag", asked="tags"),
            Field("shot", "合影", "files", required=False),
        )), makes=thanks),
        Act("strike", "作废", ("bureau",), ("asked", "agreed"), "gone", Form((Field("why", "理由", "text"),)),
            grave=True),
        Act("same", "认定为重复", ("bureau",), ("asked", "agreed"), asked=True, effect="is-same"),
        Act("apart", "不是重复", ("bureau",), ("asked", "agreed"), asked=True, effect="is-other"),
        Act("cancel", "取消预约", ("filer",), ("asked", "agreed"), "gone", Form((Field("because", "原因", "line"),))),
    ),
    timers=(Timer("answer", "答复", within=ANSWER),),
    files=("citizen", "clerk", "bureau"), sees=("bureau", "handler"), title="topic", columns=("topic", "day", "people"),
    same=("phone", "day"), repeats="mark", alike=("where", "wish"), goes_to="where", names="guide", day="day",
    case="case", check=soon,
    public="开放日公示", sheet="开放日登记表", series="KF", clause="第二条",
    papers=(Paper("ticket", "参观证", ("asked", "agreed"), TICKET),),
)  # fmt: skip
LETTER = Kind(
    "open_letter", "感谢信", "给来访人的信。", Form((Field("text", "内容", "text"),)),
    states=(State("new", "待寄出"), State("sent", "已寄出", ended=True)),
    acts=(Act("mail", "寄出", ("bureau",), ("new",), "sent"),), series="GX", sees=("bureau", "named"),
)  # fmt: skip
NOTE = Kind(
    "open_note", "参观记录", "讲解人写的记录。", Form((Field("text", "内容", "text"),)),
    states=(State("new", "已提交", ended=True),), files=("named",), sees=("bureau", "named"), parent="open_visit",
    series="JL", title="text",
)  # fmt: skip
OPEN_DAY = Extra(
    "open_day", "政务开放日", "请群众走进来看看。", SWITCH, "第一条", settings=(ANSWER, SEATS),
    kinds=(VISIT, LETTER, NOTE),
    pages=(
        Page("visits", "预约", "list", "open_visit", who=("bureau", "handler", "clerk")),
        Page("board", "看板", "board", "open_visit"),
        Page("days", "日历", "calendar", "open_visit", who=("bureau", "named")),
        Page("sums", "统计", "tables", reads=("open_visit",), tables=by_topic),
        Page("broken", "算错的", "tables", who=("operator",), tables=broken),
    ),
)  # fmt: skip
ON = (
    Override("open_day", True, "第一条"), Override("open_day_answer", "3wd", "第二条"),
    Override("open_day_seats", 30, "第三条"),
)  # fmt: skip


@hookimpl
def extras() -> tuple[Extra, ...]:
    return (OPEN_DAY,)
