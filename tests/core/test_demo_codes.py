"""The demo's one-time codes can be read by whoever holds its machine."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from pyotp.totp import TOTP

from core.demo.codes import codes
from core.errors import NotFound

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - RFC 4648's example, twice


@pytest.fixture
def var(tmp_path: Path) -> Path:
    accounts = [{"tenant": place, "username": "clerk", "totp_secret": SECRET} for place in ("east", "west")]
    (tmp_path / "demo.json").write_text(json.dumps({"accounts": accounts}))
    return tmp_path


def test_the_code_is_the_one_that_signs_in_now(var: Path, now: datetime):
    place, _, code = codes(var, "east/clerk", now).strip().partition("\t")

    assert place == "east/clerk"
    assert TOTP(SECRET).verify(code, for_time=now)


def test_a_name_without_a_place_is_answered_for_each_place(var: Path, now: datetime):
    assert len(codes(var, "clerk", now).splitlines()) == 2


def test_an_account_that_does_not_exist_has_no_code(var: Path, now: datetime):
    with pytest.raises(NotFound, match="north/clerk"):
        codes(var, "north/clerk", now)


def test_before_the_first_start_there_is_no_code(tmp_path: Path, now: datetime):
    with pytest.raises(NotFound, match="make demo"):
        codes(tmp_path, "clerk", now)
