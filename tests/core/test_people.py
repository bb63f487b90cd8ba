"""People are recognised without being read, and only who may come in comes in."""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import pyotp
import pytest

from core import audit, db, people
from core.audit import SYSTEM, Actor
from core.errors import Conflict, Invalid, NotFound, ReasonMissing, Unauthorized
from core.people import NewMember, Person
from core.tenants import Tenant

LI = Person("李四", "111", "11010119900307123x", "13800138000")
BY = Actor("member", "auditor")
PASSWORD, NEXT = "A long enough word", "Another long 1"


async def remembered(tenant: Tenant, person: Person) -> UUID:
    async with db.as_tenant(tenant.id) as unit:
        return await people.remember(unit, person)


async def test_the_same_person_is_one_however_they_are_typed(tenant: Tenant) -> None:
    first = await remembered(tenant, LI)

    assert (
        await remembered(tenant, Person(" 李四", "111", "１１０１０１１９９００３０７１２３X", "+86 138-0013-8000"))
        == first
    )
    assert await remembered(tenant, Person("李四", phone="13800138000")) != first
    assert await remembered(tenant, Person("王五", "111", "110101199003071248")) != first


async def test_two_tenants_never_share_a_person(tenant: Tenant, stranger: Tenant) -> None:
    assert await remembered(tenant, LI) != await remembered(stranger, LI)


@pytest.mark.parametrize(
    ("claimed", "is_same"),
    [
        (Person("李四", "111", "11010119900307123X"), True),
        (Person("李四", "111", "110101199003071240"), False),
        (Person("王五", "111", "11010119900307123X"), False),
        (Person("李四", phone="13800138000"), True),
        (Person("李四", phone="13900139000"), False),
        (Person("李四"), True),
        (Person("王五"), False),
        (Person(""), False),
    ],
)
async def test_who_claims_to_be_somebody_must_match(tenant: Tenant, claimed: Person, is_same: bool) -> None:
    person_id = await remembered(tenant, LI)

    async with db.as_tenant(tenant.id) as unit:
        assert await people.same(unit, person_id, claimed) is is_same


async def test_nothing_stored_can_be_read(tenant: Tenant) -> None:
    person_id = await remembered(tenant, LI)

    async with db.as_tenant(tenant.id) as unit:
        row = await unit.fetchrow("SELECT person::text AS all, * FROM person WHERE tenant_id = $1", tenant.id)
    assert row is not None
    assert row["id"] == person_id
    for secret in ("李四", "1234567890", LI.phone, LI.id_number):
        assert secret.encode().hex() not in row["all"]
        assert secret not in row["all"]


async def test_a_page_sees_a_person_masked(tenant: Tenant) -> None:
    person_id = await remembered(tenant, LI)

    async with db.as_tenant(tenant.id) as unit:
        shown = (await people.view(unit, [person_id]))[person_id]
    assert (shown.name, shown.phone, shown.id_number) == ("李*", "138****8000", "*" * 16 + "3X")


async def test_unmasking_needs_a_reason_and_leaves_an_entry(tenant: Tenant, now: datetime) -> None:
    person_id = await remembered(tenant, LI)

    with pytest.raises(ReasonMissing):
        async with db.as_tenant(tenant.id) as unit:
            await people.unmask(unit, person_id, "  ", by=BY, now=now)
    async with db.as_tenant(tenant.id) as unit:
        person = await people.unmask(unit, person_id, "回访", by=BY, now=now)
        entries = await audit.of(unit, "person", person_id)
    assert person == Person("李四", "111", "11010119900307123X", "13800138000")
    assert [(entry.act, entry.actor, entry.after) for entry in entries] == [
        ("person.unmask", "member:auditor", {"reason": "回访"})
    ]


async def test_an_erased_person_is_gone_and_comes_back_as_a_stranger(tenant: Tenant, now: datetime) -> None:
    person_id = await remembered(tenant, LI)
    async with db.as_tenant(tenant.id) as unit:
        await people.erase(unit, person_id, "本人申请", by=BY, now=now)

    async with db.as_tenant(tenant.id) as unit:
        assert await people.address(unit, person_id) == ""
        assert await people.by_phone(unit, LI.phone) == ()
        assert not await people.same(unit, person_id, LI)
    assert await remembered(tenant, LI) != person_id


async def test_a_strangers_person_cannot_be_read(tenant: Tenant, stranger: Tenant, now: datetime) -> None:
    person_id = await remembered(stranger, LI)

    with pytest.raises(NotFound):
        async with db.as_tenant(tenant.id) as unit:
            await people.unmask(unit, person_id, "好奇", by=BY, now=now)


async def member(tenant: Tenant, now: datetime, secret: str | None = None) -> UUID:
    new = NewMember("zhang", "张三", "handler", PASSWORD, institution="tax", totp_secret=secret)
    return await people.add_member(tenant.id, new, by=SYSTEM, now=now)


async def test_a_session_ends_by_idleness_by_age_and_by_leaving(tenant: Tenant, now: datetime) -> None:
    await member(tenant, now)
    token = await people.sign_in(tenant.id, "zhang", PASSWORD, "", now)

    async def is_in(at: datetime) -> bool:
        try:
            async with db.as_tenant(tenant.id) as unit:
                return (await people.session_of(unit, token, at)).member.username == "zhang"
        except Unauthorized:
            return False

    assert await is_in(now + timedelta(minutes=29))
    assert await is_in(now + timedelta(minutes=58))
    assert not await is_in(now + timedelta(minutes=89))
    assert not await is_in(now + timedelta(hours=8))
    async with db.as_tenant(tenant.id) as unit:
        await people.sign_out(unit, token)
    assert not await is_in(now + timedelta(minutes=58))


async def test_a_session_is_stored_as_a_hash_and_good_in_its_tenant_only(
    tenant: Tenant, stranger: Tenant, now: datetime
) -> None:
    await member(tenant, now)
    token = await people.sign_in(tenant.id, "zhang", PASSWORD, "", now)

    async with db.as_tenant(tenant.id) as unit:
        stored = await unit.fetchval("SELECT token_hash FROM session WHERE tenant_id = $1", tenant.id)
    assert token.encode() not in stored
    with pytest.raises(Unauthorized):
        async with db.as_tenant(stranger.id) as unit:
            await people.session_of(unit, token, now)


async def test_five_failures_lock_an_account_and_nobody_learns_of_it(tenant: Tenant, now: datetime) -> None:
    await member(tenant, now)
    said: set[str] = set()
    for username, password in [("zhang", "wrong")] * 5 + [("zhang", PASSWORD), ("nobody", PASSWORD)]:
        with pytest.raises(Unauthorized) as refusal:
            await people.sign_in(tenant.id, username, password, "", now)
        said.add(refusal.value.detail)

    assert len(said) == 1
    assert await people.sign_in(tenant.id, "zhang", PASSWORD, "", now + timedelta(minutes=15))


async def test_four_failures_do_not_lock_and_success_forgets_them(tenant: Tenant, now: datetime) -> None:
    await member(tenant, now)
    for _ in range(2):
        for _ in range(4):
            with pytest.raises(Unauthorized):
                await people.sign_in(tenant.id, "zhang", "wrong", "", now)
        assert await people.sign_in(tenant.id, "zhang", PASSWORD, "", now)


async def test_a_code_is_good_once(tenant: Tenant, now: datetime) -> None:
    secret = pyotp.random_base32()
    await member(tenant, now, secret)
    code = pyotp.TOTP(secret).at(now)

    assert await people.sign_in(tenant.id, "zhang", PASSWORD, code, now)
    with pytest.raises(Unauthorized):
        await people.sign_in(tenant.id, "zhang", PASSWORD, code, now)
    with pytest.raises(Unauthorized):
        await people.sign_in(tenant.id, "zhang", PASSWORD, "", now)
    later = now + timedelta(seconds=30)
    assert await people.sign_in(tenant.id, "zhang", PASSWORD, pyotp.TOTP(secret).at(later), later)


async def test_disabling_and_changing_a_role_hold_from_the_next_request(tenant: Tenant, now: datetime) -> None:
    member_id = await member(tenant, now)
    for change, word in (("role", PASSWORD), ("password", PASSWORD), ("disable", NEXT)):
        token = await people.sign_in(tenant.id, "zhang", word, "", now)
        if change == "password":
            await people.set_password(tenant.id, member_id, NEXT, by=BY, now=now)
        else:
            async with db.as_tenant(tenant.id) as unit:
                found = next(iter(await people.members(unit)))
                if change == "role":
                    await people.change_member(unit, found, by=BY, now=now)
                else:
                    await people.set_disabled(unit, member_id, True, by=BY, now=now)
        with pytest.raises(Unauthorized):
            async with db.as_tenant(tenant.id) as unit:
                await people.session_of(unit, token, now)
    with pytest.raises(Unauthorized):
        await people.sign_in(tenant.id, "zhang", NEXT, "", now)


@pytest.mark.parametrize(
    "new",
    [NewMember("", "张", "handler", PASSWORD), NewMember("a", "张", "root", PASSWORD),  # pyright: ignore
     NewMember("a", "张", "handler", "short"), NewMember("a\0", "张", "handler", PASSWORD)],
)  # fmt: skip
async def test_a_member_without_name_role_or_password_is_refused(tenant: Tenant, now: datetime, new: NewMember) -> None:
    with pytest.raises(Invalid):
        await people.add_member(tenant.id, new, by=SYSTEM, now=now)


async def test_a_user_name_is_taken_once(tenant: Tenant, now: datetime) -> None:
    await member(tenant, now)
    with pytest.raises(Conflict):
        await member(tenant, now)


async def test_a_key_opens_its_tenant_until_it_ends_or_is_revoked(tenant: Tenant, now: datetime) -> None:
    async with db.as_tenant(tenant.id) as unit:
        ends = now + timedelta(days=1)
        text = await people.issue_key(unit, "大厅系统", ["events:write"], expires_at=ends, by=BY, now=now)

    key = await people.key_of(text, now)
    assert (key.tenant_id, key.scopes, key.label) == (tenant.id, frozenset({"events:write"}), "大厅系统")
    with pytest.raises(Unauthorized):
        await people.key_of(text, ends)
    with pytest.raises(Unauthorized):
        await people.key_of(text[:-1] + ("A" if text[-1] != "A" else "B"), now)
    async with db.as_tenant(tenant.id) as unit:
        await people.revoke_key(unit, key.id, by=BY, now=now)
    with pytest.raises(Unauthorized):
        await people.key_of(text, now)


async def test_a_keys_last_use_is_written_once_a_minute(tenant: Tenant, now: datetime) -> None:
    async with db.as_tenant(tenant.id) as unit:
        text = await people.issue_key(unit, "k", ["scores:read"], by=BY, now=now)
    for seconds in (0, 30, 59, 60):
        await people.key_of(text, now + timedelta(seconds=seconds))

    async with db.as_tenant(tenant.id) as unit:
        (key,) = await people.keys(unit)
    assert key.used_at == now + timedelta(seconds=60)


async def test_a_scope_that_does_not_exist_is_refused(tenant: Tenant, now: datetime) -> None:
    with pytest.raises(Invalid):
        async with db.as_tenant(tenant.id) as unit:
            await people.issue_key(unit, "k", ["everything"], by=BY, now=now)


async def test_the_log_cannot_be_changed_by_the_application(tenant: Tenant, now: datetime) -> None:
    async with db.as_tenant(tenant.id) as unit:
        await audit.write(unit, BY, "a", "b", "c", None, {"d": now.date()}, now, "web")
        (entry,) = await audit.newest(unit, act="a")
    assert (entry.after, entry.source) == ({"d": "2026-03-09"}, "web")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.as_tenant(tenant.id) as unit:
            await unit.execute("UPDATE audit SET act = 'x' WHERE tenant_id = $1", tenant.id)
