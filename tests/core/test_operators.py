"""Whoever has the machine can found a tenant and read its policy without a browser."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import httpx
import pytest

from core.embedded import servers
from core.embedded.processes import comes_true
from tests.ports import free_port
from tests.typed import typist

Said = subprocess.CompletedProcess[str]
Type = Callable[..., Said]


@pytest.fixture(scope="module")
def haochaping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Type]:
    """The command as an operator types it, on a machine where nothing is set."""
    var = tmp_path_factory.mktemp("house") / "var"
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("HAOCHAPING", "DATABASE", "REDIS"))
    }

    with servers.running(var), typist() as begun:
        yield partial(begun.run, environment={**kept, "HAOCHAPING_VAR": str(var)})
    servers.remove(var)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_web_server_that_is_told_to_stop_takes_its_database_along(tmp_path: Path, how: signal.Signals):
    var = tmp_path / "var"
    # What frees memory that is not its own dies of it here every time, not once in a while.
    strict = {"PYTHONMALLOC": "debug"}
    environment = {**os.environ, **strict, "HAOCHAPING_VAR": str(var), "HAOCHAPING_PORT": str(free_port())}
    web = subprocess.Popen([sys.executable, "-m", "core.cli", "serve"], env=environment)
    try:
        assert comes_true(lambda: answers(environment["HAOCHAPING_PORT"]), within=60)

        web.send_signal(how)

        assert web.wait(timeout=30) == 0
        assert not servers.are_alive(var)
    finally:
        web.kill()
        web.wait()
        servers.remove(var)


def answers(port: str) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(f"http://127.0.0.1:{port}/health/live").is_success
    return False


def test_the_policy_of_an_installed_plugin_is_readable_before_any_tenant_exists(haochaping: Type):
    said = haochaping("policy", "show", "shenzhen", "--on", "2026-03-09")

    assert said.returncode == 0
    assert "grade_labels" in said.stdout
    assert "依据：shenzhen 第七条" in said.stdout


def test_a_name_nearly_right_is_answered_with_the_right_one(haochaping: Type):
    said = haochaping("policy", "show", "shenzen")

    assert said.returncode == 1
    assert "shenzhen" in said.stderr


def test_a_date_that_is_none_is_refused_in_words(haochaping: Type):
    said = haochaping("policy", "show", "shenzhen", "--on", "soon")

    assert said.returncode == 2
    assert "2026-03-09" in said.stderr


def test_a_place_founded_without_its_code_is_given_it_once(haochaping: Type):
    found = haochaping("tenant", "found", "uncoded", "无码区", "--stack", "shenzhen")
    wrong = haochaping("tenant", "division", "uncoded", "12")
    given = haochaping("tenant", "division", "uncoded", "440399")
    taken = haochaping("tenant", "found", "second", "另一区", "--division", "440398")
    other = haochaping("tenant", "division", "second", "440399")

    assert "没有写行政区划代码" in found.stdout and "没有写行政区划代码" not in taken.stdout
    assert wrong.returncode != 0 and "六位" in wrong.stderr
    assert (given.returncode, given.stdout) == (0, "无码区的行政区划代码是 440399。\n")
    assert other.returncode != 0 and "无码区" in other.stderr


def test_a_tenant_is_founded_and_people_and_programs_let_in(haochaping: Type):
    founded = haochaping("tenant", "found", "nanshan", "南山区", "--stack", "shenzhen")
    again = haochaping("tenant", "found", "nanshan", "南山区", "--stack", "shenzhen")
    joined = haochaping("tenant", "member", "nanshan", "op", "王五", "operator")
    key = haochaping("tenant", "key", "nanshan", "省平台", "events:write")
    listed = haochaping("tenant", "list")

    assert "个问题需要回答" in founded.stdout
    assert again.returncode == 1
    assert "初始密码" in joined.stdout
    assert "hcp_" in key.stdout
    assert "nanshan\t南山区\tshenzhen\t未开通" in listed.stdout


def test_a_tenant_cannot_stand_on_a_plugin_that_is_not_installed(haochaping: Type):
    said = haochaping("tenant", "found", "nowhere", "无名区", "--stack", "atlantis")

    assert said.returncode == 1
    assert "atlantis" in said.stderr


def test_a_regional_holiday_is_registered_and_a_years_notice_loaded_from_a_file(haochaping: Type, tmp_path: Path):
    haochaping("tenant", "found", "calendar", "历法市")
    good, bad = tmp_path / "2027.toml", tmp_path / "bad.toml"
    good.write_text("year = 2027\noff = [2027-01-01]\nwork = [2027-01-03]\n")
    bad.write_text("year = 2027\noff = [2026-01-01]\n")

    registered = haochaping("tenant", "day", "calendar", "2026-04-20", "off", "三月三")
    loaded = haochaping("tenant", "notice", "calendar", str(good))
    refused = haochaping("tenant", "notice", "calendar", str(bad))

    assert registered.returncode == 0 and "放假日（三月三）" in registered.stdout
    assert loaded.returncode == 0 and "已载入 2027 年放假安排" in loaded.stdout
    assert refused.returncode != 0 and "不是 2027 年的" in refused.stderr + refused.stdout
