"""A file handed in for an act that did not come about is nobody's, and what nothing names goes within a day."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from core import crypto, db, duties, flow, worker
from core import settings as environment
from core.audit import Actor
from core.embedded.servers import Servers
from core.errors import EvidenceType, TooLong
from core.evidence import actions, files
from core.intake.model import Submission
from core.tenants import Tenant
from tests.conftest import SECRET
from tests.core import papers
from tests.core.test_evidence import opened
from tests.core.test_round import founded
from tests.core.town import CITIZEN, invited
from web import app

BY = Actor("staff", "li")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    files.use_folder(tmp_path / "files")
    yield tmp_path / "files"
    files._folder.clear()


@pytest.fixture
async def ticket(tenant: Tenant, now: datetime) -> UUID:
    return await opened(tenant, now)


async def kept(tenant: Tenant, ticket: UUID, now: datetime, *names: str) -> list[UUID]:
    handed = [(name, papers.pdf()) for name in names]
    async with db.as_tenant(tenant.id) as unit:
        return [each.id for each in await actions.keep_all(unit, ticket, handed, BY, now)]


async def known(tenant: Tenant, ticket: UUID) -> list[UUID]:
    async with db.as_tenant(tenant.id) as unit:
        return [each.id for each in await actions.listing(unit, ticket)]


async def test_what_no_act_names_is_taken_back_and_what_one_names_stays(
    tenant: Tenant, ticket: UUID, now: datetime
) -> None:
    loose, named = await kept(tenant, ticket, now, "a.pdf", "b.pdf")
    async with db.as_tenant(tenant.id) as unit:
        await unit.execute(
            "INSERT INTO ticket_act (tenant_id, id, ticket_id, at, act, actor, note, data)"
            " VALUES ($1, $2, $3, $4, 'appeal', 'staff:li', '', $5)",
            tenant.id, db.ids.new(), ticket, now, {"files": [str(named)]},
        )  # fmt: skip
        taken = await actions.take_back(unit, [loose, named])

    assert taken == 1 and await known(tenant, ticket) == [named]


async def test_one_tenant_takes_back_nothing_of_another(
    tenant: Tenant, stranger: Tenant, ticket: UUID, now: datetime
) -> None:
    (own,) = await kept(tenant, ticket, now, "a.pdf")
    async with db.as_tenant(stranger.id) as unit:
        taken = await actions.take_back(unit, [own])

    assert taken == 0 and await known(tenant, ticket) == [own]


async def test_of_files_handed_in_together_all_stay_or_none(tenant: Tenant, ticket: UUID, now: datetime) -> None:
    with pytest.raises(EvidenceType):
        await kept(tenant, ticket, now, "a.pdf", "b.exe")

    assert await known(tenant, ticket) == []


async def test_a_ticket_takes_so_many_files_and_no_more(tenant: Tenant, ticket: UUID, now: datetime) -> None:
    await kept(tenant, ticket, now, *(f"{each}.pdf" for each in range(actions.MOST_OF_A_TICKET)))

    with pytest.raises(TooLong, match="最多 50 份"):
        await kept(tenant, ticket, now, "more.pdf")


async def test_what_was_never_part_of_anything_goes_once_a_day(
    tenant: Tenant, ticket: UUID, now: datetime, folder: Path
) -> None:
    def left_over() -> Path:
        file_id = db.ids.new()
        files.write(tenant.id, file_id, papers.pdf())
        (path,) = folder.glob(f"*/*/{file_id}")
        os.utime(path, ((now - timedelta(days=2)).timestamp(),) * 2)
        return path

    (own,) = await kept(tenant, ticket, now, "a.pdf")
    first = left_over()
    await duties.look_at(tenant.id, now)
    second = left_over()
    await duties.look_at(tenant.id, now + timedelta(hours=1))
    same_day = second.exists()
    await duties.look_at(tenant.id, now + timedelta(days=1))

    assert not first.exists() and same_day and not second.exists()
    assert await known(tenant, ticket) == [own]


async def test_the_web_and_the_worker_use_the_folder_of_their_settings(
    pool: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HAOCHAPING_FILES", str(tmp_path / "web"))
    monkeypatch.setenv("HAOCHAPING_SECRET", SECRET)
    app.create()
    of_web = list(files._folder)
    monkeypatch.setenv("HAOCHAPING_FILES", str(tmp_path / "worker"))
    with pytest.raises(db.NestedUnit):
        await worker.work(environment.read(), worker.Plan({}))
    crypto.use_secret(SECRET)

    assert (of_web, files._folder) == ([tmp_path / "web"], [tmp_path / "worker"])


async def test_in_a_real_tenant_too_the_files_of_a_refused_act_go(pool: Servers, now: datetime) -> None:
    real = await founded(now)
    invitation = await invited(real, "A1", now)
    grades = dict.fromkeys(invitation.dimensions, 1)
    told = await flow.rate(real, Submission(token=invitation.token, grades=grades, text="慢"), source=CITIZEN, now=now)
    ticket = told.ticket
    assert ticket is not None
    (loose,) = await kept(real, ticket, now, "a.pdf")

    async with db.as_tenant(real.id) as unit:
        taken = await actions.take_back(unit, [loose])

    assert taken == 1 and await known(real, ticket) == []
