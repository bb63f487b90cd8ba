"""Accounts take two people, nobody changes their own, and what was changed stands in the log with what was before."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import httpx
import pytest

from core import db, people
from core.audit import actions as audit
from core.audit.model import SYSTEM
from core.people import Member, NewMember
from core.tenants import Tenant
from tests.ports import loopback
from tests.web.api_world import Times
from tests.web.office import MEMBERS, Seat, seat, town

PASSWORD = re.compile(r'class="secret num">([^<]+)<')


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now, "accounts") as found:
        yield found


@pytest.fixture
async def admin(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "admin", now) as found:
        yield found


@pytest.fixture
async def security(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "security", now) as found:
        yield found


async def member(place: Tenant, username: str) -> Member:
    async with db.as_tenant(place.id) as unit:
        return next(each for each in await people.members(unit) if each.username == username)


async def log(place: Tenant, username: str) -> list[tuple[str, str, object, object]]:
    async with db.as_tenant(place.id) as unit:
        return [(each.actor, each.act, each.before, each.after) for each in await audit.of(unit, "member", username)]


async def made(admin: Seat, place: Tenant, username: str = "wang") -> tuple[Member, str]:
    answer = await admin.post("/admin/members/new", {"username": username, "name": "王五"})
    found = PASSWORD.search(answer.text)
    assert answer.status_code == 200 and found, answer.text
    return await member(place, username), found[1]


async def test_an_account_is_made_by_one_and_given_its_powers_by_another(
    admin: Seat, security: Seat, place: Tenant
) -> None:
    one, password = await made(admin, place)
    by_admin = await admin.post(f"/admin/members/{one.id}/grant", {"role": "operator"})
    by_security = await security.post(
        f"/admin/members/{one.id}/grant", {"role": "handler", "institution": "tax-east", "staff": "li"}
    )
    made_by_security = await security.post("/admin/members/new", {"username": "zhao", "name": "赵六"})
    shown = await admin.get(f"/admin/members/{one.id}")
    after = await member(place, "wang")

    assert (one.role, by_admin.status_code, by_security.status_code, made_by_security.status_code) == (
        "",
        403,
        303,
        403,
    )
    assert (after.role, after.institution, after.staff) == ("handler", "tax-east", None)
    assert password not in shown.text
    assert await log(place, "wang") == [
        ("member:admin", "member.add", None, {"role": ""}),
        ("member:security", "member.change", {"role": "", "institution": None, "region": None, "staff": None},
         {"role": "handler", "institution": "tax-east", "region": None, "staff": None}),
    ]  # fmt: skip


async def test_the_first_password_lets_its_holder_in_and_is_shown_once(
    address: str, admin: Seat, place: Tenant
) -> None:
    _, password = await made(admin, place)

    async with loopback(address, headers={"sec-fetch-site": "same-origin"}) as browser:
        form = {"username": "wang", "password": password, "code": ""}
        entered = await browser.post(f"/t/{place.slug}/sign-in", data=form)

    assert entered.status_code == 303 and entered.headers["location"].startswith(f"/t/{place.slug}/admin")


@pytest.mark.parametrize(
    ("form", "field", "said"),
    [
        ({"role": "emperor"}, "role", "请从列出的角色中选择"), ({"role": "clerk"}, "staff", "须填写工号"),
        ({"role": "clerk", "staff": "nobody"}, "staff", "没有工号为"),
        ({"role": "handler"}, "institution", "须填写所在机构"),
        ({"role": "handler", "institution": "x<b>"}, "institution", "没有编码为"),
        ({"role": "supervisor", "region": "north"}, "region", "没有编码为"),
        ({"role": "supervisor", "region": "east", "institution": "bureau"}, "region", "只填一个"),
    ],
)  # fmt: skip
async def test_a_seat_that_does_not_exist_is_refused_at_its_field_with_what_was_typed(
    admin: Seat, security: Seat, place: Tenant, form: dict[str, str], field: str, said: str
) -> None:
    one, _ = await made(admin, place)

    answer = await security.post(f"/admin/members/{one.id}/grant", form)

    assert answer.status_code == 422
    assert re.search(rf'id="e-{field}"[^>]*>.*?{said}', answer.text, re.DOTALL)
    assert "x<b>" not in answer.text and (await member(place, "wang")).role == ""


async def test_one_member_of_staff_has_one_account(admin: Seat, security: Seat, place: Tenant) -> None:
    one, _ = await made(admin, place)
    other, _ = await made(admin, place, "liu")
    first = await security.post(f"/admin/members/{one.id}/grant", {"role": "clerk", "staff": "li"})
    second = await security.post(f"/admin/members/{other.id}/grant", {"role": "clerk", "staff": "li"})

    clerk = await member(place, "wang")
    assert (first.status_code, second.status_code) == (303, 422)
    assert (clerk.institution, clerk.staff) == ("tax-east", "li") and "已有账号" in second.text


async def test_nobody_changes_their_own_account(admin: Seat, security: Seat, place: Tenant) -> None:
    own, theirs = await member(place, "security"), await member(place, "admin")
    answers = [
        await security.post(f"/admin/members/{own.id}/grant", {"role": "operator"}),
        await security.post(f"/admin/members/{own.id}/secure/password"),
        await security.post(f"/admin/members/{own.id}/secure/factor"),
        await admin.post(f"/admin/members/{theirs.id}/state", {"enabled": "no"}),
    ]

    assert [each.status_code for each in answers] == [403] * 4
    assert all("另一位管理员" in each.text for each in answers)
    assert (await member(place, "security")).role == "security" and not (await member(place, "admin")).disabled


async def test_the_last_security_officer_and_the_last_administrator_stay(
    address: str, admin: Seat, security: Seat, place: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = await member(place, "security")
    refused = await admin.post(f"/admin/members/{last.id}/state", {"enabled": "no"})
    moved = await security.post(f"/admin/members/{(await member(place, 'admin')).id}/grant", {"role": "operator"})
    monkeypatch.setitem(MEMBERS, "security2", ("security", None, None))
    async with seat(address, place, "security2", now):
        allowed = await admin.post(f"/admin/members/{last.id}/state", {"enabled": "no"})

    assert (refused.status_code, moved.status_code, allowed.status_code) == (409, 409, 303)
    assert "最后一个" in refused.text and (await member(place, "security")).disabled


async def test_a_disabled_account_is_out_at_once_and_may_be_enabled_again(
    address: str, admin: Seat, place: Tenant, now: datetime
) -> None:
    async with seat(address, place, "handler", now) as handler:
        one = await member(place, "handler")
        before = (await handler.get("/admin/tickets")).status_code
        await admin.post(f"/admin/members/{one.id}/state", {"enabled": "no"})
        after = (await handler.get("/admin/tickets")).status_code
    await admin.post(f"/admin/members/{one.id}/state", {"enabled": "yes"})

    assert (before, after, (await member(place, "handler")).disabled) == (200, 303, False)
    assert [entry[1:] for entry in await log(place, "handler")][1:] == [
        ("member.disable", False, True), ("member.disable", True, False)
    ]  # fmt: skip


async def test_whoever_is_locked_out_is_let_in_again(security: Seat, admin: Seat, place: Tenant, now: datetime) -> None:
    one, _ = await made(admin, place)
    async with db.as_tenant(place.id) as unit:
        await unit.execute(
            "UPDATE member SET failures = 5, locked_until = $2, totp_secret = 'x' WHERE tenant_id = $1 AND id = $3",
            place.id, now + timedelta(minutes=15), one.id,
        )  # fmt: skip
        await people.open_session(unit, one.id, now)
    locked = await security.get("/admin/members?state=locked")
    reset = await security.post(f"/admin/members/{one.id}/secure/password")
    answers = [(await security.post(f"/admin/members/{one.id}/secure/{what}")).status_code
               for what in ("unlock", "factor", "sessions", "everything")]  # fmt: skip
    shown = await security.get(f"/admin/members/{one.id}")

    assert "王五" in locked.text
    assert reset.status_code in (200, 303) and PASSWORD.search(reset.text)
    assert answers == [303, 303, 303, 404]
    assert "未绑定" in shown.text and "不在线" in shown.text and "锁定" not in shown.text


async def test_the_list_is_searched_filtered_and_paged_by_user_name(
    address: str, admin: Seat, security: Seat, place: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("handler", "clerk", "supervisor"):
        async with seat(address, place, name, now):
            pass
    monkeypatch.setattr("web.admin.members.ROWS", 2)

    def names(answer: httpx.Response) -> list[str]:
        return re.findall(r'class="sum num">([a-z]+)<', answer.text)

    first = await admin.get("/admin/members")
    second = await admin.get("/admin/members?after=clerk")
    by_role = await admin.get("/admin/members?role=supervisor")
    by_body = await admin.get("/admin/members?institution=tax-east")
    by_name = await admin.get("/admin/members?q=HANDL")

    assert (names(first), names(second)) == (["admin", "clerk"], ["handler", "security"])
    assert (names(by_role), names(by_body), names(by_name)) == (["supervisor"], ["clerk", "handler"], ["handler"])
    assert "after=clerk" in first.text


async def test_an_account_of_another_place_does_not_exist(
    address: str, admin: Seat, security: Seat, place: Tenant, now: datetime
) -> None:
    async with town(now, "abroad") as other, seat(address, other, "handler", now) as handler:
        theirs = await member(other, "handler")
        answers = [
            await admin.get(f"/admin/members/{theirs.id}"),
            await admin.post(f"/admin/members/{theirs.id}/state", {"enabled": "no"}),
            await security.post(f"/admin/members/{theirs.id}/grant", {"role": "operator"}),
            await security.post(f"/admin/members/{theirs.id}/secure/password"),
        ]
        still = await handler.get("/admin/tickets")

    assert [each.status_code for each in answers] == [404] * 4
    assert still.status_code == 200


@pytest.mark.parametrize(
    ("username", "said"),
    [("", "请填写用户名"), ("a b", "用户名只用文字"), ("<b>", "用户名只用文字"), ("security", "已被使用")],
)
async def test_a_user_name_that_cannot_be_is_refused_at_its_field(
    admin: Seat, security: Seat, username: str, said: str
) -> None:
    answer = await admin.post("/admin/members/new", {"username": username, "name": "王五"})

    assert answer.status_code in (409, 422)
    assert re.search(rf'id="e-username"[^>]*>.*?{said}', answer.text, re.DOTALL) and 'value="王五"' in answer.text


async def test_of_one_person_there_is_one_live_account(admin: Seat, place: Tenant, now: datetime) -> None:
    ids = [
        await people.add_member(
            place.id, NewMember(name, name, "clerk", "A long pass phrase 1", institution="tax-east", staff="li"),
            by=SYSTEM, now=now,
        )
        for name in ("former", "newer")
    ]  # fmt: skip
    async with db.as_tenant(place.id) as unit:
        await people.set_disabled(unit, ids[0], True, by=SYSTEM, now=now)
    state = f"/admin/members/{ids[0]}/state"
    refused = await admin.post(state, {"enabled": "yes"})
    still = (await member(place, "former")).disabled
    async with db.as_tenant(place.id) as unit:
        await people.set_disabled(unit, ids[1], True, by=SYSTEM, now=now)
    taken = await admin.post(state, {"enabled": "yes"})

    assert refused.status_code == 409 and "工号“li”已有可用的账号" in refused.text and still
    assert taken.status_code == 303 and not (await member(place, "former")).disabled
