"""How a ticket goes, what proves each rule, and what moved: pages made from the program itself."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import pytest

from core import db
from core.policy.model import Override
from core.tenants import Tenant
from core.tickets import machine
from tests.web.api_world import Times
from tests.web.office import Seat, rated, seat, town
from tests.web.registers import ticket_id
from web.admin.life import TITLE
from web.diagram import Life, Move, drawn

RECOUNTED = (
    "INSERT INTO ticket_act (tenant_id, id, ticket_id, at, act, actor, data)"
    " VALUES ($1, $2, $3, $4, 'recount', 'system', $5)"
)


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now, "life") as found:
        yield found


@pytest.fixture
async def supervisor(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "supervisor", now) as found:
        yield found


async def test_every_state_is_drawn_and_every_act_told_with_this_places_deadlines(supervisor: Seat) -> None:
    page = (await supervisor.get("/admin/life")).text
    svg = page[page.index('<svg class="sd"') : page.index("</svg>", page.index('<svg class="sd"'))]

    assert [label for label in machine.STATE_LABELS.values() if f">{label}</text>" not in svg] == []
    assert [rule.label for rule in machine.RULES.values() if f"<b>{rule.label}</b>" not in page] == []
    assert "核实：自派单起 2 个工作日 <small>第三条</small>" in page and TITLE in page
    assert "style=" not in svg and "流程有缺口" not in page


async def test_where_no_deadline_is_set_the_life_says_so(
    address: str, pool: object, now: datetime, times: Times
) -> None:
    times.now = now
    async with town(now, "free", Override("clocks", [], "第三条")) as free, seat(address, free, "clerk", now) as clerk:
        page = await clerk.get("/admin/life")

    assert page.status_code == 200 and "现行规定没有给工单设期限" in page.text


def test_a_picture_follows_its_data_and_escapes_it() -> None:
    life = Life(
        {"a": "<一>", "b": "二", "c": "三", "d": "停"},
        [Move("走", ("a",), "b"), Move("再走", ("b",), "c"), Move("跳", ("a",), "c"), Move("退", ("c",), "b"),
         Move("停", ("a", "b", "c", "d"), "d")],
    )  # fmt: skip

    svg = drawn(life, ["a"], "题", "、".join)

    assert (life.ranks["a"], life.ranks["b"], life.ranks["c"], life.ranks["d"]) == (0, 1, 2, 0)
    assert "&lt;一&gt;" in svg and "<一>" not in svg
    assert [len(re.findall(f">{act}</text>", svg)) for act in ("走", "再走", "跳", "退")] == [1, 1, 1, 1]
    assert svg.count('class="sd-way"') == 5 and 'class="sd-box sd-any"' in svg


async def test_proofs_are_narrowed_by_their_state(supervisor: Seat) -> None:
    whole = await supervisor.get("/admin/coverage")
    others = await supervisor.get("/admin/coverage?state=not-for-machines")

    assert "CN-grades" in whole.text and "CN-surveys" in whole.text
    assert "CN-grades" not in others.text and "CN-surveys" in others.text


async def test_a_moved_deadline_is_shown_from_when_to_when(supervisor: Seat, place: Tenant, now: datetime) -> None:
    number = await rated(place, now - timedelta(days=1))
    due = {"moved": "2027-01-04T16:00:00+00:00", "same": "2026-12-31T16:00:00+00:00"}
    ticket = await ticket_id(place, number)
    async with db.as_tenant(place.id) as unit:
        for clock, then in zip(("verify", "close"), due.values(), strict=True):
            told = {"clock": clock, "due": ["2027-01-01T00:00:00+08:00", then], "calendar": "2027"}
            await unit.execute(RECOUNTED, place.id, db.ids.new(), ticket, now, told)
    whole = await supervisor.get("/admin/moved")
    moved = await supervisor.get("/admin/moved?result=moved")

    assert whole.text.count("data-row") == 2 and "没有变动" in whole.text
    assert moved.text.count("data-row") == 1 and "2027-01-04 24:00" in moved.text and number in moved.text
