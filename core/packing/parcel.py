"""What a tenant has decided for itself, gathered for a plugin's folder: rules, papers, its own questions, examples."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, cast

from core import stack
from core.errors import Invalid
from core.packing.folder import Parcel, Place, prefix
from core.packing.rules import Paper, Statement, statements, variables
from core.packing.source import Call, expression, key_name, laid
from core.policy import keys
from core.policy.compile import standing
from core.policy.keys import Part
from core.policy.model import Override
from core.policy.own import OwnQuestion
from core.policy.own import layer as own_layer
from core.policy.questions import plain
from core.scenarios.writing import toml
from core.tenants.model import Tenant

OWN_LAYERS: Final = ("override", "province")
Body = Mapping[str, Any]


def parcel(tenant: Tenant, place: Place, examples: Sequence[Body], on: date) -> Parcel:
    """Everything the tenant set, from its first rule on; ``examples`` hold by the rules in force on ``on``."""
    said = (*statements(keys.heard(tenant.baseline)), *statements(keys.heard(tenant.overrides)))
    papers = tuple(_papers(tenant, said, on))
    asks, asks_need = _asks(tenant, papers, prefix(place), on)
    scenarios = {f"{at:02}.toml": toml(_scenario(tenant, place, body, on)) for at, body in enumerate(examples, 1)}
    return Parcel(place, papers, said, scenarios, asks, asks_need)


def _papers(tenant: Tenant, said: Iterable[Statement], on: date) -> Iterator[Paper]:
    """Each document that a rule or question cites; it begins with its first rule, so that each holds from its day."""
    known = {each.cited: each for each in tenant.papers}
    first: dict[str, date] = {}
    for each in said:
        first[each.paper] = min(first.get(each.paper, date.max), each.since or date.max)
    for each in tenant.asks:
        first.setdefault(each.document, date.max)
    for name in first or {"": date.max}:
        paper = known.get(name)
        title = paper.title if paper else name or f"{tenant.name}政务服务“好差评”规则"
        days = [day for day in (first.get(name), paper and paper.issued) if day and day != date.max]
        yield Paper(name, title, paper.number if paper else "", min(days, default=on))


def _asks(tenant: Tenant, papers: Sequence[Paper], ids: str, on: date) -> tuple[tuple[str, ...], frozenset[str]]:
    """The tenant's own questions as source, answered in demonstrations as the tenant answers them."""
    given = stack.answered(tenant, on)
    names = variables(papers)
    written = tuple(
        _ask(each, names[each.document], ids, given, at) for at, each in enumerate(keys.heard(tenant.asks), 1)
    )
    return written, frozenset({"Suggestion", "UNSET"}) if written else frozenset()


def _ask(asked: OwnQuestion, variable: str, ids: str, given: Mapping[str, Any], at: int) -> str:
    question = own_layer((), (asked,)).questions[0]
    answer = plain(given.get(asked.id, question.demo))
    if keys.is_brought(asked.key):
        label = keys.whole(asked.key).label
        text = (
            f"问题 {asked.id} 问的“{label}”是另外安装的特色功能的规则项，插件里不能对它提问；请先撤回这个问题再导出。"
        )
        raise Invalid(text, field=asked.key)
    key = key_name(keys.find(asked.key))
    head = f"{variable}[{expression(asked.clause)}]"
    suggested = tuple(expression(each) for each in question.values)
    call = Call(f"Q{at} = {head}.asks(", (
        expression(question_id(ids, asked.id)), key, expression(asked.text),
        _named("values", Call("(", suggested, ")", lone_comma=True)), expression(answer, "demo"),
        f"free={_shape(asked.key)}",
    ))  # fmt: skip
    return f"{laid(call)}\n{head}.sets({key}, Q{at})"


def _named(name: str, call: Call) -> Call:
    return Call(f"{name}={call.head}", call.inner, call.tail, call.lone_comma)


def _shape(key: str) -> str:
    target = keys.find(key)
    if isinstance(target, Part):
        return f'keys.record_of({key_name(target.key)}).column("{target.written}", "").shape'
    return f"{key_name(target)}.shape"


def question_id(ids: str, own: str) -> str:
    """Of two folders in one stack, each asks under its own name."""
    return f"{ids}-{own}"


def _scenario(tenant: Tenant, place: Place, body: Body, on: date) -> Body:
    """The example with the stack that it stood on implicitly written out."""
    mine = {each.id for each in tenant.asks}
    ids = prefix(place)
    answers = {
        question_id(ids, name) if name in mine else name: plain(value)
        for name, value in {**stack.answered(tenant, on), **(body.get("answers") or {})}.items()
    }
    later = _later(tenant, _begins(body), on)
    return {
        **{name: value for name, value in body.items() if name not in ("step", "override")},
        "policy": [*(each for each in place.base if each != stack.NATIONAL), place.name],
        "answers": answers,
        "override": [*later, *body.get("override", [])],
        "step": [_seen(each, place.name, {row["key"] for row in later}) for each in body.get("step", [])],
    }


def _begins(body: Body) -> date:
    """The day of the first step."""
    steps = cast("list[Body]", body.get("step") or [{}])
    return date.fromisoformat(str(steps[0].get("at", ""))[:10])


def _later(tenant: Tenant, begins: date, on: date) -> list[dict[str, Any]]:
    """Rules in force now that the example's days do not know yet: a tenant's example is of the rules as they are."""
    young = (
        each for each in standing(keys.heard(tenant.overrides), on) if each.since is not None and each.since > begins
    )
    return [_row(each) for each in young]


def _row(own: Override) -> dict[str, Any]:
    return {"key": own.key, "value": own.value, "clause": own.clause}


def _seen(step: Body, layer: str, overridden: Collection[object]) -> Body:
    """What was seen as the place's own setting is seen as the folder's."""
    if step.get("see") != "policy" or step.get("layer") not in OWN_LAYERS or step.get("key") in overridden:
        return step
    return {**step, "layer": layer}
