"""Every page that a province and its cities have together can be read by everybody, on a desk and on a phone."""

import re
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from datetime import date, datetime

import pytest
from playwright.async_api import Browser

from core import db, tenants
from core.audit.model import SYSTEM
from core.baseline import actions as baseline
from core.policy.model import Override
from core.publication.decide import digest
from core.rounds import actions as rounds
from core.rounds.model import FIGURES, Asked, Wanted
from tests.core.province import Land, carry
from tests.web.api_world import Times
from tests.web.browsers import CHROMIUM, flaws, tab
from tests.web.office import Seat, seat
from tests.web.province import told

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")
PROVINCE = ("", "/atlas", "/atlas?view=values", "/atlas/rating_window", "/readiness", "/health", "/figures", "/rounds",
            "/rounds/{round}", "/baseline", "/baseline/1")  # fmt: skip
CITY = ("/reporting", "/reporting/{round}", "/reporting/editions/1", "/baseline", "/baseline/1", "/rules/borrow")
ASKED = Wanted("二月评价", "", date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 20), 3, tuple(FIGURES))


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[tuple[Land, str]]:
    """A round that one city has answered, and a baseline that contradicts it."""
    times.now = now
    async with told(now) as found:
        async with db.as_tenant(found.province.id) as unit:
            asked = [Asked(each.id, each.slug, each.name) for each in (found.east, found.west)]
            made = await rounds.open_round(unit, ASKED, asked, by=SYSTEM, now=now)
        await tenants.override(found.province.id, [Override("rating_window", "10d", "第一条")], by=SYSTEM, now=now)
        province = await tenants.by_id(found.province.id)
        wanted = baseline.Wanted("全省规则", "省办发〔2026〕1号", now.date(), ())
        await baseline.publish(province, wanted, [found.east.id, found.west.id], by=SYSTEM, now=now)
        await carry(found.province, now)
        async with db.as_tenant(found.east.id) as unit:
            seen = digest(await rounds.figures_of(unit, found.east, await rounds.one(unit, made), now))
            await rounds.submit(unit, found.east, made, seen=seen, note="", by=SYSTEM, now=now)
        await carry(found.east, now)
        yield found, str(made)


@pytest.mark.parametrize("width", [1440, 390])
async def test_every_page_of_a_province_and_its_cities_is_readable(
    chromium: Browser, address: str, place: tuple[Land, str], now: datetime, width: int
) -> None:
    found, made = place
    wrong: list[object] = []
    async with AsyncExitStack() as stack:
        member = await stack.enter_async_context(seat(address, found.province, "provincial", now))
        operator = await stack.enter_async_context(seat(address, found.east, "operator", now))
        page = await stack.enter_async_context(tab(chromium, address, width=width))
        walks: tuple[tuple[Seat, str, tuple[str, ...]], ...] = (
            (member, "/admin/province", PROVINCE), (operator, "/admin", CITY),
        )  # fmt: skip
        for who, home, paths in walks:
            cookie = {"name": f"hcp-{who.tenant.slug}", "value": who.session, "url": address}
            await page.context.add_cookies([cookie])  # pyright: ignore[reportArgumentType]
            for path in paths:
                answer = await page.goto(who.at(home + path.format(round=made)))
                assert answer is not None and answer.status == 200, path
                wrong += await flaws(page)

    assert wrong == []


async def test_a_city_merges_key_by_key_and_is_told_at_the_key_what_it_has_to_choose(
    address: str, place: tuple[Land, str], now: datetime
) -> None:
    found, _ = place
    async with seat(address, found.east, "operator", now) as operator:
        shown = (await operator.get("/admin/baseline/1")).text
        refused = await operator.post("/admin/baseline/1", {"since": "2026-04-01"})
        chosen = {"since": "2026-04-01", "choice-rating_window": "adopt", "choice-scores": "adopt"}
        taken = await operator.post("/admin/baseline/1", chosen)
        draft = await operator.get(taken.headers["location"].removeprefix(f"/t/{found.east.slug}"))

    assert "冲突，要选" in shown and "10 个自然日" in shown and "7 个自然日" in shown
    assert refused.status_code == 422 and 'id="e-choice-' in refused.text and "2026-04-01" in refused.text
    assert taken.status_code == 303 and draft.status_code == 200


async def test_a_rule_taken_over_from_elsewhere_stands_in_the_draft_under_ones_own_clause(
    address: str, place: tuple[Land, str], now: datetime
) -> None:
    found, _ = place
    async with (
        seat(address, found.province, "provincial", now) as member,
        seat(address, found.west, "operator", now) as operator,
    ):
        rule = (await member.get(f"/admin/province/atlas/rating_window/rule.toml?city={found.east.slug}")).text
        bare = await operator.post("/admin/rules/borrow", {"rule": rule, "since": "2026-04-01", "clause": ""})
        broken = await operator.post("/admin/rules/borrow", {"rule": "[[x", "since": "2026-04-01", "clause": "第一条"})
        taken = await operator.post("/admin/rules/borrow", {"rule": rule, "since": "2026-04-01", "clause": "第九条"})

    assert bare.status_code == 422 and 'id="e-clause"' in bare.text and "rating_window" in bare.text
    assert broken.status_code == 422 and 'id="e-rule"' in broken.text
    assert taken.status_code == 303 and taken.headers["location"].endswith("/keys/rating_window")


async def test_a_province_settles_and_closes_through_its_pages(
    address: str, place: tuple[Land, str], now: datetime
) -> None:
    found, made = place
    async with seat(address, found.province, "provincial", now) as member:
        home = f"/admin/province/rounds/{made}"
        silent = await member.post(f"{home}/reports/{found.east.id}", {"version": "1", "do": "return", "comment": ""})
        done = await member.post(f"{home}/reports/{found.east.id}", {"version": "1", "do": "accept"})
        again = await member.post(f"{home}/reports/{found.east.id}", {"version": "1", "do": "accept"})
        shown = (await member.get(home)).text
        unsure = await member.post(f"{home}/close", {"title": "别的"})

    assert silent.status_code == 422 and f'id="e-comment-{found.east.id}"' in silent.text
    assert (done.status_code, again.status_code) == (303, 409)
    assert "已采用" in shown and "未报送" in shown and 'id="f-confirm"' in shown
    assert unsure.status_code in (401, 422)


async def test_a_city_hands_in_through_its_page_what_it_has_looked_at(
    address: str, place: tuple[Land, str], now: datetime
) -> None:
    found, made = place
    async with seat(address, found.west, "operator", now) as operator:
        page = (await operator.get(f"/admin/reporting/{made}")).text
        seen = re.search(r'name="seen" id="f-seen" value="([0-9a-f]{64})"', page)
        assert seen is not None
        stale = await operator.post(f"/admin/reporting/{made}", {"seen": "0" * 64, "note": "已核对"})
        done = await operator.post(f"/admin/reporting/{made}", {"seen": seen[1], "note": "已核对"})
        after = (await operator.get(f"/admin/reporting/{made}")).text

    assert stale.status_code == 409 and "已核对" in stale.text
    assert done.status_code == 303 and "第 1 版已报送" in after
