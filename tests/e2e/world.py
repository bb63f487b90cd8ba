"""A town in which everything has happened: whoever walks its pages meets each of them with something on it."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from core import db, flow, people
from core.audit import seal
from core.audit.model import SYSTEM
from core.desk import exports
from core.evidence import files
from core.intake.model import Received, ServiceEvent, Source, Submission
from core.notify import actions as notify
from core.outbox import actions as outbox
from core.people import Person
from core.proposals import actions as proposals
from core.proposals.model import Change
from core.tenants import Tenant
from tests.core import papers
from tests.core.notices import notice
from tests.e2e.enrolled import enrolled
from tests.e2e.exemplified import exemplified
from tests.e2e.trials import tried
from tests.e2e.visits import visited
from tests.web import desk
from tests.web.installed import installed
from tests.web.office import CANARY, MEMBERS, Seat, rated, seat
from tests.web.open_day import ON
from tests.web.registers import LI, TAX, act, strict, verified

PLATE, TEXT_PHONE = "京A·C4N4RY", "13511112222"
# What a rater may write of themselves: for those who handle it, and for nobody else.
NOBODYS = "00000000-0000-0000-0000-000000000001"
CONFESSION = f"我的车 {PLATE} 停在门口被拖走，请打 {TEXT_PHONE}，排队两个小时没有人理。"
TOLD = "评价人说排队两个小时，态度冷淡。"


@dataclass
class World:
    """``known`` fills the parameters of a route; ``seats`` are signed in, by username."""

    tenant: Tenant
    now: datetime
    known: dict[str, str]
    roles: Mapping[str, str] = field(default_factory=lambda: {name: role for name, (role, _, _) in MEMBERS.items()})
    seats: dict[str, Seat] = field(default_factory=dict[str, Seat])

    def at(self, path: str) -> str:
        return f"/t/{self.tenant.slug}{path}"


@asynccontextmanager
async def world(address: str, now: datetime, folder: Path) -> AsyncIterator[World]:
    files.use_folder(folder)
    with installed("open_day", "tests.web.open_day"):
        async with _lived(address, now) as found:
            yield found
    files._folder.clear()  # pyright: ignore[reportPrivateUsage]  # a program never gives its folder up


@asynccontextmanager
async def _lived(address: str, now: datetime) -> AsyncIterator[World]:
    async with strict(now, "crawl", *ON) as tenant, AsyncExitStack() as stack:
        found = World(tenant, now, {"slug": tenant.slug})
        for username in MEMBERS:
            found.seats[username] = await stack.enter_async_context(seat(address, tenant, username, now))
        await _happen(found, now)
        yield found


async def _happen(world: World, now: datetime) -> None:
    place = world.tenant
    world.known["late"] = await rated(place, now - timedelta(days=20), case="A1", text=CONFESSION)
    world.known["number"] = await _appealed(world, now)
    world.known["answered"] = await verified(place, now - timedelta(days=6), "L1", complexity="simple")
    await act(place, world.known["answered"], "feedback", now - timedelta(days=5), TAX, note="已整改，向您致歉。")
    other = await verified(place, now - timedelta(days=4), "B2", complexity="complex")
    again = {"until": "2026-10-20", "reason": "须采购", "clock": "complex"}
    await act(place, other, "extend", now - timedelta(days=3), TAX, **again)
    world.known["fresh"] = await rated(place, now - timedelta(days=1), case="A2", text=CONFESSION)
    await rated(place, now - timedelta(hours=1), case="A3", staff=None)
    for number, grade in enumerate((5, 5, 4, 3, 5)):
        await rated(place, now - timedelta(days=3 + number), grade, case=f"G{number}", text="")
    await rated(place, now - timedelta(days=2), case="W1", item="refund", staff="sun", window=None, text=CONFESSION)
    await _waiting(world, now)
    await _checked(world, now)
    await _calendar(world)
    await _proposed(world, now)
    world.known |= await exemplified(world.tenant, now)
    world.known |= await enrolled(world.tenant, now)
    world.known |= await visited(world.tenant, now)
    await _ids(world)
    world.known |= await tried(place, now)
    await _desk(world, now)


async def _desk(world: World, now: datetime) -> None:
    """A kept view, a lot that waits to be pressed, and a file that is ready: the supervisor's."""
    supervisor, place = world.seats["supervisor"], world.tenant
    told = {"list": "tickets", "name": "窗口差评", "query": "tab=all&grade=1", "pinned": "yes"}
    assert (await supervisor.post("/admin/views", told)).status_code == 303
    picked = {"list": "tickets", "verb": "supervise", "n": [world.known["fresh"]]}
    lot = await supervisor.post("/admin/tickets/bulk?tab=all", picked)
    ordered = {"cols": ["number", "item", "state"], "format": "csv"}
    assert (await supervisor.post("/admin/exports/tickets?tab=all", ordered)).status_code == 303
    async with db.as_tenant(place.id) as unit:
        view = await unit.fetchval("SELECT id FROM saved_view WHERE tenant_id = $1", place.id)
        export = await unit.fetchval("SELECT id FROM export WHERE tenant_id = $1", place.id)
        note = await unit.fetchval("SELECT id FROM notification WHERE tenant_id = $1 LIMIT 1", place.id)
        account = await unit.fetchval("SELECT id FROM member WHERE tenant_id = $1 AND username = 'handler'", place.id)
    await exports.export(place, str(export), now)
    world.known |= {"lot": lot.headers["location"].rpartition("/")[2], "view": str(view), "export": str(export),
                    "list_": "tickets", "note": str(note), "account": str(account), "what": "unlock",
                    "step": "channels"}  # fmt: skip


async def _appealed(world: World, now: datetime) -> str:
    """Found to be as it was said, told to the rated, appealed with a file, and commented on by the handler."""
    place = world.tenant
    number = await rated(place, now - timedelta(days=9), case="B1", text=CONFESSION, tags=(101,))
    await act(place, number, "verdict", now - timedelta(days=9) + timedelta(hours=2), TAX, **{"is": "valid"})
    await act(place, number, "notify", now - timedelta(days=1), TAX, to="staff:li", note=TOLD)
    clerk, handler = world.seats["clerk"], world.seats["handler"]
    answer = await desk.appeal(clerk, number, ("报修单.pdf", papers.pdf()), reason="当时系统故障，责任不在个人。")
    assert answer.status_code == 303, answer.text
    assert (await desk.upload(handler, number, ("现场照片.png", papers.png()))).status_code == 303
    told = await rated(place, now - timedelta(days=6), case="B3", text=CONFESSION)
    await act(place, told, "notify", now - timedelta(days=1), TAX, to="staff:li", note=TOLD)
    await act(place, told, "statement", now - timedelta(hours=20), LI, note="我向排队群众作了说明。")
    return number


async def _checked(world: World, now: datetime) -> None:
    """A closed ticket that was drawn by lot."""
    number = await rated(world.tenant, now - timedelta(days=8), case="C1", text=CONFESSION)
    async with db.as_tenant(world.tenant.id) as unit:
        await unit.execute("UPDATE ticket SET state = 'closed', closed_at = $3 WHERE tenant_id = $1 AND number = $2",
                           world.tenant.id, number, now - timedelta(days=1))  # fmt: skip
    days = {"since": f"{now - timedelta(days=2):%Y-%m-%d}", "until": f"{now:%Y-%m-%d}"}
    answer = await world.seats["supervisor"].post("/admin/checks", {**days, "method": "simple", "wanted": "1"})
    assert answer.status_code == 303, answer.text
    world.known["check"] = answer.headers["location"].rpartition("/")[2]


async def _calendar(world: World) -> None:
    """Next year's notice waits to be published."""
    answer = await world.seats["operator"].post("/admin/calendar/notice", {"text": notice(2027)})
    world.known["change"] = answer.headers["location"].rpartition("/")[2]


async def _proposed(world: World, now: datetime) -> None:
    """A proposal with one rule in it, not yet submitted."""
    answer = await world.seats["operator"].post("/admin/rules", {"since": "2026-06-01", "title": "整改期限调整"})
    assert answer.status_code == 303, answer.text
    world.known["proposal"] = answer.headers["location"].rpartition("/")[2]
    change = Change("min_sample", 30, "第九条")
    known = UUID(world.known["proposal"])
    await proposals.put(world.tenant, known, change, version=1, by=SYSTEM, now=now)


async def _waiting(world: World, now: datetime) -> None:
    """An invitation still open, a receipt, messages that went and did not, a key, a person somebody looked up."""
    closed = ServiceEvent("O1", "closed", now, item="invoice", staff="li", window="w1", mode="window", applicant=CANARY)
    served = ServiceEvent("O2", "closed", now, item="invoice", staff="li", window="w1", mode="window", applicant=CANARY)
    answers = await flow.receive(world.tenant, [closed, served], source=Source("demo", trusted=True), now=now)
    open_, used = (each.invitation for each in answers if isinstance(each, Received))
    assert open_ is not None and used is not None
    world.known["token"] = open_.token
    rating = Submission(token=used.token, grades=dict.fromkeys(used.dimensions, 5), rater=CANARY)
    receipt = await flow.rate(world.tenant, rating, source=Source("web"), now=now)
    world.known["code"] = receipt.receipt
    async with db.as_tenant(world.tenant.id) as unit:
        await unit.execute("INSERT INTO service_window (tenant_id, code, name, institution, kiosk)"
                           " VALUES ($1, 'k1', '自助终端', 'tax-east', true)", world.tenant.id)  # fmt: skip
        failed = await outbox.post(unit, "sms.link", {"path": "/r/x"}, now)
        await unit.execute("UPDATE outbox SET state = 'dead', last_error = '无应答' WHERE tenant_id = $1 AND id = $2",
                           world.tenant.id, failed)  # fmt: skip
        world.known["message"] = str(failed)
        await people.issue_key(unit, "叫号系统", ["events:write"], by=SYSTEM, now=now)
        person = await unit.fetchval("SELECT id FROM person WHERE tenant_id = $1 LIMIT 1", world.tenant.id)
        await seal.seal(unit, now, -1.0)
        accounts = {each.username: each.id for each in await people.members(unit)}
        world.known["account"], world.known["what"] = str(accounts["clerk"]), "unlock"
        await notify.tell(unit, accounts["supervisor"], "ticket", "发票领用", "/tickets", now)
        world.known["note"] = str(await unit.fetchval(
            "SELECT id FROM notification WHERE tenant_id = $1 AND member_id = $2", world.tenant.id,
            accounts["supervisor"]))  # fmt: skip
        world.known["clock"] = str(await unit.fetchval(
            "SELECT c.id FROM clock c JOIN ticket t ON t.tenant_id = c.tenant_id AND t.id = c.ticket_id"
            " WHERE t.tenant_id = $1 AND t.number = $2 LIMIT 1", world.tenant.id, world.known["number"]))  # fmt: skip
        seen = await people.unmask(unit, person, "电话核实", by=SYSTEM, now=now)
    assert isinstance(seen, Person)


async def _ids(world: World) -> None:
    supervisor, handler = world.seats["supervisor"], world.seats["handler"]
    pages = {"alert": "/admin/alerts", "task": "/admin/tasks?tab=all"}
    for name, path in pages.items():
        shown = (await supervisor.get(path)).text
        ids = re.search(rf"(?:do=|/admin/{name}s/)([0-9a-f-]{{36}})", shown)
        assert ids is not None, path
        world.known[name] = ids[1]
    shown = (await handler.get(f"/admin/tickets/{world.known['number']}")).text
    evidence = re.search(r"/evidence/([0-9a-f-]{36})", shown)
    assert evidence is not None
    world.known["file"] = evidence[1]
    clock = re.search(r"/deadlines/([0-9a-f-]{36})", shown)
    assert clock is not None
    world.known |= {
        "verb": "contact", "subject": "institution", "kind": "window", "question": "Q18", "window": "w1",
        "name": "app.css", "clock": clock[1], "wording": NOBODYS,
        "what": "unlock", "delegation": NOBODYS,
    }  # fmt: skip
    async with db.as_tenant(world.tenant.id) as unit:
        clerk = next(each for each in await people.members(unit) if each.username == "clerk")
    world.known["account"] = str(clerk.id)
