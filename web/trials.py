"""Every grade goes once through every channel by the very addresses that citizens, screens and programs use."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

import httpx
from litestar.types import ASGIApp

from core import db, people, stack
from core.audit.model import SYSTEM
from core.errors import NotFound, Refused
from core.intake.model import EVENTS
from core.onboarding.twin import Q, Spot, Twin, twin
from core.policy import keys
from core.policy.policy import Policy
from core.policy.values import ANY
from core.tenants.model import Tenant
from web.auth import DEVICE_SCOPE

GRADES = (5, 4, 3, 2, 1)
# How a service that is rated through this channel is handled.
MODES: Mapping[str, str] = {"kiosk": "kiosk", "hotline": "hotline", "web": "online", "app": "online"}
SCREENS = ("device", "kiosk")
LINKS = ("web", "qr", "sms")
NAME = "试评人"
SEE_OTHER, OK = 303, 200
LONGEST = 200
WRONG = re.compile(r'<p class="er"[^>]*>(?:<svg.*?</svg>)?([^<]+)|role="(?:alert|status)"><p>([^<]+)')


@dataclass(frozen=True, slots=True)
class Cell:
    """One grade through one channel: whether it came in as it was given, and if not, what was said."""

    grade: int
    ok: bool
    said: str = ""
    ticket: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    base: str
    label: str
    cells: Sequence[Cell]

    @property
    def ok(self) -> bool:
        return all(each.ok for each in self.cells)


class Failed(Exception):
    """这一步没有成功。"""


@dataclass(slots=True)
class Browser:
    """A client of this very application: each address is asked through everything that stands before it."""

    http: httpx.AsyncClient
    twin: Twin
    policy: Policy
    now: datetime
    keys: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def at(self) -> str:
        return f"/t/{self.twin.tenant.slug}"

    async def get(self, path: str) -> httpx.Response:
        return _good(await self.http.get(path), OK)

    async def post(self, path: str, form: Mapping[str, Any]) -> httpx.Response:
        return await self.http.post(path, data=form)

    async def call(self, path: str, body: Mapping[str, Any], key: str, once: str = "") -> Any:
        headers = {"authorization": f"Bearer {self.keys[key]}", **({"idempotency-key": once} if once else {})}
        found = await self.http.post(f"/api/v1{path}", json=body, headers=headers)
        if found.is_error:
            raise Failed(str(found.json().get("detail") or found.status_code))
        return found.json()


async def run(app: ASGIApp, address: str, tenant: Tenant, now: datetime) -> dict[str, Any]:
    """In a task of its own, so that nothing of these requests is taken for a part of the one that asked for them."""
    return await asyncio.create_task(_run(app, address, tenant, now))


async def _run(app: ASGIApp, address: str, tenant: Tenant, now: datetime) -> dict[str, Any]:
    policy = stack.policy(tenant, now.date())
    async with twin(tenant, now) as copy:
        headers = {"sec-fetch-site": "same-origin"}
        transport: Any = httpx.ASGITransport(app=app)  # pyright: ignore[reportArgumentType] - Litestar's own types
        async with httpx.AsyncClient(transport=transport, base_url=address, headers=headers, timeout=20) as http:
            browser = Browser(http, copy, policy, now, await _keys(copy.tenant, now))
            rows = [await _row(browser, base, label) for base, label in _channels(policy)]
    spots = [each.said for each in (copy.window, copy.kiosk) if each]
    told = [{**asdict(each), "ok": each.ok} for each in rows]
    return {"rows": told, "spots": spots, "passed": bool(rows) and all(each.ok for each in rows)}


def _channels(policy: Policy) -> list[tuple[str, str]]:
    """Each way in once, with all the names that the rules give it."""
    named = sorted(policy[keys.channels] or (), key=lambda each: each.base)
    return [(base, "、".join(each.label for each in same)) for base, same in groupby(named, lambda each: each.base)]


async def _keys(tenant: Tenant, now: datetime) -> Mapping[str, str]:
    wanted = {"events": ["events:write"], "ratings": ["ratings:write"], "paper": ["ratings:write"],
              "device": [DEVICE_SCOPE]}  # fmt: skip
    async with db.as_tenant(tenant.id) as unit:
        return {name: await people.issue_key(unit, name, scopes, by=SYSTEM, now=now) for name, scopes in wanted.items()}


async def _row(browser: Browser, base: str, label: str) -> Row:
    return Row(base, label, [await _cell(browser, base, grade) for grade in GRADES])


async def _cell(browser: Browser, base: str, grade: int) -> Cell:
    case = f"SP-{base}-{grade}"
    try:
        token, number = await _served(browser, base, case, grade)
        if base in SCREENS:
            await _on_screen(browser, base, grade)
        elif base in LINKS:
            await _by_link(browser, base, grade, token, case)
        else:
            await _by_program(browser, base, grade, token, (case, number))
        return await _arrived(browser, base, grade, case)
    except Failed as failure:
        return Cell(grade, ok=False, said=str(failure)[:LONGEST])
    except Refused as refusal:
        return Cell(grade, ok=False, said=refusal.detail[:LONGEST])


async def _served(browser: Browser, base: str, case: str, grade: int) -> tuple[str, int]:
    """What happened is reported as a business system does, until something may be rated: its token and number."""
    spot = browser.twin.kiosk if base == "kiosk" else browser.twin.window
    if spot is None or (base in SCREENS and not spot.window):
        raise Failed("名录里没有可以试评的自助终端" if base == "kiosk" else "名录里没有可以试评的窗口和事项")
    for event, mode, kind in _events(browser.policy, MODES.get(base, "window")):
        told = _event(browser, spot, (case, grade), event, mode, kind)
        answer = await browser.call("/service-events", told, "events")
        invitation = answer["invitation"]
        if invitation and _suits(base, mode):
            return invitation["token"], answer["number"]
    raise Failed("按现行规则，这样办理的服务没有评价机会")


def _suits(base: str, mode: str) -> bool:
    return base != "kiosk" or mode == "kiosk"


def _events(policy: Policy, mode: str) -> list[tuple[str, str, str]]:
    """What may open a rating, the channel's own way of handling first; each with a kind that fits."""
    found: list[tuple[str, str, str]] = []
    for row in policy[keys.occasions] or ():
        if row.composite not in (ANY, "none"):
            continue
        handled = mode if row.mode == ANY else row.mode
        found.append((row.event, handled, "promised" if row.kind == ANY else row.kind))
    unique = list(dict.fromkeys(found))
    return sorted(unique, key=lambda each: (each[1] != mode, EVENTS.index(each[0]) if each[0] in EVENTS else 0))


def _event(
    browser: Browser, spot: Spot, case: tuple[str, int], event: str, mode: str, kind: str
) -> dict[str, Any]:  # fmt: skip
    code, grade = case
    told = {
        "case": f"{code}", "event": event, "at": browser.now.isoformat(), "item": spot.item, "staff": spot.staff,
        "window": spot.window, "mode": mode, "kind": kind, "applicant": _person(code, grade),
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}


def _person(code: str, grade: int) -> dict[str, str]:
    """Somebody invented, of a number that no network has given out."""
    return {"name": NAME, "phone": f"1009{sum(map(ord, code)) % 10000:04}{grade:03}"}


async def _on_screen(browser: Browser, base: str, grade: int) -> None:
    """A screen is given its key once; whoever stands before it taps, and says why where that is asked."""
    spot = browser.twin.kiosk if base == "kiosk" else browser.twin.window
    path = f"{browser.at}/{base}/{spot.window if spot else ''}"
    _good(await browser.post(f"{path}/enter", {"key": browser.keys["device"]}), SEE_OTHER)
    asked = await browser.get(path)
    form = {"_csrf": _value(asked, "_csrf"), "id": _value(asked, "id")}
    answer = await browser.post(path, {**form, _field(asked): str(grade)})
    if answer.status_code == OK:
        grades = dict.fromkeys(re.findall(r'name="(grade\.[^"]+)"', answer.text), str(grade))
        answer = await browser.post(path, {**form, "why": "1", **grades, **_reason(answer)})
    await _thanked(browser, answer)


async def _by_link(browser: Browser, base: str, grade: int, token: str, case: str) -> None:
    path = f"/r/{token}"
    if base == "sms":
        path = await _message(browser, case, grade)
    if base == "qr":
        await browser.get(f"{path}/qr.svg")
    asked = await browser.get(f"{path}?c={base}")
    if f'value="{grade}"' not in asked.text:
        raise Failed("评价页上没有这个等级")
    tapped = await browser.post(path, {"grade": str(grade), "c": base})
    _good(tapped, SEE_OTHER)
    why = await browser.get(tapped.headers["location"])
    grades = dict.fromkeys(re.findall(r'name="(grade\.[^"]+)"', why.text), str(grade))
    person = _person(case, grade)
    identity = {"name": person["name"], "proof": person["phone"]} if 'name="proof"' in why.text else {}
    form = {"c": base, **grades, **_reason(why), **identity, "text": "试评"}
    await _thanked(browser, await browser.post(f"{path}/reasons", form))


async def _message(browser: Browser, case: str, grade: int) -> str:
    """The printed code asks for a phone, and a message takes the link to it: what it says is followed."""
    spot = browser.twin.window
    window = f"{browser.at}/w/{spot.window if spot else ''}"
    await browser.get(window)
    _good(await browser.post(window, {"phone": _person(case, grade)["phone"]}), SEE_OTHER)
    async with db.as_tenant(browser.twin.tenant.id) as unit:
        path = await unit.fetchval(Q.link_sent, unit.tenant, case)
    if not path:
        raise Failed("没有生成带评价链接的短信")
    return path


async def _by_program(browser: Browser, base: str, grade: int, token: str, case: tuple[str, int]) -> None:
    """What an app, a hotline or a clerk with a paper form hands in comes by the machine interface."""
    code, number = case
    named = {"case": code, "number": number} if base == "paper" else {"token": token}
    dimensions = await _asked(browser, code)
    body = {
        **named, "grades": dict.fromkeys(dimensions, grade), "text": "试评", "channel": base,
        "rater": _person(code, grade),
    }  # fmt: skip
    await browser.call("/ratings", body, "paper" if base == "paper" else "ratings", once=f"{code}-{grade}")


async def _asked(browser: Browser, case: str) -> Sequence[str]:
    async with db.as_tenant(browser.twin.tenant.id) as unit:
        return await unit.fetchval(Q.asked, unit.tenant, case) or []


async def _thanked(browser: Browser, answer: httpx.Response) -> None:
    """A rating that was taken leads to a page that says so."""
    _good(answer, SEE_OTHER)
    await browser.get(answer.headers["location"])


async def _arrived(browser: Browser, base: str, grade: int, case: str) -> Cell:
    async with db.as_tenant(browser.twin.tenant.id) as unit:
        row = await unit.fetchrow(Q.arrived, unit.tenant, case)
    if row is None:
        raise NotFound("提交之后没有找到这条评价")
    if set(row["grades"]) != {grade} or row["channel"] != base:
        return Cell(grade, ok=False, said=f"收到的等级是 {'、'.join(map(str, row['grades']))}，渠道是 {row['channel']}")
    return Cell(grade, ok=True, ticket=row["ticket"])


def _good(answer: httpx.Response, status: int) -> httpx.Response:
    if answer.status_code != status:
        said = WRONG.search(answer.text)
        words = next((each for each in said.groups() if each), "") if said else ""
        raise Failed(f"{answer.request.url.path.split('/')[-1]}：{words or answer.status_code}")
    return answer


def _value(shown: httpx.Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', shown.text)
    if found is None:
        raise Failed("页面没有显示刚办完的服务")
    return found[1]


def _field(shown: httpx.Response) -> str:
    found = re.search(r'name="(grade\.[^"]+)"', shown.text)
    if found is None:
        raise Failed("页面上没有可以点选的等级")
    return found[1]


def _reason(shown: httpx.Response) -> dict[str, str]:
    """The first of the reasons that the page offers."""
    found = re.search(r'name="tags" value="(\d+)"', shown.text)
    return {"tags": found[1]} if found else {}
