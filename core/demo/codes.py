"""Whoever holds the demo's machine can read the one-time code an account signs in with."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pyotp.totp import TOTP

from core.errors import NotFound


def codes(var: Path, user: str, now: datetime) -> str:
    """A line for each account so named: ``clerk`` in every place, ``place/clerk`` in one."""
    place, _, username = user.rpartition("/")
    found = [each for each in _accounts(var) if each["username"] == username and place in ("", each["tenant"])]
    if not found:
        raise NotFound(f"演示中没有账户“{user}”。账户列在 {var / 'demo.json'}。")
    return "".join(f"{each['tenant']}/{username}\t{_code(each, now)}\n" for each in found)


def _accounts(var: Path) -> Sequence[Mapping[str, str]]:
    try:
        told: Mapping[str, Any] = json.loads((var / "demo.json").read_text("utf-8"))
    except FileNotFoundError as error:
        raise NotFound("演示还没有启动过，请先运行 make demo。") from error
    return told["accounts"]


def _code(account: Mapping[str, str], now: datetime) -> str:
    totp: Any = TOTP(account["totp_secret"])
    return str(totp.at(now))
