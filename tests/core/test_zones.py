"""A deadline does not know in which zone the computer stands: a sample here, sessions too in ``make faults``."""

import pytest

from core.embedded.servers import Servers
from tests.faults.zones import ZONES, differences, told_in

# The story as somebody would tell it who took the computer's zone for China's.
ASTRAY = """
import runpy, zoneinfo
import core.clock
core.clock.SHANGHAI = zoneinfo.ZoneInfo("America/New_York")
runpy.run_module("tests.faults.zones", run_name="__main__")
"""


@pytest.fixture(scope="module")
def at_home(pool: Servers) -> list[str]:
    return told_in("Asia/Shanghai", "UTC", pool.database_url)


@pytest.mark.parametrize("zone", [zone for zone in ZONES if zone != "Asia/Shanghai"])
def test_the_same_deadlines_are_told_wherever_the_computer_stands(zone: str, pool: Servers, at_home: list[str]):
    assert told_in(zone, "UTC", pool.database_url) == at_home
    assert len(at_home) > 200


def test_a_program_that_counts_by_another_zone_is_found_out(pool: Servers, at_home: list[str]):
    astray = told_in("UTC", "UTC", pool.database_url, program=("-c", ASTRAY))

    assert differences(astray, at_home) > 0
