"""Standing proof that the judge can say no: each protection is taken away once, and what it protected is seen to go."""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import asyncpg
import pytest

from core.embedded import postgres
from tests.faults.conftest import Say
from tests.faults.crossing import cross
from tests.faults.facts import stored
from tests.faults.history import read
from tests.faults.house import House, Place, whole_house
from tests.faults.judge import Verdict, judge
from tests.faults.load import Hall
from tests.faults.test_crossing import inhabited

pytestmark = pytest.mark.faults

CLIENTS = 4
# What protects a rating from its own copies: the permanent key, and the invitation that is taken once.
FORGET_KEYS = """
ALTER TABLE rating_key DROP CONSTRAINT rating_key_pkey;
CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.key := gen_random_uuid(); RETURN NEW; END$$;
CREATE FUNCTION stay_open() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.state := 'open'; RETURN NEW; END$$;
CREATE TRIGGER forget BEFORE INSERT ON rating_key FOR EACH ROW EXECUTE FUNCTION forget();
CREATE TRIGGER stay_open BEFORE UPDATE ON invitation FOR EACH ROW EXECUTE FUNCTION stay_open();
"""
REMEMBER_KEYS = """
DROP TRIGGER stay_open ON invitation;
DROP TRIGGER forget ON rating_key;
DROP FUNCTION stay_open, forget;
ALTER TABLE rating_key ADD PRIMARY KEY (tenant_id, source, key);
"""
UNGUARD = "DROP POLICY own_tenant ON receipt; CREATE POLICY open_door ON receipt USING (true);"
GUARD = """
DROP POLICY open_door ON receipt;
CREATE POLICY own_tenant ON receipt
  USING (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::int)
  WITH CHECK (tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::int);
"""


async def test_without_synchronous_commit_a_kill_loses_what_was_acknowledged(tmp_path: Path, say: Say):
    with whole_house(tmp_path, webs=1, workers=0) as house:
        place = await asyncio.to_thread(house.found, "lazy")
        _commit_lazily(house)
        hall, stop = Hall(house, place, house.history(place)), asyncio.Event()
        load = asyncio.create_task(hall.work(CLIENTS, stop))
        await asyncio.sleep(6)
        await asyncio.to_thread(house.kill_database)
        stop.set()
        await load
        hall.history.close()
        verdict = await _verdict(house, hall)

    say(f"control a (synchronous_commit=off, kill -9): {verdict}")
    assert verdict.lost


async def test_an_error_that_is_swallowed_takes_acknowledged_ratings_with_it(house: House, say: Say):
    place = await asyncio.to_thread(house.found, "swallow")
    hall = Hall(house, place, house.history(place))
    await hall.do(5, 1)
    await _rate_swallowing(house, place, hall)
    hall.history.close()
    verdict = await _verdict(house, hall)

    say(f"control b (swallowed database error): {verdict}")
    assert len(verdict.lost) == 1


async def test_without_its_keys_a_copy_counts_twice(house: House, say: Say):
    place = await asyncio.to_thread(house.found, "keyless")
    hall = Hall(house, place, house.history(place), copies=3)
    with _changed(house, FORGET_KEYS, REMEMBER_KEYS):
        await hall.do(10, 2)
        verdict = await _verdict(house, hall)
    hall.history.close()

    say(f"control c (unique key dropped): {verdict}")
    assert len(verdict.dup) == 10
    assert hall.receipts_differ == 10


async def test_without_its_policy_a_table_shows_everybody(house: House, say: Say):
    ours, theirs = await inhabited(house, "open-ours"), await inhabited(house, "open-theirs")
    with _changed(house, UNGUARD, GUARD):
        found = await cross(house, ours, theirs)
    healed = await cross(house, ours, theirs)

    say(f"control d (row-level security policy dropped): {found}")
    assert found.leaks == ("receipt",)
    assert healed.leaks == ()


async def _verdict(house: House, hall: Hall) -> Verdict:
    return judge(read(hall.history.file), await asyncio.to_thread(stored, house, hall.place))


def _commit_lazily(house: House) -> None:
    """The program refuses such a server when it starts, so its connections are made anew behind its back."""
    house.sql(
        f"ALTER SYSTEM SET wal_writer_delay = '10s'; SELECT pg_reload_conf();"
        f" ALTER ROLE {postgres.WEB} SET synchronous_commit = off;"
        f" SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{postgres.WEB}';"
    )


@contextmanager
def _changed(house: House, before: str, after: str) -> Iterator[None]:
    house.sql(before)
    try:
        yield
    finally:
        house.sql(after)


@asynccontextmanager
async def _raw(house: House) -> AsyncGenerator[asyncpg.Connection]:
    connection = await asyncpg.connect(house.settings.database_url)
    try:
        yield connection
    finally:
        await connection.close()


async def _rate_swallowing(house: House, place: Place, hall: Hall) -> None:
    """What a plain transaction makes of an error that somebody caught: COMMIT becomes ROLLBACK, and nobody is told."""
    taken = json.loads(house.sql(f"SELECT to_json(r) FROM rating r WHERE tenant_id = {place.id} LIMIT 1;"))
    hall.history.write("invoke", "F-lost", 5)
    async with _raw(house) as connection, connection.transaction():
        await connection.execute(f"SET LOCAL app.tenant_id = '{place.id}'")
        await connection.execute(
            "INSERT INTO receipt (tenant_id, code, rating_id, rated_at) VALUES ($1, 'lost', $2, now())",
            place.id, taken["id"],
        )  # fmt: skip
        with suppress(asyncpg.UniqueViolationError):
            await connection.execute("INSERT INTO receipt SELECT * FROM receipt WHERE tenant_id = $1", place.id)
    hall.history.write("ok", "F-lost", 5, "lost")
