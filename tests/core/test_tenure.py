"""Everything of a place can be taken along, and goes only when two people and the waiting time have said so."""

import csv
import io
import secrets
import zipfile
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from core import clock, db, people, stack, tenants
from core.audit.model import SYSTEM
from core.crypto import CryptoFailed
from core.desk import papers
from core.embedded.servers import Servers
from core.errors import Conflict, NotEntitled, NotFound, Refused, WrongState
from core.evidence import files
from core.people import Member, NewMember
from core.policy.model import Override
from core.tenants import Founding, Tenant, states
from core.tenants.throwaway import ordered
from core.tenure import actions as tenure
from core.tenure import copying, leaving, practice
from tests.web.office import NAME, PHONE, PLACES, RULES, WORDS, rated

OPENED = "ALTER TABLE tenant DISABLE TRIGGER guarded; ALTER TABLE tenant NO FORCE ROW LEVEL SECURITY"
PASSED = "UPDATE tenant SET leaves_at = now() - interval '1 minute' WHERE id = $1"
SHUT = "ALTER TABLE tenant ENABLE TRIGGER guarded; ALTER TABLE tenant FORCE ROW LEVEL SECURITY"
AGREED = (
    "UPDATE farewell SET agreed_by = $2, agreed_name = '', agreed_at = now() - $3::text::interval WHERE tenant_id = $1"
)
LEAVES = "UPDATE tenant SET state = 'leaving', leaves_at = now() + $2::text::interval WHERE id = $1"
ANSWERED = """
INSERT INTO questionnaire (tenant_id, id, number, mode, item, line, questions, first_at)
VALUES ($1, 'one', 1, '', '', '', '{"fields": []}', now());
INSERT INTO questionnaire_answer (tenant_id, rating_id, rated_at, version, answers, complete, at)
SELECT tenant_id, id, rated_at, 'one', jsonb_build_object('why', text), true, now() FROM rating WHERE tenant_id = $1
"""
SHEET = """
INSERT INTO roster (tenant_id, id, member_id, name, size, digest, content, mend, plan, state, asked_by, asked_at)
VALUES ($1, gen_random_uuid(), $2, 'a.csv', 1, '', $3, $3, '[]', 'mapping', 'liang', now())
"""
WAIT = Override("deletion_wait", "30d", "第二十条")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    files.use_folder(tmp_path)
    yield tmp_path
    files._folder.clear()


async def settled(now: datetime, *more: Override) -> Tenant:
    """A real place, of which the application may delete nothing by itself."""
    name = secrets.token_hex(4)
    founding = Founding(f"real-{name}", f"真实市{name}", (), overrides=(*RULES, *more), answers={"Q18": False})
    tenant = await tenants.create(founding, now=now)
    async with db.as_tenant(tenant.id) as unit:
        for statement in filter(str.strip, PLACES.split(";")):
            await unit.execute(statement, tenant.id)
    return tenant


async def answered(tenant: Tenant) -> None:
    """Whoever rated wrote the same words into a questionnaire."""
    async with db.as_tenant(tenant.id) as unit:
        for statement in ANSWERED.split(";"):
            await unit.execute(statement, tenant.id)


async def member(tenant: Tenant, username: str, now: datetime) -> Member:
    new = NewMember(username, f"{username}某", "provincial", "A long pass phrase", must_change=False)
    member_id = await people.add_member(tenant.id, new, by=SYSTEM, now=now)
    async with db.as_tenant(tenant.id) as unit:
        return next(each for each in await people.members(unit) if each.id == member_id)


async def rows(tenant: Tenant) -> dict[str, int]:
    async with db.as_tenant(tenant.id) as unit:
        found = {
            table: await unit.fetchval(f"SELECT count(*) FROM {table} WHERE tenant_id = $1", tenant.id)
            for table in await ordered(unit)
        }
    return {table: count for table, count in found.items() if count}


async def archived(tenant: Tenant, by: Member, now: datetime) -> None:
    async with db.as_tenant(tenant.id) as unit:
        await tenure.archive(unit, by, "并入他市", now)


async def agreed(tenant: Tenant, now: datetime) -> tuple[Member, Member]:
    one, other = await member(tenant, "liang", now), await member(tenant, "shen", now)
    await archived(tenant, one, now)
    policy = stack.policy(tenant, now.date())
    async with db.as_tenant(tenant.id) as unit:
        await leaving.ask(unit, one, policy, "并入他市", now)
    async with db.as_tenant(tenant.id) as unit:
        with pytest.raises(NotEntitled):
            await leaving.agree(unit, tenant, one, now)
        await leaving.agree(unit, tenant, other, now)
    tenants.forget(tenant.id)
    return one, other


async def time_passes(pool: Servers, tenant: Tenant) -> None:
    """The waiting time is over by the database's own clock, as only its owner can pretend."""
    connection = await asyncpg.connect(pool.owner_url)
    try:
        async with connection.transaction():
            await connection.execute(OPENED)
            await connection.execute(PASSED, tenant.id)
            await connection.execute(SHUT)
    finally:
        await connection.close()
    tenants.forget(tenant.id)


async def test_every_row_is_gone_when_the_waiting_time_is_over_and_no_other_place_loses_one(
    pool: Servers, folder: Path
) -> None:
    now = clock.now()
    tenant, other = await settled(now, WAIT), await settled(now, WAIT)
    await rated(tenant, now - timedelta(days=1))
    await rated(other, now - timedelta(days=1))
    files.write(tenant.id, db.ids.new(), b"proof")
    before = await rows(other)
    await agreed(tenant, now)

    await leaving.leave(await tenants.by_id(tenant.id), "0", now + timedelta(days=365))
    waiting = await rows(tenant)
    await time_passes(pool, tenant)
    await leaving.leave(await tenants.by_id(tenant.id), "0", clock.now())

    assert waiting["rating"] == 1, "the database's own clock is not there yet, whatever a program says"
    assert await rows(tenant) == {} and await rows(other) == before
    assert [each for each in (folder / str(tenant.id)).rglob("*") if each.is_file()] == []
    with pytest.raises(NotFound):
        await tenants.by_slug(tenant.slug)
    async with db.as_system() as unit:
        gone = await unit.fetchrow("SELECT name, rows FROM departed WHERE id = $1", tenant.id)
    assert gone and gone["name"] == tenant.name and gone["rows"] > 20


async def test_it_can_be_stopped_while_the_waiting_time_runs(pool: Servers) -> None:
    now = clock.now()
    tenant = await settled(now, WAIT)
    one, _ = await agreed(tenant, now)

    async with db.as_tenant(tenant.id) as unit:
        await leaving.stop(unit, one, "不并了", now)
    tenants.forget(tenant.id)
    await leaving.leave(await tenants.by_id(tenant.id), "0", now + timedelta(days=400))

    assert (await tenants.by_id(tenant.id)).state == "archived" and (await rows(tenant))["region"] == 3


async def test_once_the_waiting_time_is_over_nothing_half_deleted_comes_back(pool: Servers) -> None:
    now = clock.now()
    tenant = await settled(now, WAIT)
    one, _ = await agreed(tenant, now)
    await time_passes(pool, tenant)

    with pytest.raises(WrongState, match="正在删除"):
        async with db.as_tenant(tenant.id) as unit:
            await leaving.stop(unit, one, "不并了", now)
    with pytest.raises(Refused):
        async with db.as_tenant(tenant.id) as unit:
            await unit.execute("UPDATE tenant SET state = 'archived', leaves_at = NULL WHERE id = $1", tenant.id)
    await leaving.leave(await tenants.by_id(tenant.id), "0", clock.now())

    assert await rows(tenant) == {}


async def test_a_province_goes_only_after_its_cities(pool: Servers) -> None:
    now, name = clock.now(), secrets.token_hex(4)
    province = await tenants.create(Founding(f"pv-{name}", f"省{name}", (), province=True, overrides=(WAIT,)), now=now)
    one, other = await member(province, "liang", now), await member(province, "shen", now)
    await archived(province, one, now)
    policy = stack.policy(province, now.date())
    async with db.as_tenant(province.id) as unit:
        await leaving.ask(unit, one, policy, "并入他省", now)
    await tenants.create(Founding(f"ct-{name}", f"市{name}", (), parent=province.id), now=now)

    async with db.as_tenant(province.id) as unit:
        with pytest.raises(Conflict, match=f"市{name}"):
            await leaving.agree(unit, province, other, now)
    async with db.as_tenant(province.id) as unit:
        await leaving.stop(unit, one, "不并了", now)
    async with db.as_tenant(province.id) as unit:
        with pytest.raises(Conflict, match=f"市{name}"):
            await leaving.ask(unit, one, policy, "并入他省", now)


async def test_who_brings_a_place_back_ends_what_was_asked_before(pool: Servers) -> None:
    now = clock.now()
    tenant = await settled(now, WAIT)
    one = await member(tenant, "liang", now)
    await archived(tenant, one, now)
    async with db.as_tenant(tenant.id) as unit:
        await leaving.ask(unit, one, stack.policy(tenant, now.date()), "并入他市", now)
    async with db.as_tenant(tenant.id) as unit:
        await tenure.bring_back(unit, tenant, one, "继续用", now)

    async with db.as_tenant(tenant.id) as unit:
        assert await leaving.current(unit) is None


async def test_without_a_waiting_time_in_the_rules_nothing_is_deleted(pool: Servers) -> None:
    now = clock.now()
    tenant = await settled(now)
    one = await member(tenant, "liang", now)
    await archived(tenant, one, now)

    async with db.as_tenant(tenant.id) as unit:
        with pytest.raises(Conflict, match="等待期"):
            await leaving.ask(unit, one, stack.policy(tenant, now.date()), "并入他市", now)


@pytest.mark.parametrize(
    "trick",
    [
        "UPDATE tenant SET state = 'leaving', leaves_at = now() + interval '1 second' WHERE id = $1",
        "UPDATE tenant SET state = 'leaving', leaves_at = now() - interval '1 day' WHERE id = $1",
        "UPDATE tenant SET state = 'live' WHERE id = $1",
    ],
)
async def test_a_program_that_goes_round_the_verbs_is_stopped_by_the_database(pool: Servers, trick: str) -> None:
    tenant = await settled(clock.now(), WAIT)

    with pytest.raises(Refused):
        async with db.as_tenant(tenant.id) as unit:
            await unit.execute(trick, tenant.id)
    async with db.as_tenant(tenant.id) as unit:
        assert await unit.execute("DELETE FROM region WHERE tenant_id = $1", tenant.id) == 0


@pytest.mark.parametrize(
    ("agreed_before", "leaves_in", "holds"),
    [("0 days", "29 days 23 hours", False), ("40 days", "1 day", False), ("0 days", "30 days 1 hour", True)],
)
async def test_the_database_lets_nothing_leave_before_the_whole_waiting_time(
    pool: Servers, agreed_before: str, leaves_in: str, holds: bool
) -> None:
    now = clock.now()
    tenant = await settled(now, WAIT)
    one, other = await member(tenant, "liang", now), await member(tenant, "shen", now)
    await archived(tenant, one, now)
    async with db.as_tenant(tenant.id) as unit:
        await leaving.ask(unit, one, stack.policy(tenant, now.date()), "并入他市", now)

    with nullcontext() if holds else pytest.raises(Refused):
        async with db.as_tenant(tenant.id) as unit:
            await unit.execute(AGREED, tenant.id, other.id, agreed_before)
            await unit.execute(LEAVES, tenant.id, leaves_in)


async def test_a_place_that_stays_cannot_be_written_down_as_gone(pool: Servers) -> None:
    tenant = await settled(clock.now())

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.as_tenant(tenant.id) as unit:
            await unit.execute(leaving.Q.depart, tenant.id, tenant.slug, tenant.name, None, 0, clock.now())


async def test_only_what_is_practice_goes_before_the_first_day_and_nothing_after_it(pool: Servers) -> None:
    now = clock.now()
    tenant = await settled(now)
    await rated(tenant, now - timedelta(days=1))
    await answered(tenant)
    async with db.as_tenant(tenant.id) as unit:
        first = await practice.clear(unit)
    left = await rows(tenant)
    await rated(tenant, now - timedelta(days=1), case="A2")
    await tenants.go_live(tenant.id, True, by=SYSTEM, now=now)
    async with db.as_tenant(tenant.id) as unit:
        await practice.clear(unit)

    assert first > 8 and not set(left) & practice.PRACTICE and {"staff", "questionnaire", "override"} <= set(left)
    assert (await rows(tenant))["rating"] == 1, "what is of the first day on is nobody's to clear"


def lying(folder: Path) -> list[Path]:
    return [each for each in folder.rglob("*") if each.is_file()]


def content(tenant: Tenant, export: UUID) -> bytes:
    return b"".join(papers.paper(tenant.id, export).between(0, 2**40))


async def test_what_is_packed_lies_sealed_block_by_block_and_is_read_from_anywhere(
    pool: Servers, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papers, "BLOCK", 512)
    now = clock.now()
    tenant = await settled(now)
    one = await member(tenant, "liang", now)
    async with db.as_tenant(tenant.id) as unit:
        export = await copying.order(unit, tenant, one, copying.Wanted("移交", personal=False), now)
    await copying.copy(tenant, str(export), now)
    async with db.as_tenant(tenant.id) as unit:
        told = await unit.fetchrow("SELECT state, size, digest FROM export WHERE id = $1", export)
    whole, paper = content(tenant, export), papers.paper(tenant.id, export)
    (file,) = lying(folder)

    assert told is not None and (told["state"], told["size"]) == ("ready", len(whole)) and len(whole) > 20 * 512
    assert told["digest"] == sha256(whole).digest()
    for start, stop in ((0, 1), (511, 513), (512, 1024), (700, len(whole) + 99), (len(whole) - 1, len(whole))):
        assert b"".join(paper.between(start, stop)) == whole[start:stop]
    assert b"manifest.json" in whole and b"manifest.json" not in file.read_bytes()
    length = 4 + int.from_bytes(file.read_bytes()[:4], "big")
    file.write_bytes(
        file.read_bytes()[length : 2 * length] + file.read_bytes()[:length] + file.read_bytes()[2 * length :]
    )
    with pytest.raises(CryptoFailed):
        content(tenant, export)


async def test_a_disk_that_is_full_is_said_and_nothing_half_made_stays(
    pool: Servers, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    tenant = await settled(now)
    one = await member(tenant, "liang", now)
    async with db.as_tenant(tenant.id) as unit:
        export = await copying.order(unit, tenant, one, copying.Wanted("移交", personal=False), now)
    monkeypatch.setattr(copying, "LEAST_FREE", 2**60)

    await copying.copy(tenant, str(export), now)

    async with db.as_tenant(tenant.id) as unit:
        told = await unit.fetchrow("SELECT state, refusal FROM export WHERE id = $1", export)
    assert told is not None and told["state"] == "failed" and "磁盘空间" in told["refusal"]
    assert lying(folder) == []


async def test_all_of_it_leaves_in_one_file_and_persons_only_for_a_reason(pool: Servers, folder: Path) -> None:
    now = clock.now()
    tenant = await settled(now)
    await rated(tenant, now - timedelta(days=1))
    await answered(tenant)
    one = await member(tenant, "liang", now)
    async with db.as_tenant(tenant.id) as unit:
        await unit.execute(SHEET, tenant.id, one.id, NAME.encode())
    packed: list[dict[str, str]] = []
    for personal in (False, True):
        async with db.as_tenant(tenant.id) as unit:
            export = await copying.order(unit, tenant, one, copying.Wanted("移交", personal), now)
        await copying.copy(tenant, str(export), now)
        with zipfile.ZipFile(io.BytesIO(content(tenant, export))) as pack:
            packed.append({name: pack.read(name).decode("utf-8-sig") for name in pack.namelist()})
    plain, whole = packed

    assert {"rating.csv", "ticket.csv", "override.csv", "audit.csv", "manifest.json"} <= set(plain)
    private = (NAME, NAME.encode().hex(), WORDS, PHONE)
    assert "person.csv" not in plain and not any(secret in text for text in plain.values() for secret in private)
    assert WORDS in whole["questionnaire_answer.csv"] and NAME.encode().hex() in whole["roster.csv"]
    (person,) = csv.DictReader(io.StringIO(whole["person.csv"]))
    assert (person["name"], person["phone"]) == (NAME, PHONE) and WORDS in whole["rating.csv"]
    assert "session.csv" not in whole and "password_hash" not in whole["member.csv"]


async def test_nothing_is_packed_without_a_reason(pool: Servers) -> None:
    now = clock.now()
    tenant = await settled(now)
    one = await member(tenant, "liang", now)

    async with db.as_tenant(tenant.id) as unit:
        with pytest.raises(Refused, match="用途"):
            await copying.order(unit, tenant, one, copying.Wanted("", personal=True), now)
        assert await states.locked(unit) == "founding"
