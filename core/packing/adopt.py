"""An installed plugin's rules become changes of a proposal: each with its clause, to be looked at and approved."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from core import stack
from core.errors import Invalid
from core.policy import keys
from core.policy.compile import asked, compile_policy
from core.policy.keys import UNSET
from core.policy.model import Layer
from core.policy.policy import Policy, Why
from core.policy.questions import Question
from core.proposals.model import Change
from core.tenants.model import Tenant


@dataclass(frozen=True, slots=True)
class Adoption:
    """What a plugin would bring: ``changes`` by its rules as answered, ``open`` its questions without an answer."""

    changes: tuple[Change, ...]
    open: tuple[Question, ...]


def offered(tenant: Tenant) -> tuple[str, ...]:
    """The installed plugins that the tenant does not stand on."""
    return tuple(name for name in stack.names() if name not in (stack.NATIONAL, *tenant.stack))


def adoption(tenant: Tenant, plugin: str, answers: Mapping[str, Any], on: date) -> Adoption:
    """What the plugin's documents say above what the tenant stands on, however long they have been in force.

    ``answers`` are to the plugin's own questions; what waits for one that is not given stays out.
    """
    if plugin not in offered(tenant):
        raise Invalid("请选择一个没有采用的插件。", field="plugin")
    below = stack.Stack.of(tenant.stack).layers
    above = stack.layer(plugin)
    known = stack.answered(tenant, on)
    given = {name: value for name, value in {**known, **answers}.items() if name in asked((*below, above))}
    here = _compiled(below, {name: value for name, value in given.items() if name in asked(below)}, on)
    there = _compiled((*below, above), given, on)
    return Adoption(
        tuple(_changes(tenant, above.title, here, there)),
        tuple(each for each in above.questions if each.id not in given),
    )


def _compiled(layers: Sequence[Layer], answers: Mapping[str, Any], on: date) -> Policy:
    return compile_policy(layers, answers, (), on, timeless=True)


def _changes(tenant: Tenant, title: str, here: Policy, there: Policy) -> Iterator[Change]:
    """One that stands on a paper which the place has not registered says whose it is till its own paper is named."""
    papers = {each.cited for each in tenant.papers}
    for key in keys.ALL.values():
        before, after = here.why(key), there.why(key)
        if (keys.dump(key, before.value), before.clauses) != (keys.dump(key, after.value), after.clauses):
            value = UNSET if after.value is None else keys.dump(key, after.value)
            document = after.document if after.document in papers else ""
            taken = "" if document else f"{title}（{after.document or '未写明文件'} {_clause(after)}）"
            yield Change(key.name, value, _clause(after), document, until=after.until, taken=taken)


def _clause(why: Why) -> str:
    """The first that speaks of it; a table's rows bear their own."""
    return why.clauses[0] if why.clauses else ""
