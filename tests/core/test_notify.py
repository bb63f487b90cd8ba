"""Members are told of what concerns them; elsewhere only by choice, in waking hours, in words that name nobody."""

from collections.abc import AsyncGenerator, Mapping
from datetime import datetime, time, timedelta
from uuid import UUID

import pytest

from core import clock, db, handling, notify, people, worker
from core.audit.model import SYSTEM, Actor
from core.clock import SHANGHAI
from core.errors import Invalid, NotFound
from core.notify import actions, jobs
from core.notify.decide import goes_out, next_digest
from core.notify.model import KINDS, Choice, Hours
from core.outbox import actions as outbox
from core.outbox import tasks
from core.outbox.jobs import ATTEMPTS_ALLOWED, Delivery
from core.outbox.mail import mail_gateway
from core.outbox.sms import HttpGateway, signing_key
from core.people import Contact, NewMember, contacts
from core.tenants import Tenant
from core.tickets.model import Act
from tests.mail_server import Post, posting
from tests.sms_gateway import Running, running
from tests.web.office import rated, town

SECRET = "a secret that is only good for tests"  # noqa: S105
ADDRESS = "https://hall.example"
# A Tuesday in March 2026; 1–3 January and 15–23 February are holidays, 14 and 28 February are worked Saturdays.
TUESDAY = datetime(2026, 3, 10, 10, tzinfo=SHANGHAI)


def _at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture
async def place(pool: object, now: datetime) -> AsyncGenerator[Tenant]:
    async with town(now) as found:
        yield found


@pytest.fixture
async def post() -> AsyncGenerator[Post]:
    async with posting() as found:
        yield found


@pytest.fixture
async def phones() -> AsyncGenerator[Running]:
    async with running(SECRET) as found:
        yield found


async def _member(
    place: Tenant, username: str, role: str, institution: str | None, now: datetime, staff: str | None = None
) -> UUID:
    new = NewMember(username, f"{username}某", role, "A long pass phrase", institution=institution, staff=staff)  # pyright: ignore[reportArgumentType]
    return await people.add_member(place.id, new, by=SYSTEM, now=now)


async def _wants(
    place: Tenant, member: UUID, now: datetime, ways: Mapping[str, set[str]], hours: Hours | None = None
) -> None:
    async with db.as_tenant(place.id) as unit:
        by = Actor("member", "x", member)
        await people.set_contact(unit, member, Contact("li@tax.example.cn", "13800138000"), by=by, now=now)
        chosen = Choice(hours or Hours(), {kind: frozenset(each) for kind, each in ways.items()})
        await actions.choose(unit, member, chosen, by=by, now=now)


async def _told(place: Tenant, member: UUID, now: datetime) -> list[str]:
    async with db.as_tenant(place.id) as unit:
        found, _ = await actions.listing(unit, member, now)
    return [each.title for each in found]


async def _work(place: Tenant, at: datetime, post: Post | None = None, phones: Running | None = None) -> None:
    """The worker, until nothing is due any more."""
    sms = HttpGateway(phones.url, signing_key(SECRET)) if phones else HttpGateway("http://127.0.0.1:1", b"")
    mail = mail_gateway(post.url if post else "", "好差评 <hcp@hall.example>")
    known = {**jobs.JOBS, "outbox": Delivery(sms, ADDRESS, mail)}
    with clock.at(at):
        while (claimed := await tasks.claim(at, 50, throwaway=True)).ids:
            for task_id in claimed.ids:
                await worker.run_claimed(task_id, claimed.token, {**_nothing(), **known})


def _nothing() -> Mapping[str, worker.Job]:
    async def pass_by(tenant: Tenant, ref: str, at: datetime) -> None: ...

    kinds = ("silence", "reminders", "drafts", "clocks", "fold", "assigned", "weighing")
    return dict.fromkeys(kinds, pass_by)


async def test_a_dispatched_ticket_is_told_to_who_handles_there_and_to_nobody_else(
    place: Tenant, now: datetime
) -> None:
    east = await _member(place, "east", "handler", "tax-east", now)
    west = await _member(place, "west", "handler", "tax-west", now)
    gone = await _member(place, "gone", "handler", "tax-east", now)
    operator = await _member(place, "ops", "operator", "tax-east", now)
    async with db.as_tenant(place.id) as unit:
        await people.set_disabled(unit, gone, True, by=SYSTEM, now=now)
    number = await rated(place, now)

    async with db.as_tenant(place.id) as unit:
        (found,), _ = await actions.listing(unit, east, now + timedelta(hours=1))
    assert (found.kind, found.title, found.about) == ("ticket", "收到工单", f"发票领用，{number}")
    assert found.link == f"/tickets/{number}"
    for other in (west, gone, operator):
        assert await _told(place, other, now + timedelta(hours=1)) == []


async def test_the_same_fact_is_told_once(place: Tenant, now: datetime) -> None:
    member = await _member(place, "east", "handler", "tax-east", now)
    async with db.as_tenant(place.id) as unit:
        for _ in range(2):
            await notify.tell(unit, member, "export", "工单.xlsx", "/downloads", now, once="export:1")

    assert await _told(place, member, now) == [KINDS["export"]]


async def test_what_was_read_is_counted_no_more_and_nobody_reads_for_another(place: Tenant, now: datetime) -> None:
    first = await _member(place, "a", "handler", "tax-east", now)
    second = await _member(place, "b", "handler", "tax-east", now)
    async with db.as_tenant(place.id) as unit:
        for number in range(3):
            await notify.tell(unit, first, "export", "", f"/d/{number}", now)
        found, _ = await actions.listing(unit, first, now)
        await actions.mark_read(unit, second, found[0].id, now)
        untouched = await notify.unread(unit, first, now)
        with pytest.raises(NotFound):
            await actions.one(unit, second, found[0].id, now)
        await actions.mark_read(unit, first, found[0].id, now)
        one_less = await notify.unread(unit, first, now)
        await actions.mark_all_read(unit, first, now)

        assert (untouched, one_less, await notify.unread(unit, first, now)) == (3, 2, 0)


async def test_the_rated_hear_of_it_from_the_next_day_on_and_learn_matter_and_day(place: Tenant, now: datetime) -> None:
    clerk = await _member(place, "li", "clerk", "tax-east", now, staff="li")
    number = await rated(place, now)
    told = now + timedelta(minutes=30)
    async with db.as_tenant(place.id) as unit:
        ticket = await unit.fetchval("SELECT id FROM ticket WHERE tenant_id = $1", place.id)
    by = Actor("institution", "tax-east", clerk)
    words = {"note": "排队两个小时", "checked": True}
    await handling.act(place, ticket, Act("notify", words), by=by, now=told)
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), SHANGHAI)

    assert await _told(place, clerk, midnight - timedelta(seconds=1)) == []
    async with db.as_tenant(place.id) as unit:
        (found,), _ = await actions.listing(unit, clerk, midnight)
    assert (found.kind, found.title) == ("rated", "有一条与您有关的差评")
    assert found.about == f"发票领用，{now.month}月{now.day}日的评价"
    assert number not in found.about + found.link and "排队" not in found.about


@pytest.mark.parametrize(
    ("at", "ends", "goes", "at_once"),
    [
        (TUESDAY, None, TUESDAY, False),
        (_at(3, 10, 22), None, _at(3, 11, 8), False),
        (_at(3, 11, 3), None, _at(3, 11, 8), False),
        (_at(3, 13, 22), None, _at(3, 16, 8), False),  # Friday evening → Monday
        (_at(3, 14, 12), None, _at(3, 16, 8), False),  # Saturday noon → Monday
        (_at(2, 14, 10), None, _at(2, 14, 10), False),  # a worked Saturday is a working day
        (_at(2, 13, 22), None, _at(2, 14, 8), False),
        (_at(2, 14, 22), None, _at(2, 24, 8), False),  # before the Spring Festival
        (_at(3, 13, 22), _at(3, 16, 7), _at(3, 13, 22), True),  # the law's clock ends before Monday's start
        (_at(3, 13, 22), _at(3, 16, 9), _at(3, 16, 8), False),
        (_at(3, 13, 22), _at(3, 13, 21), _at(3, 16, 8), False),  # it is over already: nothing is gained at night
    ],
)
def test_nobody_is_reminded_at_night_or_on_a_rest_day_unless_the_laws_clock_ends_before(
    tenant: Tenant, at: datetime, ends: datetime | None, goes: datetime, at_once: bool
) -> None:
    found = goes_out(at, Hours(), tenant.calendar, ends)

    assert (found.at, found.at_once) == (goes, at_once)


@pytest.mark.parametrize(
    ("hours", "at", "goes"),
    [
        (Hours(time(12), time(14)), _at(3, 10, 13), _at(3, 10, 14)),
        (Hours(time(12), time(14)), _at(3, 10, 22), _at(3, 10, 22)),
        (Hours(time(8), time(8)), _at(3, 10, 3), _at(3, 10, 3)),
        (Hours(time(18), time(9, 30)), _at(3, 10, 9), _at(3, 10, 9, 30)),
    ],
)
def test_quiet_hours_are_each_members_own(tenant: Tenant, hours: Hours, at: datetime, goes: datetime) -> None:
    assert goes_out(at, hours, tenant.calendar, None).at == goes


def test_a_digest_comes_at_half_past_eight_of_a_working_day(tenant: Tenant) -> None:
    assert next_digest(_at(3, 10, 8), tenant.calendar) == _at(3, 10, 8, 30)
    assert next_digest(_at(3, 10, 8, 30), tenant.calendar) == _at(3, 11, 8, 30)
    assert next_digest(_at(3, 13, 9), tenant.calendar) == _at(3, 16, 8, 30)


async def test_by_mail_and_sms_go_the_kind_and_the_way_and_nothing_of_the_matter(
    place: Tenant, post: Post, phones: Running
) -> None:
    member = await _member(place, "east", "handler", "tax-east", TUESDAY)
    await _wants(place, member, TUESDAY, {"ticket": {"mail", "sms"}})
    number = await rated(place, TUESDAY - timedelta(minutes=7))
    await _work(place, TUESDAY, post, phones)

    (letter,) = post.inbox.letters
    (sms,) = phones.inside.messages.values()
    said = letter.get_content() + sms["text"]
    assert letter["To"] == "li@tax.example.cn" and sms["to"] == "13800138000"
    assert str(letter["Subject"]) == f"【{place.short or place.name}好差评】收到工单"
    assert f"{ADDRESS}/t/{place.slug}/admin/notifications/" in said
    for secret in (number, "发票", "排队", "金丝雀", "李四", "13977776666"):
        assert secret not in said + str(letter)


async def test_in_the_evening_it_waits_for_the_morning_and_read_meanwhile_it_is_not_sent(
    place: Tenant, post: Post
) -> None:
    evening, morning = _at(3, 10, 22), _at(3, 11, 8)
    first, second = (
        await _member(place, "a", "handler", None, evening),
        await _member(place, "b", "handler", None, evening),
    )
    for member in (first, second):
        await _wants(place, member, evening, {"export": {"mail"}})
        async with db.as_tenant(place.id) as unit:
            await notify.tell(unit, member, "export", "", "/downloads", evening)
    await _work(place, evening, post)
    at_night = len(post.inbox.letters)
    async with db.as_tenant(place.id) as unit:
        await actions.mark_all_read(unit, second, evening)
    await _work(place, morning - timedelta(seconds=1), post)
    early = len(post.inbox.letters)
    await _work(place, morning, post)

    assert (at_night, early, len(post.inbox.letters)) == (0, 0, 1)


async def test_what_the_law_does_not_let_wait_comes_at_night_and_says_why(place: Tenant, post: Post) -> None:
    friday = _at(3, 13, 22)
    member = await _member(place, "east", "handler", "tax-east", friday)
    await _wants(place, member, friday, {"ticket": {"mail"}})
    await rated(place, friday - timedelta(minutes=7))
    async with db.as_tenant(place.id) as unit:
        await unit.execute(
            "UPDATE clock SET due_at = $2 WHERE tenant_id = $1 AND state = 'running'", place.id, _at(3, 16, 7)
        )
    await _work(place, friday, post)

    (letter,) = post.inbox.letters
    assert jobs.WHY_NOW in letter.get_content()


async def test_a_digest_gathers_a_day_into_one_letter(place: Tenant, post: Post) -> None:
    member = await _member(place, "east", "handler", "tax-east", TUESDAY)
    await _wants(place, member, TUESDAY, {"export": {"mail"}, "refused": {"mail"}}, Hours(digest=True))
    async with db.as_tenant(place.id) as unit:
        for number in range(2):
            await notify.tell(unit, member, "export", "", f"/d/{number}", TUESDAY)
        await notify.tell(unit, member, "refused", "", "/lots", TUESDAY)
        await notify.tell(unit, member, "urge", "", "/tickets", TUESDAY)
    await _work(place, TUESDAY, post)
    before = len(post.inbox.letters)
    await _work(place, _at(3, 11, 8, 30), post)
    await _work(place, _at(3, 12, 8, 30), post)

    (letter,) = post.inbox.letters
    assert before == 0 and "3 条未读" in str(letter["Subject"])
    assert "导出的文件可以下载：2 条" in letter.get_content() and "催办" not in letter.get_content()


async def test_a_letter_the_server_does_not_take_waits_and_in_the_end_is_seen_to_be_dead(
    place: Tenant, post: Post
) -> None:
    member = await _member(place, "east", "handler", "tax-east", TUESDAY)
    await _wants(place, member, TUESDAY, {"export": {"mail"}})
    post.inbox.refuse_next = 1
    async with db.as_tenant(place.id) as unit:
        await notify.tell(unit, member, "export", "", "/d", TUESDAY)
    await _work(place, TUESDAY, post)
    async with db.as_tenant(place.id) as unit:
        (waiting,) = await outbox.listing(unit)
    await _work(place, TUESDAY + timedelta(minutes=1), post)
    async with db.as_tenant(place.id) as unit:
        (sent,) = await outbox.listing(unit)
        await people.set_contact(unit, member, Contact(), by=SYSTEM, now=TUESDAY)
        await outbox.resend(unit, sent.id, by=SYSTEM, now=TUESDAY + timedelta(minutes=2))
    await _work(place, TUESDAY + timedelta(minutes=2), post)
    async with db.as_tenant(place.id) as unit:
        (dead,) = await outbox.listing(unit)

    assert (waiting.state, waiting.last_error) == ("waiting", "SMTPDataError 451")
    assert (sent.state, len(post.inbox.letters)) == ("sent", 1)
    assert (dead.state, dead.last_error) == ("dead", "没有可用的邮箱地址")
    assert ATTEMPTS_ALLOWED > 1


async def test_where_somebody_can_be_reached_is_sealed(place: Tenant, now: datetime) -> None:
    member = await _member(place, "east", "handler", "tax-east", now)
    await _wants(place, member, now, {})
    async with db.as_tenant(place.id) as unit:
        row = await unit.fetchrow(
            "SELECT email_enc, phone_enc FROM member WHERE tenant_id = $1 AND id = $2", place.id, member
        )
        log = await unit.fetch(
            "SELECT before::text || after::text AS said FROM audit WHERE tenant_id = $1 AND after IS NOT NULL", place.id
        )
        assert await people.contact(unit, member) == Contact("li@tax.example.cn", "13800138000")

    assert row is not None and b"li@" not in row["email_enc"] and b"138" not in row["phone_enc"]
    assert not [each for each in log if each["said"] and ("li@" in each["said"] or "13800138000" in each["said"])]


@pytest.mark.parametrize(
    ("email", "phone", "field"),
    [("nobody", "", "email"), ("a@b", "", "email"), ("a@b.cn\nBcc: x@y.cn", "", "email"), ("", "12345", "phone")],
)
def test_an_address_nothing_can_be_sent_to_is_refused_at_its_field(email: str, phone: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        contacts.checked(email, phone)

    assert refusal.value.field == field


def test_a_number_is_understood_however_it_is_typed() -> None:
    assert contacts.checked(" li@tax.example.cn ", "+86 138-0013-8000") == Contact("li@tax.example.cn", "13800138000")


async def test_what_the_bureau_in_general_is_told_a_district_hears_where_it_is_about_its_own(
    place: Tenant, now: datetime
) -> None:
    async with db.as_tenant(place.id) as unit:
        for code in ("east", "west"):
            await unit.execute(
                "INSERT INTO institution (tenant_id, code, name, region, duty) VALUES ($1, $2, $2, $3, 'bureau')",
                place.id, f"bureau-{code}", code,
            )  # fmt: skip
    homes = {"city": "bureau", "east": "bureau-east", "west": "bureau-west", "anywhere": None}
    known = {name: await _member(place, name, "supervisor", home, now) for name, home in homes.items()}
    known["helper-west"] = await _member(place, "helper-west", "handler", "bureau-west", now)
    for region in ("city", "east", "west"):
        new = NewMember(f"of-{region}", "某", "supervisor", "A long pass phrase 1", region=region)
        known[new.username] = await people.add_member(place.id, new, by=SYSTEM, now=now)
    number = await rated(place, now)
    async with db.as_tenant(place.id) as unit:
        ticket = await unit.fetchval("SELECT id FROM ticket WHERE tenant_id = $1 AND number = $2", place.id, number)

        async def hear(title: str, **more: UUID) -> set[str]:
            about = {"title": title, "once": title, "item": "invoice"}
            await notify.tell(unit, "bureau", "outcome", number, "/tickets", now, **about, **more)  # pyright: ignore[reportArgumentType]
            lists = {name: (await actions.listing(unit, member, now))[0] for name, member in known.items()}
            return {name for name, found in lists.items() if title in [each.title for each in found]}

        of_east = await hear("东", ticket_id=ticket)
        of_none = await hear("总")
        await unit.execute("UPDATE ticket SET proposed = 'tax-west' WHERE tenant_id = $1 AND id = $2", place.id, ticket)
        of_both = await hear("东西", ticket_id=ticket)

    assert of_none == {"city", "anywhere", "of-city"}
    assert of_east == of_none | {"east", "of-east"}
    assert of_both == set(known)
