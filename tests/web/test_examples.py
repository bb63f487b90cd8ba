"""The workbench: an example is written, run and run against a proposal in the browser, with no script at all."""

import io
import re
import tomllib
import zipfile
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import date, datetime
from uuid import uuid4

import pytest

from core import db, tenants
from core.audit.model import SYSTEM
from core.examples import actions as examples
from core.examples import kept
from core.examples.model import Outcome
from core.proposals import actions as proposals
from core.proposals.model import Change
from core.scenarios import jobs
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.filled import form
from tests.web.house import PASSWORD
from tests.web.office import Seat, seat, town

HOLDS = """
says = "办结后七日内可以评价"
clause = "第二条"
[[step]]
at = 2026-03-02T10:00:00
do = "closed"
case = "A1"
item = "invoice"
[[step]]
at = 2026-03-02T10:05:00
see = "invitation"
case = "A1"
closes = 2026-03-10T00:00:00
"""


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now) as found:
        yield found


@pytest.fixture
async def operator(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "operator", now) as found:
        yield found


async def press(operator: Seat, path: str, op: str, **typed: str) -> tuple[str, str]:
    """Sends the example's form with a button of it; the page that comes, and its address."""
    shown = await operator.get(path)
    sent = {**form(shown.text, "exf"), **{name: [value] for name, value in typed.items()}, "op": [op]}
    answer = await operator.post(path, sent)
    if answer.status_code != 303:
        return answer.text, str(answer.status_code)
    onward = answer.headers["location"].removeprefix(operator.at(""))
    return (await operator.get(onward.partition("#")[0])).text, onward


async def begun(operator: Seat, **fields: str) -> str:
    answer = await operator.post("/admin/examples", fields)
    assert answer.status_code == 303
    return answer.headers["location"].removeprefix(operator.at(""))


async def uploaded(operator: Seat, name: str, content: bytes) -> tuple[int, str]:
    file = [("file", (name, content, "application/octet-stream"))]
    answer = await operator.post("/admin/examples/files", {}, files=file)
    if answer.status_code == 303:
        return 303, (await operator.get("/admin/examples")).text
    return answer.status_code, answer.text


async def worked(place: Tenant, now: datetime) -> None:
    """The worker does what was asked for."""
    fresh = await tenants.by_id(place.id)
    async with db.as_tenant(place.id) as unit:
        waiting = [each.id for each in (*await kept.runs(unit, None), *await _of_proposals(unit)) if each.is_under_way]
    for run in waiting:
        await jobs.examples_run(fresh, str(run), now)


async def _of_proposals(unit: db.Unit) -> list[kept.Run]:
    return [run for each in await proposals.listing(unit) for run in await kept.runs(unit, each.id)]


async def test_a_regulations_sentence_is_written_step_by_step_and_seen_to_hold(
    place: Tenant, operator: Seat, now: datetime
):
    path = await begun(operator)
    typed = {"says": "差评生成工单", "clause": "第三条", "step.1.case": "B7"}
    await press(operator, path, "more:step:1", **typed, **{"more.step.1": "item"})
    await press(operator, path, "add:step:1:do", **{"step.1.item": "invoice"})
    await press(operator, path, "more:step:2", **{"more.step.2": "grades"})
    grades = {"step.2.grades.key": "overall", "step.2.grades.value": "1"}
    await press(operator, path, "more:step:2", **grades, **{"more.step.2": "text"})
    await press(operator, path, "add:step:2:see", **{"step.2.text": "太慢"})
    await press(operator, path, "save", **{"step.3.word": "see:ticket"})
    await press(operator, path, "more:step:3", **{"more.step.3": "state"})
    page, _ = await press(operator, path, "run", **{"step.3.state": "closed"})
    assert "正在运行" in page
    await worked(place, now)

    wrong = (await operator.get(path)).text
    await press(operator, path, "run", **{"step.3.state": "open"})
    await worked(place, now)
    right = (await operator.get(path)).text

    assert re.search(r"第 3 步：应见 <b>状态 \S+</b>，实见 <b>状态 \S+</b>", wrong), wrong
    assert "3 步都成立" in right
    listed = (await operator.get("/admin/examples")).text
    assert "差评生成工单" in listed and "成立" in listed


async def test_steps_move_are_copied_dropped_and_brought_back(operator: Seat, place: Tenant):
    await uploaded(operator, "a.toml", HOLDS.encode())
    async with db.as_tenant(place.id) as unit:
        example = (await examples.listing(unit))[0]
    path = f"/admin/examples/{example.id}"

    async def words() -> list[str]:
        async with db.as_tenant(place.id) as unit:
            return [each.get("do") or each["see"] for each in (await examples.one(unit, example.id)).body["step"]]

    page, onward = await press(operator, path, "up:step:2")
    moved = await words()
    await press(operator, path, "copy:step:1")
    copied = await words()
    await press(operator, path, "drop:step:3")
    dropped = await words()
    await press(operator, path, "undo")

    assert moved == ["invitation", "closed"]
    assert "at=1&op=up" in onward and re.search(r'id="up-step-1"[^>]*autofocus', page)
    assert "不能早于上一步" in page
    assert copied == ["invitation", "invitation", "closed"]
    assert dropped == ["invitation", "invitation"]
    assert await words() == copied


async def test_what_two_write_at_once_is_not_written_over(operator: Seat, place: Tenant):
    path = await begun(operator, says="甲")
    stale = {**form((await operator.get(path)).text, "exf"), "says": ["乙"], "op": ["save"]}
    await press(operator, path, "save", says="丙")

    answer = await operator.post(path, stale)
    again = await operator.post(path, {**form(answer.text, "exf"), "op": ["save"]})

    assert answer.status_code == 409
    assert 'value="乙"' in answer.text and "operator某" in answer.text
    assert again.status_code == 303
    assert "乙" in (await operator.get(path)).text


async def test_everything_wrong_is_said_at_its_field_and_what_was_typed_stays(operator: Seat):
    path = await begun(operator, says="一句")

    page, _ = await press(operator, path, "run", **{"step.1.case": "", "step.1.at": "2026-02-30T10:00"})

    assert 'id="e-step-1-case"' in page and 'id="e-step-1-at"' in page
    assert "2026-02-30T10:00" in page
    assert "正在运行" not in page


async def test_a_file_comes_back_as_it_went(operator: Seat, place: Tenant):
    await uploaded(operator, "a.toml", HOLDS.encode())
    async with db.as_tenant(place.id) as unit:
        example = (await examples.listing(unit))[0]

    one = await operator.get(f"/admin/examples/{example.id}/file")
    every = await operator.get("/admin/examples/files")

    assert tomllib.loads(one.text) == {**tomllib.loads(HOLDS), "policy": []}
    with zipfile.ZipFile(io.BytesIO(every.content)) as parcel:
        assert [parcel.read(each).decode() for each in parcel.namelist()] == [one.text]
    assert (await uploaded(operator, "all.zip", every.content))[0] == 303


def parcel(**files: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as found:
        for name, text in files.items():
            found.writestr(f"{name}.toml", text)
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.toml", HOLDS.replace("invoice", "invoce").encode(), "invoice"),
        ("a.toml", HOLDS.replace("see =", "sea =").encode(), "第 2 步"),
        ("a.toml", b"\xff\xfe says", "UTF-8"),
        ("a.toml", b"says = ", "TOML"),
        ("a.toml", b"", "says"),
        ("a.toml", ('policy = ["shenzhen"]\n' + HOLDS).encode(), "policy"),
        ("a.toml", (HOLDS + "#" * 300_000).encode(), "256 KB"),
        ("a.zip", b"PK\x03\x04 nothing", "打不开"),
        ("a.zip", parcel(good=HOLDS, bad="says = 1"), "bad.toml"),
        ("a.zip", parcel(bomb="#" * 50_000_000), "太大"),
        ("a.zip", parcel(**{f"f{n}": "#" * 200_000 for n in range(120)}), "太大"),
        ("a.zip", parcel(**{f"f{n}": HOLDS for n in range(301)}), "300"),
    ],
    ids=["code", "verb", "letters", "toml", "empty", "elsewhere", "long", "zip", "one-bad", "bomb", "many", "count"],
)
async def test_bad_files_are_refused_whole(operator: Seat, place: Tenant, name: str, content: bytes, said: str):
    status, page = await uploaded(operator, name, content)

    assert status in (413, 422)
    assert said in page
    async with db.as_tenant(place.id) as unit:
        assert await examples.listing(unit) == ()


async def test_a_hundred_megabytes_are_not_even_received(operator: Seat):
    status, page = await uploaded(operator, "a.zip", b"PK\x03\x04" + bytes(100 * 2**20))

    assert status == 413 and "内容过大" in page


async def test_a_proposal_is_tried_and_where_the_place_rightly_differs_is_said_with_its_basis(
    place: Tenant, operator: Seat, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    # Two of the regulation's own are enough to see one of them fall.
    brought = [each for each in jobs.sources(place) if "label" in each][:1] + list(jobs.sources(place))[:2]
    assert brought
    monkeypatch.setattr(jobs, "sources", lambda _: tuple(brought))
    await uploaded(operator, "a.toml", HOLDS.encode())
    fresh = await tenants.by_id(place.id)
    proposal = await proposals.begin(fresh, date(2026, 4, 1), by=SYSTEM, now=now)
    for key, value in {"rating_window": "5d", "occasions": [{"event": "accepted", "dimensions": ["overall"]}]}.items():
        change = Change(key, value, "第九条")
        proposal = await proposals.put(
            fresh, proposal.id, change, version=proposal.version, by=SYSTEM, now=now
        )  # fmt: skip
    path = f"/admin/rules/{proposal.id}/examples"
    before = (await operator.get(path)).text
    assert (await operator.post(path)).status_code == 303
    await worked(place, now)

    page = (await operator.get(path)).text
    run = re.search(r'name="run" value="([^"]+)"', page)
    nth = re.findall(r'name="nth" value="(\d+)"', page)
    assert "还没有按例子运行过" in before
    assert "下面规则的这一条不再成立" in page and run and nth, page
    empty = await operator.post("/admin/examples/departures", {"run": run[1], "nth": nth[0], "basis": " "})
    told = await operator.post("/admin/examples/departures", {"run": run[1], "nth": nth[0], "basis": "市令第 9 条"})

    assert empty.status_code == 422 and "请写明本地为什么不同" in empty.text
    assert told.status_code == 303
    assert "已认定本地不同：市令第 9 条" in (await operator.get(path)).text
    async with db.as_tenant(place.id) as unit:
        seen = await kept.latest_run(unit, proposal.id, version=proposal.version)
    assert seen is not None and (seen.departed, seen.fresh) == (1, True)


async def test_a_proposal_is_approved_by_another_once_its_examples_hold_or_rightly_differ(
    place: Tenant, operator: Seat, address: str, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    brought = [each for each in jobs.sources(place) if "01-" in each or "36-" in each or "02-" in each]
    monkeypatch.setattr(jobs, "sources", lambda _: brought)
    await uploaded(operator, "a.toml", HOLDS.encode())
    fresh = await tenants.by_id(place.id)
    proposal = await proposals.begin(fresh, date(2026, 4, 1), by=SYSTEM, now=now)
    change = Change("min_sample", 20, "第九条")
    proposal = await proposals.put(fresh, proposal.id, change, version=proposal.version, by=SYSTEM, now=now)
    path = f"/admin/rules/{proposal.id}"
    async with seat(address, place, "supervisor", now) as supervisor:
        sent = {"version": str(proposal.version)}
        assert (await operator.post(f"{path}/submit", sent)).status_code == 303
        assert (await operator.post(f"{path}/examples")).status_code == 303
        waits = await supervisor.get(f"{path}/diff")
        unrun = await supervisor.post(f"{path}/approve", {**sent, "_password": PASSWORD})
        await worked(place, now)
        fell = await supervisor.post(f"{path}/approve", {**sent, "_password": PASSWORD})
        run = re.search(r'name="run" value="([^"]+)"', (await operator.get(f"{path}/examples")).text)
        assert run
        every = {"run": run[1], "every": "yes"}
        empty = await operator.post("/admin/examples/departures", {**every, "basis": " "})
        told = await operator.post("/admin/examples/departures", {**every, "basis": "市令第 9 条"})
        ready = await supervisor.get(f"{path}/diff")
        answer = await supervisor.post(f"{path}/approve", {**sent, "_password": PASSWORD})

    assert 'class="btn" data-once>批准' in waits.text and "个是规则自带的" in waits.text
    assert 'class="btn p" data-once>批准' in ready.text
    assert unrun.status_code == 409 and "例子还没有按这一版草案运行过" in unrun.text
    assert fell.status_code == 409 and "个例子按这份草案不成立" in fell.text
    assert empty.status_code == 422 and "请写明本地为什么不同" in empty.text and told.status_code == 303
    assert answer.status_code == 303, answer.text
    assert (await proposals.by_id(await tenants.by_id(place.id), proposal.id)).state == "approved"


@pytest.mark.parametrize("stack", [(), ("guangxi",), ("taian",)])
def test_only_examples_of_just_this_stack_speak_of_a_place(place: Tenant, stack: tuple[str, ...]):
    of = {each.partition("/")[0] for each in jobs.sources(replace(place, stack=("national", *stack)))}

    assert of == {stack[-1] if stack else "national"}


async def test_while_examples_run_the_page_shows_what_is_known_already(
    place: Tenant, operator: Seat, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    fresh = await tenants.by_id(place.id)
    proposal = await proposals.begin(fresh, date(2026, 4, 1), by=SYSTEM, now=now)
    path = f"/admin/rules/{proposal.id}/examples"
    assert (await operator.post(path)).status_code == 303
    told = {"还没跑的": None, "成立的": True, "不成立的": False}
    outcomes = [Outcome(nth, uuid4(), 1, "", says, ok=ok) for nth, (says, ok) in enumerate(told.items())]

    async def results(*_: object) -> tuple[Outcome, ...]:
        return tuple(outcomes)

    monkeypatch.setattr(kept, "results", results)
    page = await operator.get(path)

    assert page.status_code == 200 and "正在运行" in page.text
    assert re.findall(r"data-row[^>]*>([^<]+)<", page.text) == ["不成立的", "还没跑的", "成立的"]


async def test_what_the_regulation_brings_is_copied(operator: Seat, place: Tenant):
    shown = (await operator.get("/admin/examples/regulation?q=工单")).text
    source = re.search(r'name="source" value="([^"]+)"', shown)
    assert source

    path = await begun(operator, source=source[1])

    assert "没有运行过" in (await operator.get(path)).text
    assert (await operator.post("/admin/examples", {"source": "national/../../secret.toml"})).status_code == 422


async def test_who_only_reads_changes_nothing(address: str, place: Tenant, operator: Seat, now: datetime):
    path = await begun(operator, says="一句")
    async with seat(address, place, "supervisor", now) as reader:
        page = (await reader.get(path)).text

        assert 'value="一句"' in page and "保存并运行" not in page
        assert (await reader.post(path, {"op": "save", "version": "1"})).status_code == 403
