"""A small province and a small city whose regulations fit on one screen, for tests of the policy room."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from core.policy.compile import compile_policy
from core.policy.model import Layer, Override, Regulation
from core.policy.policy import Policy

TODAY = date(2026, 3, 2)
NEW_YEAR_2020 = date(2020, 1, 1)


def regulation(code: str = "city", issued: date | None = NEW_YEAR_2020, until: date | None = None) -> Regulation:
    return Regulation(code, f"{code}办法", f"{code}〔2020〕1号", issued, until)


def layer(text: Regulation, name: str = "") -> Layer:
    return Layer(name or text.code, text.title, tuple(text.rules), tuple(text.questions), (text,))


def policy(
    *texts: Regulation,
    answers: Mapping[str, Any] | None = None,
    overrides: Sequence[Override] = (),
    on: date = TODAY,
    timeless: bool = False,
) -> Policy:
    return compile_policy([layer(each) for each in texts], answers or {}, overrides, on, timeless=timeless)
