"""Scenarios run against the real core, tell what does not hold, and leave nothing behind."""

import json
import re
from pathlib import Path
from uuid import UUID

import pytest

from core import db
from core.embedded.servers import Servers
from core.evidence import files
from core.scenarios import wording
from core.scenarios.catalogue import installed
from core.scenarios.report import Result
from core.scenarios.runner import run_file, run_paths

# A city's own example in which a file is made.
SHARED = Path(__file__).parents[3] / "plugins" / "shenzhen" / "scenarios" / "sz-21c-shared-and-destroyed.toml"
HEAD = 'says = "办结后可以评价一次"\npolicy = []\n'
CLOSED = '[[step]]\nat = 2026-03-02T10:00:00\ndo = "closed"\ncase = "A1"\nitem = "invoice"\nmode = "online"\n'
RATED = '[[step]]\nat = 2026-03-02T11:00:00\ndo = "rate"\ncase = "A1"\ngrades = { overall = 5 }\n'
NOON = "2026-03-02T12:00:00"
WINDOW = '[[override]]\nkey = "rating_window"\nvalue = "7d"\nclause = "第一条"\n'


async def result(folder: Path, text: str) -> Result:
    file = folder / "example.toml"
    file.write_text(HEAD + text, encoding="utf-8")
    return await run_file(file, installed())


def see(at: str, sight: str, **keys: str) -> str:
    written = (f"{key} = {value}" for key, value in keys.items())
    return "\n".join((f'[[step]]\nat = {at}\nsee = "{sight}"', *written, ""))


@pytest.mark.parametrize(
    "sight",
    [
        see(NOON, "rating", case='"A1"', origin='"citizen"', grades="{ overall = 5 }", counted="true"),
        see(NOON, "invitation", case='"A1"', on='"closed"', state='"rated"'),
        see(NOON, "no-ticket", case='"A1"'),
        see(NOON, "no-rating", case='"B1"'),
        see(NOON, "score", of='"institution:tax-east"', mean='"unset"', n="1"),
        see(NOON, "score", of='"item:invoice"', distribution="{ 5 = 1, 1 = 0 }"),
        see(NOON, "metric", name='"good"', of='"institution:tax-east"', value="1.0", over="1"),
        see(NOON, "policy", key='"bad_grades"', value="[2, 1]", layer='"national"'),
        see(NOON, "policy", key='"scores"', value='"unset"'),
    ],
)
async def test_what_is_so_is_seen(pool: Servers, tmp_path: Path, sight: str):
    found = await result(tmp_path, CLOSED + RATED + sight)

    assert found.ok, found.chinese


@pytest.mark.parametrize(
    ("sight", "told"),
    [
        (see("2026-03-02T12:00:00", "rating", case='"A1"', grades="{ overall = 4 }"), '"overall": 5'),
        (see("2026-03-02T12:00:00", "rating", case='"A1"', origin='"default"'), '"origin": "citizen"'),
        (see("2026-03-02T12:00:00", "rating", case='"B1"'), "无"),
        (see("2026-03-02T12:00:00", "no-rating", case='"A1"'), "citizen"),
        (see("2026-03-02T12:00:00", "invitation", case='"A1"', state='"none"'), "rated"),
        (see("2026-03-02T12:00:00", "ticket", case='"A1"'), "无"),
        (see("2026-03-02T12:00:00", "score", of='"item:invoice"', n="2"), '"n": 1'),
        (see("2026-03-02T12:00:00", "policy", key='"bad_grades"', value="[1]"), "[2, 1]"),
    ],
)
async def test_what_is_not_so_is_told_with_what_was_found(pool: Servers, tmp_path: Path, sight: str, told: str):
    found = await result(tmp_path, CLOSED + RATED + sight)

    assert not found.ok
    assert found.step == 3
    assert told in found.chinese


async def test_between_two_steps_what_is_due_is_done_at_its_own_instant(pool: Servers, tmp_path: Path):
    silent = '[[override]]\nkey = "after_window"\nvalue = 4\nclause = "第二条"\n'
    before = see("2026-03-09T23:59:59", "invitation", case='"A1"', state='"open"', closes="2026-03-10T00:00:00")
    after = see("2026-03-10T00:00:00", "rating", case='"A1"', origin='"default"', grades="{ overall = 4 }")
    late = RATED.replace("2026-03-02T11", "2026-03-10T00") + 'refused = "window-closed"\n'

    found = await result(tmp_path, WINDOW + silent + CLOSED + before + after + late)

    assert found.ok, found.chinese


async def test_a_refusal_that_was_not_expected_is_told_with_its_code(pool: Servers, tmp_path: Path):
    found = await result(tmp_path, CLOSED + RATED + RATED)

    assert (found.ok, found.step) == (False, 3)
    assert "already-rated" in found.chinese


async def test_a_refusal_that_did_not_come_or_was_another_is_told(pool: Servers, tmp_path: Path):
    accepted = await result(tmp_path, CLOSED + RATED + 'refused = "already-rated"\n')
    other = await result(tmp_path, CLOSED + RATED + RATED + 'refused = "window-closed"\n')

    assert (accepted.step, accepted.found) == (2, "办理成功")
    assert re.fullmatch("被拒绝：[\u4e00-\u9fff].*（already-rated）", str(other.found)), other.found
    assert re.fullmatch("被拒绝：[\u4e00-\u9fff].*（window-closed）", str(other.expected)), other.expected


def test_what_was_found_is_said_in_words():
    found = {"value": [{"event": "served", "dimensions": ["overall"]}], "refused": "window-closed"}

    said = wording.told(found, "policy")

    assert "环节 现场服务完成" in said and "served" not in said and "window-closed" not in said


async def test_nothing_of_a_scenario_remains_whether_it_holds_or_not(pool: Servers, tmp_path: Path):
    await result(tmp_path, CLOSED + RATED)
    await result(tmp_path, CLOSED + RATED + RATED)

    async with db.as_system() as unit:
        tenants = await unit.fetchval("SELECT count(*) FROM tenant WHERE slug LIKE 'scenario-%'")
        tasks = await unit.fetchval("SELECT count(*) FROM task WHERE tenant NOT IN (SELECT id FROM tenant)")
    assert (tenants, tasks) == (0, 0)


async def test_a_report_counts_names_and_ends_with_its_exit_code(pool: Servers, tmp_path: Path):
    (tmp_path / "a.toml").write_text(HEAD + CLOSED, encoding="utf-8")
    (tmp_path / "b.toml").write_text(HEAD + CLOSED + RATED + RATED, encoding="utf-8")

    report = await run_paths([tmp_path], installed())
    whole = json.loads(report.json)

    assert (whole["passed"], whole["failed"], report.exit_code) == (1, 1, 1)
    assert whole["results"][1]["step"] == 3
    assert set(whole["results"][0]) == {"file", "says", "covers", "ok", "step", "expected", "found"}


async def test_a_file_that_cannot_be_read_outweighs_one_that_does_not_hold(pool: Servers, tmp_path: Path):
    (tmp_path / "a.toml").write_text(HEAD + CLOSED + RATED + RATED, encoding="utf-8")
    (tmp_path / "b.toml").write_text(HEAD + CLOSED.replace("case", "caze"), encoding="utf-8")

    report = await run_paths([tmp_path], installed())

    assert report.exit_code == 2
    assert "最接近的是“case”" in report.chinese


async def test_a_folder_without_scenarios_proves_nothing(pool: Servers, tmp_path: Path):
    report = await run_paths([tmp_path], installed())

    assert report.exit_code == 2


async def test_a_holiday_notice_settles_what_was_provisional(pool: Servers, tmp_path: Path):
    row = '{ clock = "close", from = "dispatched", within = "5wd" }'
    clock = f'[[override]]\nkey = "clocks"\nvalue = [{row}]\nclause = "第三条"\n'
    closed = CLOSED.replace("2026-03-02", "2027-12-29")
    bad = '[[step]]\nat = 2027-12-29T11:00:00\ndo = "rate"\ncase = "A1"\ngrades = { overall = 1 }\ntext = "太慢"\n'
    due = "{{ close = 2028-01-0{}T00:00:00 }}"
    seen = see("2027-12-29T12:00:00", "ticket", case='"A1"', provisional="true", due=due.format(6))
    notices = "".join(
        f'[[step]]\nat = 2027-12-30T09:00:00\ndo = "calendar"\nyear = {year}\noff = {off}\n'
        for year, off in ((2027, "[]"), (2028, "[2028-01-03]"))
    )
    after = see("2027-12-30T12:00:00", "ticket", case='"A1"', provisional="false", due=due.format(7))

    found = await result(tmp_path, clock + closed + bad + seen + notices + after)

    assert found.ok, found.chinese


async def test_a_rule_of_its_own_that_changes_nothing_is_not_read(pool: Servers, tmp_path: Path):
    idle = '[[override]]\nkey = "append.max"\nvalue = 2\nclause = "第一条"\n'

    found = await result(tmp_path, idle + CLOSED)

    assert not found.readable
    assert "append.max" in str(found.found)


async def test_an_act_without_a_doer_is_done_by_one_who_is_entitled(pool: Servers, tmp_path: Path):
    bureau = '[[override]]\nkey = "dispatcher"\nvalue = "bureau"\nclause = "第一条"\n'
    bad = RATED.replace("overall = 5", "overall = 1") + 'text = "太慢"\n'
    seen = see(NOON, "ticket", case='"A1"', state='"open"', handler='"bureau"')
    sent = f'[[step]]\nat = {NOON}\ndo = "dispatch"\ncase = "A1"\nto = "tax-east"\n'
    told = see(NOON, "notice", to='"institution:tax-east"', about='"ticket"', hides='["rater"]')

    found = await result(tmp_path, bureau + CLOSED + bad + seen + sent + told)

    assert found.ok, found.chinese


@pytest.mark.parametrize(
    "file", sorted((Path(__file__).parent / "examples").glob("*.toml")), ids=lambda file: file.stem
)
async def test_a_city_needs_no_plugin_to_be_written_down(pool: Servers, file: Path):
    found = await run_file(file, installed())

    assert found.ok, found.chinese


@pytest.mark.parametrize("has_folder", [True, False])
async def test_what_an_example_writes_on_disk_is_gone_with_it(
    pool: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_folder: bool
) -> None:
    monkeypatch.setattr(files, "_folder", [tmp_path] if has_folder else [])
    written: list[UUID] = []
    write = files.write

    def noted(tenant_id: int, file_id: UUID, content: bytes) -> None:
        written.append(file_id)
        write(tenant_id, file_id, content)

    monkeypatch.setattr(files, "write", noted)
    shared = await run_file(SHARED, installed())

    assert shared.ok, shared
    assert len(written) == 1
    assert not _files_below(tmp_path)
    assert files.has_folder() is has_folder


def test_places_that_leave_nothing_behind_may_end_in_any_order(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "_folder", [])
    first, last = files.while_it_lasts(-1), files.while_it_lasts(-2)
    first.__enter__()
    last.__enter__()
    lent = files.root()

    first.__exit__(None, None, None)
    stays = files.root() == lent and lent.is_dir()
    last.__exit__(None, None, None)

    assert stays and not files.has_folder() and not lent.exists()


def _files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
