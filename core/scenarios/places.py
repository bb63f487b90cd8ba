"""The fixed world in which every scenario starts, and the places a scenario adds to it."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, get_args

from core.scenarios.errors import Unreadable
from core.scenarios.model import Place
from core.scenarios.names import LABELS, Names
from core.scenarios.shapes import code_of, flag, word
from core.scenarios.words import Word, keys_of, rows

PlaceKind = Literal["region", "institution", "staff", "item"]

LINES: Mapping[str, str] = {"tax": "税务", "civil": "民政"}
FIXED: tuple[Place, ...] = (
    Place("region", "city"),
    Place("region", "east", parent="city"),
    Place("region", "west", parent="city"),
    Place("region", "east-town", parent="east"),
    Place("institution", "tax-city", region="city", line="tax"),
    Place("institution", "tax-east", region="east", line="tax", parent="tax-city"),
    Place("institution", "civil-east", region="east", line="civil"),
    Place("institution", "tax-west", region="west", line="tax", parent="tax-city"),
    Place("institution", "it", region="city"),
    Place("institution", "hotline", region="city"),
    Place("institution", "bureau", region="city"),
    Place("staff", "wang", institution="tax-city"),
    Place("staff", "li", institution="tax-east"),
    Place("staff", "zhao", institution="tax-east"),
    Place("staff", "chen", institution="civil-east"),
    Place("staff", "sun", institution="tax-west"),
    Place("item", "register", institution="tax-city"),
    Place("item", "invoice", institution="tax-east"),
    Place("item", "marriage", institution="civil-east"),
    Place("item", "refund", institution="tax-west"),
)
DUTIES: Mapping[str, str] = {"it": "systems", "hotline": "hotline", "bureau": "bureau"}
WORLD = Names(
    line=frozenset(LINES),
    **{kind: frozenset(each.code for each in FIXED if each.kind == kind) for kind in get_args(PlaceKind)},
)
TABLES: Mapping[PlaceKind, Word] = {
    "region": Word(needs={"code": word}, may={"parent": code_of("region")}),
    "institution": Word(
        needs={"code": word},
        may={"region": code_of("region"), "line": word, "parent": code_of("institution")},
    ),
    "staff": Word(needs={"code": word, "institution": code_of("institution")}),
    "item": Word(needs={"code": word, "institution": code_of("institution")}, may={"in_centre": flag}),
}


def read_places(head: Mapping[str, Any]) -> tuple[tuple[Place, ...], Names]:
    """The scenario's own places, those above before those below, and all codes that its steps may use."""
    names = WORLD
    raw: dict[PlaceKind, list[Any]] = {kind: rows(head.get(kind, []), kind) for kind in TABLES}
    for kind, tables in raw.items():
        names = names.with_more(kind, _new_codes(kind, tables))
    found = [_place(kind, each, names) for kind, tables in raw.items() for each in tables]
    order = list(TABLES)
    places = sorted(_parents_first(found), key=lambda each: order.index(each.kind))
    # A line of business is known by the first institution that belongs to it.
    return tuple(places), names.with_more("line", frozenset(each.line for each in places if each.line))


def _place(kind: PlaceKind, raw: Any, names: Names) -> Place:
    given = keys_of(raw, TABLES[kind], names, kind)
    if kind == "institution":
        given.setdefault("region", "city")
    return Place(kind, **given)


def _new_codes(kind: PlaceKind, tables: Iterable[Any]) -> frozenset[str]:
    codes = [str(each["code"]) for each in tables if isinstance(each, dict) and "code" in each]
    for place, code in enumerate(codes):
        if code in WORLD.of(kind) or code in codes[:place]:
            raise Unreadable(f"{LABELS[kind]}“{code}”已经有了，请换一个编码。")
    return frozenset(codes)


def _parents_first(places: Iterable[Place]) -> list[Place]:
    waiting, placed = list(places), list[Place]()
    while waiting:
        below = {(each.kind, each.code) for each in waiting}
        ready = [each for each in waiting if (each.kind, each.parent) not in below]
        if not ready:
            raise Unreadable(f"“{waiting[0].code}”的上级又是它自己的下级。")
        placed += ready
        waiting = [each for each in waiting if each not in ready]
    return placed
