"""A demo city is laid out from its plugin's divisions and one catalogue of lines and items."""

import csv
import random
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from core.places.model import Institution, Item, Line, Place, Region, Staff, Window

DISTRICTS = 4
WINDOWS = 2
STAFF = 3
HALL_LINES = ("tax", "labour", "police", "land", "medical")


@cache
def catalogue() -> Mapping[str, Any]:
    return tomllib.loads((Path(__file__).parent / "catalogue.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Office:
    """One institution with everybody and everything a case there needs."""

    code: str
    line: str
    region: str
    items: tuple[str, ...]
    staff: tuple[str, ...]
    windows: tuple[str, ...]
    kiosk: str | None


@dataclass(frozen=True, slots=True)
class Town:
    """Every place of a city, and the offices where its demo cases happen."""

    places: tuple[Place, ...]
    offices: tuple[Office, ...]
    root: str
    bureau: str
    hotline: str


def regions(file: Path) -> tuple[Region, ...]:
    """Official divisions; a level that stands only for its parent (市辖区 of a municipality) is left out."""
    rows = list(csv.DictReader(file.read_text("utf-8").splitlines()))
    hollow = {row["code"]: row["parent_code"] for row in rows if row["name"] in ("市辖区", "县")}
    return tuple(
        Region(row["code"], row["name"], hollow.get(row["parent_code"], row["parent_code"]) or None, row["level"])
        for row in rows
        if row["code"] not in hollow
    )


def lay_out(divisions: Sequence[Region], dice: random.Random) -> Town:
    """The same town for the same divisions and dice."""
    root = next(each for each in divisions if each.parent is None)
    districts = [each for each in divisions if each.parent == root.code][:DISTRICTS]
    lines = catalogue()["line"]
    made: list[tuple[Office, tuple[Place, ...]]] = [_office(root, line, dice) for line in lines]
    made += [_office(district, line, dice) for district in districts for line in lines if line["code"] in HALL_LINES]
    supervisors = _supervisors(root, districts)
    every: list[Place] = [*divisions, *(Line(line["code"], line["name"]) for line in lines), *supervisors]
    for _, places in made:
        every.extend(places)
    return Town(
        tuple(every), tuple(office for office, _ in made), root.code, f"{root.code}-bureau", f"{root.code}-hotline"
    )


def _supervisors(root: Region, districts: Iterable[Region]) -> list[Institution]:
    bureau = f"{root.code}-bureau"
    return [
        Institution(bureau, f"{root.name}政务服务管理局", root.code, duty="bureau"),
        Institution(f"{root.code}-hotline", f"{root.name}12345热线管理中心", root.code, parent=bureau, duty="hotline"),
        Institution(f"{root.code}-systems", f"{root.name}政务信息中心", root.code, parent=bureau, duty="systems"),
        *(
            Institution(f"{each.code}-bureau", f"{each.name}政务服务管理局", each.code, parent=bureau, duty="bureau")
            for each in districts
        ),
    ]


def _office(region: Region, line: Mapping[str, Any], dice: random.Random) -> tuple[Office, tuple[Place, ...]]:
    code = f"{region.code}-{line['code']}"
    people = [Staff(f"{code}-{n}", person_name(dice), code) for n in range(1, STAFF + 1)]
    desks = [Window(f"{code}-w{n}", f"{line['name']}{n}号窗口", code) for n in range(1, WINDOWS + 1)]
    kiosk = Window(f"{code}-k1", f"{line['name']}自助终端", code, kiosk=True) if line["code"] == "tax" else None
    items = [Item(f"{code}-{n:02}", name, code, promised="5个工作日") for n, name in enumerate(line["items"], 1)]
    office = Office(
        code, line["code"], region.code, tuple(i.code for i in items), tuple(p.code for p in people),
        tuple(d.code for d in desks), kiosk.code if kiosk else None,
    )  # fmt: skip
    home = Institution(code, f"{region.name}{line['office']}", region.code, line["code"])
    return office, (home, *people, *desks, *([kiosk] if kiosk else []), *items)


def person_name(dice: random.Random) -> str:
    words = catalogue()
    return dice.choice(words["surnames"]) + dice.choice(words["given"])
