"""An extra for the tests: things that people leave behind at a counter, with everything an extra may have."""

from core.api import (
    Act,
    Draft,
    Duty,
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
    Step,
    Story,
    Table,
    Tell,
    Timer,
    hookimpl,
    keys,
    shapes,
)
from core.policy.keys import EXTRAS, Key

KEEP = Key("lost_keep", "失物保管期限", EXTRAS, shapes.Period(), help="保管多久。", example="30d")
WARN = Key("lost_warn", "失物保管预警", EXTRAS, shapes.Period(), help="提前多久预警。", example="2d")
MOST = Key("lost_most", "失物登记上限", EXTRAS, shapes.Whole(1, 100), help="最多登记几件。", example="3")
SWITCH = keys.switch("lost_property", "失物招领", help="开通失物招领。", example="true")


def room(scene: Scene) -> tuple[Fault, ...]:
    most = scene.policy[MOST]
    if most is not None and len(scene.of("lost_thing")) >= most:
        return (Fault("what", f"最多登记 {most} 件，请先清理。"),)
    return ()


def letter(scene: Scene) -> tuple[Draft, ...]:
    return (Draft("lost_letter", {"text": f"请领取：{scene.record.fields['what']}"}, once=scene.record.id),)


def stocktaking(scene: Scene) -> tuple[Draft, ...]:
    return tuple(
        Draft("lost_letter", {"text": f"盘点：{code}"}, once=f"{scene.today}:{code}", institution=code)
        for code in sorted(scene.institutions)
    )


def returned(scene: Scene) -> dict[str, Ratio]:
    found: dict[str, Ratio] = {}
    for each in scene.of("lost_thing"):
        known = found.get(each.institution, Ratio(0, 0))
        found[each.institution] = Ratio(known.part + (each.state == "returned"), known.whole + 1)
    return found


def by_place(scene: Scene) -> tuple[Table, ...]:
    rows = tuple((code, ratio.part, ratio.whole) for code, ratio in sorted(returned(scene).items()))
    return (Table("各单位归还情况", ("单位", "已归还", "登记"), rows),)


THING = Kind(
    "lost_thing", "失物", "有人遗失或拾到的物品。",
    Form((
        Field("what", "物品", open=True), Field("where", "地点", "institution", open=True),
        Field("colour", "颜色", "choice", required=False, choices=(("red", "红"), ("blue", "蓝"))),
        Field("name", "姓名", "person", required=False), Field("phone", "电话", "phone", required=False),
        Field("photo", "照片", "files", required=False),
    )),
    states=(State("kept", "保管中", shown=True), State("sent", "已转交"), State("returned", "已归还", ended=True)),
    acts=(
        Act("send", "转交", ("bureau",), ("kept",), "sent", Form((Field("to", "转交单位", "institution"),)),
            sends="to"),
        Act("call", "联系失主", ("handler",), ("kept", "sent"), form=Form((Field("said", "情况", "text"),)),
            stops=("answer",), makes=letter),
        Act("give", "归还", ("handler", "bureau"), ("kept", "sent"), "returned",
            Form((Field("by", "经手人", "staff", required=False),))),
        Act("add", "补充", ("filer",), ("kept", "sent"), form=Form((Field("more", "补充说明", "text"),))),
    ),
    timers=(Timer("keep", "保管", within=KEEP, warn=WARN), Timer("answer", "联系失主", within=KEEP)),
    tells=(
        Tell("filed", ("handler", "bureau"), "{kind} {number} {title}"),
        Tell("warning:keep", ("handler",), "{number} 保管期限 {due} 到期"),
        Tell("overdue:keep", ("bureau",), "{number} 保管期限已过"),
        Tell("give", ("filer",), "{number} 已归还"),
    ),
    files=("citizen", "clerk", "bureau"), sees=("bureau", "handler"), title="what", columns=("what", "where"),
    same=("what", "phone"), repeats="refuse", goes_to="where", reads=("lost_thing",), check=room, public="失物公示",
    series="SW", clause="第一条",
)  # fmt: skip
LETTER = Kind(
    "lost_letter", "通知书", "给失主的通知。", Form((Field("text", "内容", "text"),)),
    states=(State("new", "待寄出"), State("gone", "已寄出", ended=True)),
    acts=(Act("mail", "寄出", ("bureau",), ("new",), "gone"),), series="TZ",
)  # fmt: skip


def lived(scene: Scene) -> tuple[Story, ...]:
    (where, *_) = sorted(scene.institutions)
    steps = (Step(2, "send", {"to": "tax-east"}), Step(5, "give"), Step(6, "give"))
    return (Story("lost_thing", {"what": "钥匙", "where": where}, 3, steps=steps), Story("lost_thing", {"what": ""}, 2))


LOST = Extra(
    "lost", "失物招领", "登记和归还失物。", SWITCH, "第一条", settings=(KEEP, WARN, MOST), kinds=(THING, LETTER),
    pages=(
        Page("things", "失物", "list", "lost_thing"),
        Page("places", "各单位", "tables", reads=("lost_thing",), tables=by_place),
    ),
    duties=(Duty("stocktaking", "盘点", "quarter", stocktaking),),
    metrics=(Metric("returned", "归还率", "institution", ("lost_thing",), returned),), demo=lived,
)  # fmt: skip


@hookimpl
def extras() -> tuple[Extra, ...]:
    return (LOST,)
