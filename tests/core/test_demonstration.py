"""One command brings the whole system up, and its end leaves nothing running."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from core.embedded import processes, servers
from core.embedded.state import lay_out
from core.supervisor import EX_CONFIG

PATIENCE = 120
CITIES = ("beijing", "guangxi", "jilin", "shenzhen", "taian")
# Its plan gives no days at all: the days are the base rule's, which is for its operator to fill in.
WITHOUT_DAYS = {"taian"}

pytestmark = pytest.mark.slow


class Demo:
    """A running ``haochaping demo`` on a state folder of its own."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.told = var.parent / "told"
        with self.told.open("w") as out:
            self.process = subprocess.Popen(command(), env=environment(var), stdout=out, stderr=out)

    @property
    def is_up(self) -> bool:
        return "演示已启动" in self.told.read_text()

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(timeout=60)


def command() -> list[str]:
    return [sys.executable, "-m", "core.cli", "demo"]


def environment(var: Path) -> dict[str, str]:
    plain = {
        name: value for name, value in os.environ.items() if not name.startswith(("HAOCHAPING", "DATABASE", "REDIS"))
    }
    return {**plain, "HAOCHAPING_VAR": str(var)}


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    running = Demo(tmp_path / "var")
    try:
        processes.comes_true(lambda: running.is_up or running.process.poll() is not None, within=PATIENCE)
        assert running.is_up, running.told.read_text()
        yield running
    finally:
        if running.process.poll() is None:
            running.end(signal.SIGTERM)
        servers.remove(running.var)


def test_it_lives_through_a_killed_database_and_ends_clean(demo: Demo):
    state = lay_out(demo.var)

    again = subprocess.run(command(), env=environment(demo.var), capture_output=True, text=True, check=False)
    processes.end(processes.living(state.name, "bin/postgres"), signal.SIGKILL)
    processes.comes_true(lambda: not servers.are_alive(demo.var), within=5)
    mended = processes.comes_true(lambda: servers.are_alive(demo.var), within=30)
    status = demo.end(signal.SIGINT)

    assert again.returncode == EX_CONFIG
    assert "已经在运行：http://" in again.stderr
    assert mended
    assert status == 0
    assert processes.living(state.name, "") == []


def test_a_newcomer_rates_in_every_city_and_follows_the_bad_rating_to_its_clause_and_score(demo: Demo):
    told: Mapping[str, Any] = json.loads((demo.var / "demo.json").read_text())

    with httpx.Client(base_url=told["url"], headers={"sec-fetch-site": "same-origin"}, timeout=30) as visitor:
        front = visitor.get("/").text
        receipts = {city: complain(visitor, city, front) for city in CITIES}
        seen = {city: follow(visitor, city, told["api_keys"][city], receipts[city]) for city in CITIES}
        rules = {city: visitor.get(f"/t/{city}/policy").text for city in CITIES}
        office = visitor.post("/demo/sign-in", data={"slug": CITIES[0], "username": "supervisor"})
        tickets = visitor.get(f"/t/{CITIES[0]}/admin/tickets").text

    assert re.findall(r'<section class="card" id="(\w+)">', front) == list(CITIES)
    assert all("已按差评转为工单" in receipt for receipt in receipts.values())
    assert {city for city, ticket in seen.items() if not ticket["clause"]} == WITHOUT_DAYS
    assert all(clause in rules[city] for city, ticket in seen.items() for clause in ticket["clause"].values())
    assert office.status_code == 303
    assert seen[CITIES[0]]["number"] in tickets


def complain(visitor: httpx.Client, city: str, front: str) -> str:
    """Served at the first window of the front page's card, one tap, one reason; the receipt as it is shown."""
    window = re.findall(r'name="window" value="([^"]+)"', front.partition(f'id="{city}"')[2])[0]
    link = visitor.post("/demo/serve", data={"slug": city, "window": window}).headers["location"]
    asked = visitor.get(visitor.post(link, data={"grade": "1"}).headers["location"]).text
    grades = dict.fromkeys(re.findall(r'name="(grade\.\w+)"', asked), "1")
    tag = re.findall(r'name="tags" value="(\d+)"', asked)[0]
    sent = visitor.post(f"{link}/reasons", data={**grades, "tags": tag, "text": "等了两个小时"})
    return visitor.get(sent.headers["location"]).text


def follow(visitor: httpx.Client, city: str, key: str, receipt: str) -> Mapping[str, Any]:
    """The ticket of this receipt as a machine reads it, once it is with whoever must act on it."""
    api = {"headers": {"Authorization": f"Bearer {key}"}}
    number = re.findall(r"\d{4}-\d{5}", receipt)[0]
    rows = visitor.get("/api/v1/tickets", **api).raise_for_status().json()["rows"]
    ticket = next(each for each in rows if each["number"] == number)
    # Where a rule counts from the dispatch; elsewhere there is nothing to dispatch.
    visitor.post(f"/api/v1/tickets/{ticket['id']}/dispatch", json={}, **api)
    scores = visitor.get("/api/v1/scores", params={"subject": "item", "code": ticket["item"]}, **api).json()["rows"]
    assert any(row["distribution"].get("1") for row in scores), city
    return visitor.get(f"/api/v1/tickets/{ticket['id']}", **api).json()
