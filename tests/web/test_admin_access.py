"""Every screen opens to the roles of its permission and to nobody else, and no page names who rated."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from itertools import combinations
from uuid import UUID

import pytest
from litestar.handlers import HTTPRouteHandler

from core import db
from core.outbox import actions as outbox
from core.tenants import Tenant
from tests.ports import loopback
from tests.web.api_world import Times
from tests.web.office import CANARY, MEMBERS, NAME, PHONE, WORDS, Seat, rated, seat, town
from web.admin.routes import ROUTES as ADMIN
from web.auth import MEMBER, PUBLIC
from web.permissions import APART, ROLES, TABLE, may
from web.province.routes import ROUTES as PROVINCE

NOBODYS = UUID(int=7)
HANDLERS: tuple[HTTPRouteHandler, ...] = (*ADMIN, *PROVINCE)


def _paths(number: str) -> list[tuple[str, str, str]]:
    """Method, address below the tenant, and permission of every back-office route."""
    values = {
        "delegation": str(NOBODYS),
        "number": number, "verb": "contact", "subject": "institution", "code": "tax-east", "kind": "window",
        "alert": str(NOBODYS), "file": str(NOBODYS), "message": str(NOBODYS), "task": str(NOBODYS), "question": "Q18",
        "check": str(NOBODYS), "round_": str(NOBODYS), "city": "1", "edition": "1", "version": "1", "name": "clocks",
        "account": str(NOBODYS), "what": "unlock", "note": str(NOBODYS),
        "clock": str(NOBODYS), "wording": str(NOBODYS),
        "lot": str(NOBODYS), "view": str(NOBODYS), "export": str(NOBODYS), "list_": "tickets",
        "session": str(NOBODYS), "change": str(NOBODYS), "device": str(NOBODYS),
        "proposal": str(NOBODYS), "example": str(NOBODYS),
        "step": "channels",
        "extra": "nothing", "page_": "list", "record": str(NOBODYS), "act": "agree", "field_": "phone",
        "format_": "csv", "paper": "ticket",
        "roster": str(NOBODYS), "run": str(NOBODYS), "section": "ticket",
    }  # fmt: skip
    found: list[tuple[str, str, str]] = []
    for handler in HANDLERS:
        for template in handler.paths:
            path = template.removeprefix("/t/{slug:str}")
            for name, value in values.items():
                for kind in ("str", "uuid", "path"):
                    path = path.replace(f"{{{name}:{kind}}}", value)
            assert "{" not in path, f"a parameter that this walk does not know: {template}"
            found += [(method, path, str(handler.opt["perm"])) for method in sorted(handler.http_methods - {"OPTIONS"})]
    return found


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now) as found:
        yield found


@pytest.mark.slow
async def test_each_role_enters_what_its_permissions_name_and_nothing_else(
    address: str, place: Tenant, now: datetime
) -> None:
    number = await rated(place, now - timedelta(days=2))
    wrong: list[str] = []
    for username, (role, _, _) in MEMBERS.items():
        async with seat(address, place, username, now) as member:
            for method, path, permission in _paths(number):
                answer = await (member.get(path) if method == "GET" else member.post(path))
                allowed = permission in (PUBLIC, MEMBER) or may(role, permission)
                if (answer.status_code == 403) == allowed or answer.is_server_error:
                    wrong.append(f"{username} {method} {path}: {answer.status_code}")

    assert wrong == []


def test_every_route_asks_for_a_permission_of_the_table_and_changes_nothing_by_one_that_only_shows() -> None:
    known = {each.code: each for each in TABLE}
    asked = [(f"{method} {path}", permission) for method, path, permission in _paths("x")
             if permission not in (PUBLIC, MEMBER)]  # fmt: skip
    # What is open to every member is their own account and what they type.
    unnamed = [path for path, permission in asked if permission not in known]
    silent = [path for path, code in asked if code in known and not path.startswith("GET") and not known[code].writes]

    assert (unnamed, silent) == ([], [])


def test_system_security_and_audit_are_three_persons_with_nothing_to_change_in_common() -> None:
    """三员分立：whoever makes an account cannot give it powers, and whoever watches can do neither."""
    writes = {role: {each.code for each in TABLE if role in each.roles and each.writes} for role in APART}
    business = {"tickets.read", "ratings.read", "scores.read", "messages.read", "alerts.read", "ledger.read"}

    assert [one & other for one, other in combinations(writes.values(), 2) if one & other] == []
    assert not (ROLES["admin"] | ROLES["security"] | ROLES["auditor"]) & business
    assert ROLES["auditor"] == {"home", "audit.read", "permissions.read"}
    assert "audit.read" not in ROLES["admin"] | ROLES["security"]
    assert len({each.code for each in TABLE}) == len(TABLE)


async def test_the_matrix_says_what_the_guard_does(address: str, place: Tenant, now: datetime) -> None:
    shown: dict[str, int] = {}
    for username in ("admin", "security", "auditor", "operator"):
        async with seat(address, place, username, now) as member:
            text = (await member.get("/admin/permissions")).text
        shown[username] = text.count('class="yes"')
        assert all(each.label in text for each in TABLE)

    assert set(shown.values()) == {sum(len(each.roles) for each in TABLE)}


async def test_an_account_without_a_role_is_told_what_it_waits_for_and_opens_nothing(
    address: str, place: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MEMBERS, "newcomer", ("", None, None))
    async with seat(address, place, "newcomer", now) as member:
        told = await member.get("/admin")
        closed = {(await member.get(path)).status_code
                  for method, path, permission in _paths("x")
                  if method == "GET" and permission not in (PUBLIC, MEMBER)}  # fmt: skip

    assert told.status_code == 200 and "安全管理员" in told.text
    assert closed == {403}


async def test_without_a_session_of_this_place_every_screen_leads_to_its_sign_in(
    address: str, place: Tenant, now: datetime
) -> None:
    number = await rated(place, now - timedelta(days=2))
    async with (
        town(now, "abroad") as other,
        seat(address, other, "supervisor", now) as stranger,
        loopback(address, headers={"sec-fetch-site": "same-origin"}) as visitor,
    ):
        # A session of another place, under the name this place would look for.
        visitor.cookies.set(f"hcp-{place.slug}", stranger.session)
        answers = [
            (path, await visitor.request(method, f"/t/{place.slug}{path}", data={} if method == "POST" else None))
            for method, path, permission in _paths(number)
            if permission != PUBLIC
        ]

    assert [(path, each.status_code) for path, each in answers if each.status_code != 303] == []
    assert {each.headers["location"].partition("?")[0] for _, each in answers} == {f"/t/{place.slug}/sign-in"}


async def test_what_belongs_to_another_place_is_not_found(address: str, place: Tenant, now: datetime) -> None:
    async with town(now, "abroad") as other, seat(address, place, "operator", now) as member:
        foreign = await rated(other, now - timedelta(days=2))
        async with db.as_tenant(other.id) as unit:
            message = await outbox.post(unit, "sms.link", {"path": "/r/x"}, now)
        answers = [
            await member.get(f"/admin/tickets/{foreign}"), await member.post(f"/admin/messages/{message}/resend"),
            await member.get("/admin/scores/institution/nowhere"), await member.get("/admin/places/nothing/export.csv"),
        ]  # fmt: skip

    assert [each.status_code for each in answers] == [404] * 4


@pytest.mark.slow
async def test_no_page_shows_who_rated(address: str, place: Tenant, now: datetime) -> None:
    """国办发〔2019〕51号 and every city after it: the rater's person stays closed."""
    number = await rated(place, now - timedelta(days=2))
    async with AsyncExitStack() as stack:
        seats = {name: await stack.enter_async_context(seat(address, place, name, now)) for name in MEMBERS}
        await seats["handler"].do(number, "notify", checked="yes")
        await seats["handler"].do(number, "contact", note="已联系")
        told = {
            f"{name} {path}": (await member.get(path)).text
            for name, member in seats.items()
            for method, path, _ in _paths(number) if method == "GET"
        }  # fmt: skip

    secrets = (NAME, PHONE, CANARY.id_number)
    assert [place for place, text in told.items() if any(each in text for each in secrets)] == []


@pytest.mark.parametrize("path", ["/admin/mine", "/admin/tickets?tab=all", "/admin/tickets/{}"])
async def test_the_rated_learn_the_day_and_the_matter_but_no_hour_case_channel_or_words(
    address: str, place: Tenant, now: datetime, path: str
) -> None:
    at = now - timedelta(days=2, minutes=13)
    number = await rated(place, at, case="CASE-4711")
    async with seat(address, place, "clerk", now) as clerk, seat(address, place, "handler", now) as handler:
        await handler.do(number, "notify", checked="yes")
        shown = (await clerk.get(path.format(number))).text
        searched = (await clerk.get("/admin/tickets?tab=all&q=CASE-4711")).text

    hour = (at + timedelta(minutes=7)).strftime("%H:%M")
    assert "发票领用" in shown and "2026年3月7日" in shown
    assert [each for each in ("CASE-4711", WORDS, hour, "网上评价") if each in shown] == []
    assert number not in searched


async def test_a_colleagues_figures_are_not_for_clerks_nor_for_other_institutions(
    address: str, place: Tenant, now: datetime
) -> None:
    await rated(place, now - timedelta(days=2), 5, case="A1", text="")
    await rated(place, now - timedelta(days=2), 5, case="A2", text="", staff="zhao")

    async def seen(member: Seat) -> set[str]:
        text = (await member.get("/admin/scores?subject=staff")).text
        return {name for name in ("李四", "赵六") if name in text}

    async with (
        seat(address, place, "clerk", now) as clerk,
        seat(address, place, "handler", now) as handler,
        seat(address, place, "west", now) as west,
    ):
        found = [await seen(each) for each in (handler, west)]
        closed = [(await clerk.get("/admin/scores/staff/zhao")).status_code,
                  (await west.get("/admin/scores/staff/li")).status_code]  # fmt: skip

    assert found == [{"李四", "赵六"}, set()]
    assert closed == [403, 404]
