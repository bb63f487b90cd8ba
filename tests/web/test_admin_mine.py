"""A clerk reads what people say of them in groups alone: set any two pages against each other, nobody stands out."""

import re
from collections import Counter
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from core import flow
from core.intake.groups import LEAST
from core.intake.model import Received, ServiceEvent, Source, Submission
from core.people import Person
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.desk import appeal, desks
from tests.web.office import Seat, rated, seat

CELL = re.compile(r'<td class="r">([\d,]+)</td>')
CARD = re.compile(r'<section class="card">(.*?)</section>', re.DOTALL)


@pytest.fixture
async def place(pool: object, now: datetime, times: Times, tmp_path: Path) -> AsyncGenerator[Tenant]:
    times.now = now
    async with desks(now, tmp_path / "files") as found:
        yield found


async def say(place: Tenant, at: datetime, grade: int, who: int, case: str) -> None:
    """One visitor rates Li, who served them."""
    rater = Person(f"访客{who}", phone=f"138{who:08}")
    happened = ServiceEvent(case, "closed", at, applicant=rater, item="invoice", staff="li", window="w1", mode="window")
    (answer,) = await flow.receive(place, [happened], source=Source("demo", trusted=True), now=at)
    assert isinstance(answer, Received) and answer.invitation is not None
    grades = dict.fromkeys(answer.invitation.dimensions, grade)
    told = Submission(token=answer.invitation.token, grades=grades, text="慢", rater=rater)
    await flow.rate(place, told, source=Source("web"), now=at + timedelta(minutes=7))


async def counted(clerk: Seat) -> Counter[int]:
    """Everything the page tells, added up: how many gave the first grade, the second, …"""
    shown = await clerk.get("/admin/my-ratings")
    assert shown.status_code == 200
    rows = [[int(n) for n in CELL.findall(card)] for card in CARD.findall(shown.text) if CELL.search(card)]
    # The last cell of a row is its sum.
    return sum((Counter(dict(enumerate(row[:-1]))) for row in rows), Counter())


async def test_whoever_writes_the_page_down_every_day_never_finds_one_person_alone(
    address: str, place: Tenant, now: datetime, times: Times
) -> None:
    dice = Random(5)  # noqa: S311 - a test
    begin = now - timedelta(days=28)
    before: Counter[int] = Counter()
    told = 0
    for n in range(43):
        today = begin + timedelta(days=n)
        if n < 30:
            for nth in range(dice.choice([0, 0, 1, 2])):
                who = dice.randint(1, 9)
                await say(place, today - timedelta(minutes=nth), dice.choice([1, 4, 5]), who, f"C{n}-{nth}")
        times.now = today
        async with seat(address, place, "clerk", today) as clerk:
            now_shown = await counted(clerk)
        gained = now_shown - before
        assert before - now_shown == Counter()
        assert sum(gained.values()) == 0 or sum(gained.values()) >= LEAST
        told += bool(sum(gained.values()))
        before = now_shown

    assert told >= 2


async def test_one_visitor_who_rates_nine_times_is_not_told_of(
    address: str, place: Tenant, now: datetime, times: Times
) -> None:
    for n in range(9):
        await say(place, now - timedelta(days=1, minutes=n), 1, 7, f"C{n}")
    times.now = later = now + timedelta(days=20)
    async with seat(address, place, "clerk", later) as clerk:
        shown = (await clerk.get("/admin/my-ratings")).text

    assert "不足 5 位评价人" in shown and CELL.findall(shown) == []


@pytest.mark.parametrize(
    "query",
    ["grade=1", "q=发票", "item=invoice", "days=7", "from=2026-03-02&to=2026-03-02", "channel=web", "page=2", "year=1"],
)
async def test_nothing_in_the_address_narrows_the_groups(
    address: str, place: Tenant, now: datetime, times: Times, query: str
) -> None:
    for n in range(6):
        await say(place, now - timedelta(days=n % 3), 5 if n else 1, n + 1, f"C{n}")
    times.now = later = now + timedelta(days=14)
    async with seat(address, place, "clerk", later) as clerk:
        whole = (await clerk.get("/admin/my-ratings")).text
        narrowed = (await clerk.get(f"/admin/my-ratings?{query}")).text

    assert CELL.findall(whole) and CELL.findall(narrowed) == CELL.findall(whole)


@pytest.mark.parametrize(
    "path", ["ratings", "scores", "scores/staff/li", "scores/institution/tax-east", "today", "ledger"]
)
async def test_figures_that_could_be_set_against_each_other_are_closed_to_the_rated(clerk: Seat, path: str) -> None:
    assert (await clerk.get(f"/admin/{path}")).status_code == 403


async def test_what_the_groups_tell_is_grades_and_neither_item_hour_channel_nor_words(
    address: str, place: Tenant, now: datetime, times: Times
) -> None:
    for n in range(6):
        await say(place, now - timedelta(hours=n), 5 if n else 1, n + 1, f"CASE-{n}")
    times.now = later = now + timedelta(days=14)
    async with seat(address, place, "clerk", later) as clerk:
        shown = [(await clerk.get(path)).text for path in ("/admin/my-ratings", "/admin/mine")]

    for text in shown:
        cards = "".join(CARD.findall(text))
        assert CELL.findall(cards)
        assert [each for each in ("CASE-", "发票", "09:37", "网上", "慢", "访客") if each in cards] == []


async def test_a_colleagues_groups_are_nobody_elses(
    address: str, place: Tenant, now: datetime, times: Times, tmp_path: Path
) -> None:
    for n in range(6):
        await say(place, now - timedelta(hours=n), 5, n + 1, f"C{n}")
    times.now = later = now + timedelta(days=14)
    async with seat(address, place, "clerk", later) as clerk:
        own = (await clerk.get("/admin/my-ratings")).text
    async with (
        desks(now, tmp_path / "other", slug="abroad") as other,
        seat(address, other, "clerk", later) as stranger,
    ):
        foreign = (await stranger.get("/admin/my-ratings")).text

    assert CELL.findall(own) and not CELL.findall(foreign)


async def test_the_page_says_what_may_be_appealed_by_when_and_how_an_appeal_goes(
    address: str, clerk: Seat, handler: Seat, place: Tenant, now: datetime
) -> None:
    number = await rated(place, now - timedelta(days=2))
    untold = (await clerk.get("/admin/mine")).text
    await handler.do(number, "notify", note="排队时间长。", checked="yes")
    first = await clerk.browser.get(clerk.at("/admin"))
    told = (await clerk.get("/admin/mine")).text
    opened = (await clerk.get(f"/admin/tickets/{number}")).text
    empty = await appeal(clerk, number, evidence="排班表")
    filed = await appeal(clerk, number, reason="系统故障。", evidence="排班表第 3 页")
    waiting = (await clerk.get("/admin/mine")).text
    after = (await clerk.get(f"/admin/tickets/{number}")).text

    assert "现在没有可以申诉的差评" in untold
    assert first.headers["location"].endswith("/admin/mine")
    assert "还剩 3 个工作日" in told and "第三条" in told and f"/admin/tickets/{number}" in told
    assert "不认可，可以申诉" in opened and "规定 5 个工作日内决定" in opened and "您所在单位里没有办理过" in opened
    assert empty.status_code == 422 and "请填写申诉理由" in empty.text and "排班表" in empty.text
    assert filed.status_code == 303
    assert "现在没有可以申诉的差评" in waiting and "复核中" in waiting
    assert "您已经提出申诉" in after and "系统故障。" in after and "接下来不用您做什么" in after


async def test_who_is_late_reads_that_it_is_too_late(
    address: str, clerk: Seat, handler: Seat, place: Tenant, now: datetime, times: Times
) -> None:
    number = await rated(place, now - timedelta(days=2))
    await handler.do(number, "notify", checked="yes")
    times.now = later = now + timedelta(days=9)
    async with seat(address, place, "clerk", later) as again:
        shown = (await again.get(f"/admin/tickets/{number}")).text

    assert "申诉期限已过" in shown and "03-12 24:00" in shown
