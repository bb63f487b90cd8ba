"""Whoever a task, an alert or an appeal is about is called by name on every screen; a rater is never named."""

from collections.abc import Iterable, Mapping
from typing import cast

from core import db
from core.places import actions as places
from core.places.model import KINDS, KindName
from core.policy import keys
from core.policy.policy import Policy
from web.admin.history import KINDS as ACTORS
from web.filters import CHANNELS, MODES

RATER = "某评价人"
NOBODY = "—"


async def names_of(unit: db.Unit, policy: Policy, called: Iterable[str]) -> Mapping[str, str]:
    """The name of each of these addresses (``staff:li``, ``window:w1``, ``tag:104``, ``bureau`` …)."""
    wanted = dict.fromkeys(each for each in called if each)
    codes: dict[str, list[str]] = {}
    for each in wanted:
        kind, _, code = each.partition(":")
        codes.setdefault(kind, []).append(code)
    known: dict[str, str] = {}
    for kind in codes.keys() & KINDS.keys():
        found = await places.names(unit, cast("KindName", kind), codes[kind])
        known |= {f"{kind}:{code}": name for code, name in found.items()}
    return {each: known.get(each) or _word(each, policy) for each in wanted}


def _word(called: str, policy: Policy) -> str:
    """What is no place: a rater, a tag of the policy, a channel, or one of the parties."""
    kind, _, code = called.partition(":")
    if kind == "rater":
        return RATER
    if kind == "tag":
        labels = {str(each.code): each.label for each in policy[keys.tags] or ()}
        return labels.get(code, f"标签 {code}")
    if kind in ("channel", "platform"):
        return MODES.get(code) or CHANNELS.get(code, code)
    return ACTORS.get(kind) or code or NOBODY
