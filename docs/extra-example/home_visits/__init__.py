"""上门服务预约: who cannot come to the hall is visited at home. A whole feature, as data and three small functions."""

from collections.abc import Mapping, Sequence
from typing import Final

from core.api import (
    Act,
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
    hookimpl,
    keys,
    shapes,
)

ON: Final = keys.switch(
    "home_visits", "上门服务预约", help="老人、残疾人可以预约在家办事。", example="选“是”后，可以预约"
)
WITHIN: Final = keys.Key(
    "home_visits_within", "上门期限", keys.EXTRAS, shapes.Period(), stricter="shorter",
    help="接受预约之后，多久之内要上门。", example="3 个工作日",
)  # fmt: skip
A_DAY: Final = keys.Key(
    "home_visits_a_day", "每天最多上门几次", keys.EXTRAS, shapes.Whole(1), "次",
    help="每个单位一天最多上门几次。", example="5 次",
)  # fmt: skip

WHY: Final = (("old", "年纪大"), ("disabled", "行动不便"), ("ill", "住院或卧床"))


def _has_room(scene: Scene) -> tuple[Fault, ...]:
    """As many visits a day as the rule lets; without a rule nobody is refused."""
    most, day = scene.policy[A_DAY], scene.given["day"]
    own = [each for each in scene.of("home_visit") if each.institution == scene.record.institution]
    taken = [each for each in own if each.state == "agreed" and each.fields.get("day") == day]
    if most is None or len(taken) < most:
        return ()
    return (Fault("day", f"这一天已经安排 {len(taken)} 次，规定最多 {most} 次，请换一天。"),)


def _done(scene: Scene) -> Mapping[str, Ratio]:
    """Of the visits an office agreed to, those it made."""
    asked = [each for each in scene.of("home_visit") if each.state in ("agreed", "visited")]
    return {
        code: Ratio(sum(each.state == "visited" for each in asked if each.institution == code),
                    sum(each.institution == code for each in asked))
        for code in sorted({each.institution for each in asked})
    }  # fmt: skip


def _by_reason(scene: Scene) -> tuple[Table, ...]:
    found = scene.of("home_visit")
    rows = tuple((label, sum(each.fields.get("why") == code for each in found)) for code, label in WHY)
    return (Table("为什么上门", ("原因", "次数"), rows, f"共 {len(found)} 次预约。"),)


VISIT: Final = Kind(
    "home_visit",
    "上门服务",
    "不方便到大厅的，约一个时间，工作人员到家里办。",
    Form((
        Field("what", "办什么事", most=60),
        Field("unit", "由哪个单位办", "institution"),
        Field("why", "为什么不方便来", "choice", choices=WHY),
        Field("person", "姓名", "person"),
        Field("phone", "手机号", "phone"),
        Field("home", "住址", private=True, help="只有上门的人在出发前可以看到"),
    )),
    (
        State("asked", "待安排"),
        State("agreed", "已约好"),
        State("visited", "已上门", ended=True),
        State("refused", "不能上门", ended=True),
    ),
    acts=(
        Act("agree", "安排上门", ("handler",), ("asked",), "agreed", Form((Field("day", "哪一天", "day", told=True),)),
            reads=("home_visit",), check=_has_room),
        Act("visit", "登记已上门", ("handler",), ("agreed",), "visited",
            Form((Field("result", "办得怎样", "text", told=True),)), stops=("visit",)),
        Act("refuse", "不能上门", ("handler",), ("asked",), "refused",
            Form((Field("reason", "理由和别的办法", "text", told=True),))),
    ),
    timers=(Timer("visit", "上门", "agree", WITHIN),),
    tells=(
        Tell("filed", ("handler",), "新的上门预约 {number}：{title}"),
        Tell("agree", ("filer",), "您的上门预约 {number} 已约好"),
        Tell("overdue:visit", ("handler", "bureau"), "{number} 应在 {due} 之前上门：{title}"),
    ),
    files=("citizen", "clerk"),
    sees=("bureau", "handler"),
    title="what",
    columns=("unit", "why", "day"),
    same=("phone", "what"),
    repeats="refuse",
    day="day",
    goes_to="unit",
    series="SM",
)  # fmt: skip

HOME_VISITS: Final = Extra(
    "home_visits", "上门服务预约", "不方便到大厅的群众约时间，工作人员到家里办。", ON,
    settings=(WITHIN, A_DAY),
    kinds=(VISIT,),
    pages=(
        Page("visits", "预约", "list", "home_visit", ("bureau", "handler")),
        Page("days", "日程", "calendar", "home_visit", ("bureau", "handler")),
        Page("reasons", "分析", "tables", "home_visit", ("bureau",), ("home_visit",), _by_reason),
    ),
    metrics=(Metric("visited", "上门完成率", "institution", ("home_visit",), _done, "已上门 ÷ 约好的"),),
)  # fmt: skip


@hookimpl
def extras() -> Sequence[Extra]:
    return (HOME_VISITS,)
