"""A place that was entered as settings leaves as a folder that installs by pip and holds all of its own examples."""

import asyncio
import sys
import tomllib
import zipfile
from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from subprocess import run

import pytest

from core import db, stack, tenants
from core.audit.model import SYSTEM
from core.embedded.servers import Servers
from core.errors import Conflict
from core.examples import actions as examples
from core.packing.actions import pack
from core.packing.folder import Place, zipped
from core.policy.model import INHERIT, Override
from core.scenarios.catalogue import installed
from core.scenarios.runner import run_paths
from core.scenarios.writing import plain
from core.tenants import Founding, Tenant

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
PAPER = "泉示〔2026〕1号"
LATER = "泉示〔2026〕9号"
OCCASIONS = [{"event": "closed", "dimensions": ["overall"], "required": ["overall"]}]
CLOCKS = [
    {"clock": "contact", "from": "dispatched", "within": "2wd", "clause": "第八条"},
    {"clock": "reply", "from": "dispatched", "within": "5wd"},
]
RULES = (
    Override("rating_window", "10d", "第六条", date(2026, 1, 1), document=PAPER),
    Override("occasions", OCCASIONS, "第五条", date(2026, 1, 1), document=PAPER),
    Override("clocks", CLOCKS, "第九条", date(2026, 1, 1), document=PAPER),
    Override("returns", True, "第十一条", date(2026, 1, 1), document=PAPER),
    Override("returns", INHERIT, "第三条", date(2026, 9, 1), document=LATER),
    Override("rating_window", "5wd", "第二条", date(2026, 9, 1), document=LATER),
)
EXAMPLE = """
says = "两个工作日内联系，五个工作日内答复；评价期限是五个工作日"

[[step]]
at = 2026-03-02T09:00:00
do = "closed"
case = "A1"
item = "invoice"
staff = "li"
mode = "window"

[[step]]
at = 2026-03-02T09:00:00
see = "invitation"
case = "A1"
closes = 2026-03-10T00:00:00

[[step]]
at = 2026-03-02T09:05:00
do = "rate"
case = "A1"
grades = { overall = 2 }
tags = [213]

[[step]]
at = 2026-03-02T09:05:00
see = "ticket"
case = "A1"
due = { contact = 2026-03-05T00:00:00, reply = 2026-03-10T00:00:00 }
clause = { contact = "第八条", reply = "第九条" }

[[step]]
at = 2026-03-02T09:05:00
see = "policy"
key = "clocks"
layer = "override"
"""


@pytest.fixture
async def place(pool: Servers) -> Tenant:
    here = await tenants.create(Founding("quanzhou", "泉州市", ("national",), "泉州", overrides=RULES), now=NOW)
    async with db.as_tenant(here.id) as unit:
        await examples.add(unit, plain(tomllib.loads(EXAMPLE)), "", by=SYSTEM, name="张", now=NOW)
    return await tenants.by_id(here.id)


@pytest.fixture
async def folder(place: Tenant, tmp_path: Path) -> AsyncGenerator[Path]:
    """Unpacked and installed, as whoever has downloaded it would."""
    made = await pack(place, Place("quanzhou_exported", place.name, place.short, "350500", place.stack), now=NOW)
    zipfile.ZipFile(BytesIO(zipped(made, "quanzhou"))).extractall(tmp_path)
    site = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    await asyncio.to_thread(run, [*pip, "--target", str(site), str(tmp_path / "quanzhou")], check=True)
    sys.path.insert(0, str(site))
    stack.forget()
    yield site / "quanzhou_exported"
    sys.path.remove(str(site))
    for name in [each for each in sys.modules if each.partition(".")[0] == "quanzhou_exported"]:
        del sys.modules[name]
    stack.forget()


async def test_the_folder_installs_says_the_same_and_holds_its_own_examples(place: Tenant, folder: Path):
    report = await run_paths([folder / "scenarios"], installed())
    theirs = await tenants.create(Founding("adopter", "泉州市", ("quanzhou_exported",)), now=NOW)

    assert [(each.ok, each.found) for each in report.results] == [(True, None)]
    for day in (date(2026, 1, 1), date(2026, 8, 31), date(2026, 9, 1), date(2026, 11, 22)):
        here, there = stack.policy(place, day), stack.policy(theirs, day)
        assert {name: why.value for name, why in here.whys.items()} == {
            name: why.value for name, why in there.whys.items()
        }, day
    assert [each.document for each in stack.layer("quanzhou_exported").regulations] == ["", ""]


async def test_what_has_no_rules_of_its_own_has_nothing_to_export(pool: Servers):
    bare = await tenants.create(Founding("bare", "空市", ("national",)), now=NOW)

    with pytest.raises(Conflict):
        await pack(bare, Place("bare_city", "空市"), now=NOW)
