"""To roll back is to propose the rules of an earlier day again, from a new day and through the same approval."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from core import stack
from core.policy import keys
from core.policy.keys import UNSET, Key
from core.policy.model import INHERIT, LONGEST_HEADING, DatedAnswer, Override
from core.policy.policy import Policy, Why
from core.policy.questions import plain
from core.proposals.model import ANSWER, Change
from core.tenants.model import Tenant


def restoring(tenant: Tenant, day: date, since: date) -> tuple[Change, ...]:
    """What must be written so that from ``since`` on everything holds as it held on ``day``."""
    then = stack.policy(tenant, day)
    answers = tuple(_answers(then, stack.policy(tenant, since), day))
    answered = _with(tenant, since, answers, ())
    differing = [key for key in keys.ALL.values() if _differs(then, stack.policy(answered, since), key)]
    inherited = tuple(Change(key.name, INHERIT) for key in differing)
    bare = stack.policy(_with(tenant, since, answers, inherited), since)
    now = stack.policy(answered, since)
    rules = [_written(then.why(key), now.why(key)) for key in differing if _differs(then, bare, key)]
    kept = {each.key for each in rules}
    return (*(each for each in inherited if each.key not in kept), *rules, *answers)


def _with(tenant: Tenant, since: date, answers: Sequence[Change], rules: Sequence[Change]) -> Tenant:
    dated: tuple[DatedAnswer, ...] = tuple(each.answer(since) for each in answers)
    own: tuple[Override, ...] = tuple(each.override(since) for each in rules)
    # Revision 0 is nobody's own.
    return replace(tenant, dated=(*tenant.dated, *dated), overrides=(*tenant.overrides, *own), revision=0)


def _answers(then: Policy, now: Policy, day: date) -> Iterator[Change]:
    for name, value in then.answers.items():
        if plain(now.answers.get(name)) != plain(value):
            yield Change(f"{ANSWER}{name}", plain(value), basis=f"恢复 {day.isoformat()} 的回答")


def _differs(then: Policy, now: Policy, key: Key[Any]) -> bool:
    return keys.dump(key, then[key]) != keys.dump(key, now[key])


def _written(then: Why, now: Why) -> Change:
    """The value itself, where inheriting would not bring it back; of what was silent, the clause that ends."""
    value = UNSET if then.value is None else keys.dump(then.key, then.value)
    said = then if then.clause else now
    return Change(then.key.name, value, _fitting(said), said.document, until=then.until)


def _fitting(why: Why) -> str:
    """Several clauses stand for one value; a citation has room for as many as fit."""
    kept = ""
    for each in why.clauses:
        longer = f"{kept}、{each}" if kept else each
        if len(longer) > LONGEST_HEADING:
            break
        kept = longer
    return kept
