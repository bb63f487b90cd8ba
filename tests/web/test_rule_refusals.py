"""Whatever is refused of a rule is seen where it was entered; what a place may not set, its page says before."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any

import pytest

from core import stack, tenants
from core.audit.model import SYSTEM
from core.errors import Invalid
from core.policy import keys
from core.policy.keys import UNSET
from core.proposals import actions
from core.tenants import Founding
from tests.core.province import city
from tests.web.api_world import Times
from tests.web.office import MEMBERS, seat, town
from tests.web.test_rule_editor import DAY, NATIONAL, Desk, sent
from web.admin.rules import editor

WHY = "某令第一条规定不得如此"


@pytest.fixture
async def desk(address: str, pool: object, now: datetime, times: Times) -> AsyncGenerator[Desk]:
    times.now = now
    async with town(now, "refused") as place, seat(address, place, "operator", now) as operator:
        yield Desk(operator, await actions.begin(place, DAY, by=SYSTEM, now=now), now)


def seen(page: str) -> str:
    """The page without what is hidden in it."""
    return re.sub(r'<div class="val" hidden>.*?</div>\n(?=<p class="(?:er|go)")', "", page, flags=re.DOTALL)


async def test_no_key_is_refused_without_a_word_whatever_it_is_made_of(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: Any, **__: Any) -> None:
        raise Invalid(WHY, field="value")

    monkeypatch.setattr(editor.actions, "put", refuse)
    monkeypatch.setattr(editor, "value_of", lambda *_: UNSET)
    mute: list[str] = []
    for name in tuple(keys.ALL):
        form = sent(await desk.seat.get(desk.at(name))) | {"clause": "第一条", "until": "2027-01-01", "op": "save"}
        form["document"] = NATIONAL
        for state in ("set", "unset"):
            answer = await desk.seat.post(desk.at(name), {**form, "state": state})
            if answer.status_code != 422 or WHY not in seen(answer.text):
                mute.append(f"{name} {state} {answer.status_code}")

    assert mute == []


async def test_what_is_left_empty_is_said_for_every_key(desk: Desk) -> None:
    mute: list[str] = []
    for name in tuple(keys.ALL):
        answer = await desk.seat.post(desk.at(name), {"state": "set", "clause": "第一条", "op": "save", "version": "0"})
        if answer.status_code == 422 and 'class="er"' not in seen(answer.text) and "sum-er" not in answer.text:
            mute.append(name)

    assert mute == []


async def test_no_key_is_stored_without_the_document_that_its_clause_is_of(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editor, "value_of", lambda *_: UNSET)
    stored: list[str] = []
    for name in tuple(keys.ALL):
        form = sent(await desk.seat.get(desk.at(name))) | {"clause": "第一条", "document": "", "op": "save"}
        answer = await desk.seat.post(desk.at(name), form)
        if answer.status_code != 422 or 'id="e-document"' not in answer.text:
            stored.append(f"{name} {answer.status_code}")

    assert stored == []
    assert (await actions.by_id(desk.seat.tenant, desk.proposal.id)).changes == ()


async def test_a_city_enters_its_own_scores_where_nobody_above_it_says_any(
    address: str, pool: object, now: datetime, times: Times
) -> None:
    times.now = now
    over = Founding("silent", "某省", (), "某省", province=True)
    async with (
        tenants.throwaway(over, now=now) as province,
        city("spoken", "某市", province, now) as place,
        seat(address, place, "operator", now) as operator,
    ):
        desk = Desk(operator, await actions.begin(place, DAY, by=SYSTEM, now=now), now)
        scores: dict[str, Any] = {
            f"v.{grade}": score for grade, score in zip("54321", ("10", "8", "6", "3", "0"), strict=True)
        }
        answer = await desk.save("scores", state="set", clause="第十条", **scores)

        assert answer.status_code == 303
        assert await desk.stored("scores") == [10, 8, 6, 3, 0]


async def test_what_the_province_sets_is_said_before_it_is_tried(
    address: str, pool: object, now: datetime, times: Times, monkeypatch: pytest.MonkeyPatch
) -> None:
    times.now = now
    answers = stack.demo_answers(("guangxi",))
    monkeypatch.setitem(MEMBERS, "founder", ("operator", None, None))
    founding = Founding("below", "某市", ("guangxi",), answers=answers, division="450100")
    async with tenants.throwaway(founding, now=now) as place, seat(address, place, "founder", now) as operator:
        desk = Desk(operator, await actions.begin(place, DAY, by=SYSTEM, now=now), now)
        line = _line((await operator.get(desk.at())).text, "bad_grades")
        page = (await operator.get(desk.at("bad_grades"))).text
        refused = await desk.save("bad_grades", clause="第一条", v="1")

        assert "由省级统一规定" in line and ">修改<" not in line and ">规定<" not in line
        assert "由省级统一规定" in page and 'id="op-save"' not in page
        assert refused.status_code == 422, refused.text[-1500:]
        assert "由省级统一规定" in refused.text
        assert ">修改<" in _line((await operator.get(desk.at())).text, "rating_window")


def _line(page: str, key: str) -> str:
    start = page.index(f'id="k-{key}"')
    return page[start : page.index('class="fld', start) if 'class="fld' in page[start:] else len(page)]
