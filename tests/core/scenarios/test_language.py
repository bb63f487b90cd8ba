"""What a scenario file may say, and how it is told what it may not."""

from datetime import date, datetime
from pathlib import Path

import pytest

from core.clock import SHANGHAI
from core.scenarios.catalogue import Catalogue
from core.scenarios.errors import Unreadable
from core.scenarios.language import read
from core.scenarios.model import Scenario

CATALOGUE = Catalogue(
    plugins=frozenset({"harbour", "hill"}),
    rules=frozenset({"HB-1a", "HB-15b"}),
    questions=lambda policy: {"Q1": str, "Q14": bool} if "harbour" in policy else {},
)
HEAD = 'says = "不评价即为满意"\npolicy = ["harbour"]\n'
CLOSED = '[[step]]\nat = 2026-03-02T10:00:00\ndo = "closed"\ncase = "A1"\nitem = "invoice"\n'


def write(folder: Path, text: str) -> Path:
    file = folder / "example.toml"
    file.write_text(text, encoding="utf-8")
    return file


def scenario(folder: Path, text: str) -> Scenario:
    return read(write(folder, text), CATALOGUE)


def problem(folder: Path, text: str) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        scenario(folder, text)
    return caught.value


def test_a_time_without_offset_is_chinese_time(tmp_path: Path):
    step = scenario(tmp_path, HEAD + CLOSED).steps[0]

    assert step.at == datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)


@pytest.mark.parametrize("written", ["2026-03-02T02:00:00Z", '"2026-03-02T10:00"', '"2026-03-02 10:00:00"'])
def test_offsets_and_texts_name_the_same_instant(tmp_path: Path, written: str):
    step = scenario(tmp_path, HEAD + CLOSED.replace("2026-03-02T10:00:00", written)).steps[0]

    assert step.at == datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)


def test_a_date_in_until_means_its_midnight(tmp_path: Path):
    extend = '[[step]]\nat = 2026-03-03T10:00:00\ndo = "extend"\ncase = "A1"\nuntil = 2026-03-20\nreason = "材料多"\n'

    given = scenario(tmp_path, HEAD + CLOSED + extend).steps[1].given

    assert given["until"] == datetime(2026, 3, 21, tzinfo=SHANGHAI)


def test_own_places_may_be_named_in_steps_in_any_order(tmp_path: Path):
    own = '[[item]]\ncode = "permit"\ninstitution = "port"\n[[institution]]\ncode = "port"\nparent = "dock"\n'
    more = '[[institution]]\ncode = "dock"\nregion = "isle"\n[[region]]\ncode = "isle"\nparent = "city"\n'

    found = scenario(tmp_path, HEAD + own + more + CLOSED.replace("invoice", "permit"))

    assert [each.code for each in found.places] == ["isle", "dock", "port", "permit"]


def test_own_days_and_rules_are_kept_as_written(tmp_path: Path):
    own = '[[day]]\ndate = 2026-03-03\nkind = "off"\n[[override]]\nkey = "append.max"\nvalue = 2\nclause = "第一条"\n'

    found = scenario(tmp_path, HEAD + own + CLOSED)

    assert found.days[0].date == date(2026, 3, 3)
    assert (found.overrides[0].key, found.overrides[0].value) == ("append.max", 2)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (CLOSED.replace("case =", "csae ="), "case"),
        (CLOSED.replace('"closed"', '"close"'), "closed"),
        (CLOSED.replace('"invoice"', '"invoce"'), "invoice"),
        (CLOSED + 'mode = "windows"\n', "window"),
        (CLOSED + 'staff = "lee"\n', "li"),
        (CLOSED + 'refused = "window-close"\n', "window-closed"),
        (CLOSED.replace("do =", "see =").replace('"closed"', '"invitatoin"'), "invitation"),
        ('[[step]]\nat = 2026-03-02T10:00:00\nsee = "score"\nof = "stuff:li"\n', "staff"),
        ('[[step]]\nat = 2026-03-02T10:00:00\nsee = "score"\nof = "staff:lu"\n', "li"),
        ('[[step]]\nat = 2026-03-02T10:00:00\nsee = "policy"\nkey = "rating_windows"\n', "rating_window"),
        ('[[step]]\nat = 2026-03-02T10:00:00\nsee = "policy"\nkey = "scores"\nlayer = "harbor"\n', "harbour"),
        ('[[step]]\nat = 2026-03-02T10:00:00\ndo = "dispatch"\ncase = "A1"\nto = "civil-eest"\n', "civil-east"),
    ],
)
def test_an_unknown_word_in_a_step_is_answered_with_the_nearest_one(tmp_path: Path, wrong: str, named: str):
    found = problem(tmp_path, HEAD + wrong)

    assert found.step == 1
    assert found.file.endswith("example.toml")
    assert f"“{named}" in found.problem


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (HEAD.replace("policy", "polices") + CLOSED, "policy"),
        (HEAD.replace("harbour", "harbor") + CLOSED, "harbour"),
        (HEAD + 'covers = ["HB-15c"]\n' + CLOSED, "HB-15b"),
        (HEAD + "[answers]\nQ15 = true\n" + CLOSED, "Q1"),
        (HEAD + '[[override]]\nkey = "remind_aftr"\nvalue = "24h"\nclause = "第一条"\n' + CLOSED, "remind_after"),
        (HEAD + '[[item]]\ncode = "permit"\ninstitution = "civil-est"\n' + CLOSED, "civil-east"),
        (HEAD + '[[item]]\ncode = "permit"\ninstitute = "tax-east"\n' + CLOSED, "institution"),
        (HEAD + '[[day]]\ndate = 2026-03-03\nkind = "of"\n' + CLOSED, "off"),
    ],
)
def test_an_unknown_word_in_the_head_is_answered_with_the_nearest_one(tmp_path: Path, wrong: str, named: str):
    assert named in problem(tmp_path, wrong).problem


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (CLOSED + 'see = "score"\n', "do 或 see"),
        ('[[step]]\nat = 2026-03-02T10:00:00\ncase = "A1"\n', "do 或 see"),
        ('[[step]]\ndo = "closed"\ncase = "A1"\n', "at"),
        ('[[step]]\nat = 2026-03-02T10:00:00\ndo = "closed"\n', "case"),
        (CLOSED.replace("2026-03-02T10:00:00", "2026-03-02"), "日期和时间"),
        (CLOSED + 'batch = "many"\n', "整数"),
        (CLOSED + "batch = true\n", "整数"),
        ('[[step]]\nat = 2026-03-02T10:00:00\ndo = "rate"\ncase = "A1"\ngrades = { item = 6 }\n', "1 到 5"),
        ('[[step]]\nat = 2026-03-02T10:00:00\nsee = "no-rating"\ncase = "A1"\nrefused = "too-late"\n', "键"),
    ],
)
def test_a_step_that_says_too_little_or_the_wrong_thing_is_refused(tmp_path: Path, wrong: str, said: str):
    found = problem(tmp_path, HEAD + wrong)

    assert found.step == 1
    assert said in found.problem


def test_time_never_runs_backwards(tmp_path: Path):
    found = problem(tmp_path, HEAD + CLOSED + CLOSED.replace("10:00", "09:00"))

    assert found.step == 2
    assert "不能早于" in found.problem


@pytest.mark.parametrize("value", ['"8x"', "[5]", "true"])
def test_an_override_takes_only_what_its_key_takes(tmp_path: Path, value: str):
    rule = f'[[override]]\nkey = "remind_after"\nvalue = {value}\nclause = "第一条"\n'

    assert "24h" in problem(tmp_path, HEAD + rule + CLOSED).problem


def test_a_code_of_the_fixed_world_cannot_be_given_twice(tmp_path: Path):
    assert "已经有了" in problem(tmp_path, HEAD + '[[region]]\ncode = "east"\n' + CLOSED).problem


@pytest.mark.parametrize("text", ["says = ", "", 'says = "空"\nstep = []\n', HEAD + "step = 3\n"])
def test_a_file_that_says_nothing_is_not_read(tmp_path: Path, text: str):
    problem(tmp_path, text)


def test_a_file_that_is_not_there_or_not_text_is_named(tmp_path: Path):
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")

    for file in (tmp_path / "missing.toml", binary, tmp_path):
        with pytest.raises(Unreadable) as caught:
            read(file, CATALOGUE)
        assert caught.value.file == str(file)
