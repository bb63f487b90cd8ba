"""Digits that are none, and numbers without an end, change nothing in a form and break nothing."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest

from core.audit.model import SYSTEM
from core.proposals import actions
from tests.web.office import seat, town
from web.forms import whole_number

ENDLESS = "9" * 5000
FORMS: tuple[tuple[str, dict[str, str]], ...] = (
    ("builders/tags", {"op": "take:²"}),
    ("builders/tags", {"op": "add", "k": f"r{ENDLESS}"}),
    ("builders/tags", {"op": "add", "k": "r²"}),
    ("keys/clocks", {"op": "add:v", "v.k": ENDLESS, "state": "set"}),
    ("keys/clocks", {"op": "mine:²", "v.k": "1", "state": "set"}),
    ("keys/clocks", {"op": f"mine:{'9' * 30}", "v.k": "1", "state": "set", "v.1.clock": "verify"}),
)
UNFIT, INTERNAL = 422, 500


@pytest.mark.parametrize(
    ("text", "found"), [("0", 0), ("12", 12), ("13", None), ("²", None), ("３", None), ("-1", None), ("", None),
                        (" 1", None), (ENDLESS, None)]
)  # fmt: skip
def test_a_whole_number_is_plain_digits_up_to_the_most(text: str, found: int | None) -> None:
    assert whole_number(text, 12) == found


async def test_no_number_of_a_form_breaks_the_editors(address: str, pool: Any, now: Any, times: Any) -> None:
    times.now = now
    async with town(now, "hostile") as tenant, seat(address, tenant, "operator", now) as clerk:
        made = await actions.begin(tenant, (now + timedelta(days=40)).date(), by=SYSTEM, now=now)
        for path, form in FORMS:
            answer = await clerk.post(f"/admin/rules/{made.id}/{path}", form)
            assert answer.status_code < INTERNAL, (path, form["op"])


async def test_a_spoilt_zip_of_examples_is_refused_in_words(address: str, pool: Any, now: Any, times: Any) -> None:
    times.now = now
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as parcel:
        parcel.writestr("a.toml", "says='x'\n" * 200)
    spoilt = bytearray(held.getvalue())
    spoilt[36:60] = b"\xff" * 24
    async with town(now, "spoilt") as tenant, seat(address, tenant, "operator", now) as clerk:
        answer = await clerk.post("/admin/examples/files", files={"file": ("a.zip", bytes(spoilt))})
        assert answer.status_code == UNFIT
        assert "这个压缩包打不开" in answer.text
