"""Hangzhou stands on `core.api` alone, and answers every hook there is."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from core.api import Attribution, City, Extra, Facts, Policy, Question, Rule, Score, Tally, hookimpl, keys, shapes
from hangzhou.regulation import REG

HEARD: Final[list[tuple[str, int]]] = []
QUEUE_SCREEN: Final = keys.switch("queue_screen", "排队屏邀评")
QUEUE_LASTS: Final = keys.Key(
    "queue_screen_lasts", "排队屏二维码有效期", keys.EXTRAS, shapes.Period(),
    help="排队屏上的二维码多久之后失效。", example="2 小时",
)  # fmt: skip


@hookimpl
def city() -> City:
    return City("杭州市", "杭州", "330100", (REG,))


@hookimpl
def rules() -> Sequence[Rule]:
    return REG.rules


@hookimpl
def questions() -> Sequence[Question]:
    return REG.questions


@hookimpl
def attribute(facts: Facts) -> Attribution | None:
    """The hotline's own staff are not counted to a region."""
    if facts.mode != "hotline" or facts.staff is None:
        return None
    return Attribution(staff=facts.staff.code, institutions=(facts.staff.institution,))


@hookimpl
def score(tally: Tally, policy: Policy) -> Score | None:
    """A channel is scored by the share of the two best grades, in hundredths."""
    n = sum(tally.counts.values())
    if tally.subject != "channel" or not n:
        return None
    good = sum(count for grade, count in tally.counts.items() if grade in (policy[keys.good_grades] or ()))
    return Score(Decimal(100 * good) / n, n)


@hookimpl
def extras() -> Sequence[Extra]:
    return (
        Extra(
            "queue_screen", "排队屏邀评", "在叫号屏上显示评价二维码", QUEUE_SCREEN, "第十三条", settings=(QUEUE_LASTS,)
        ),
    )  # fmt: skip


@hookimpl
def rated(tenant_id: int, rating: UUID, at: datetime) -> None:
    HEARD.append((f"rated {rating} {at:%F}", tenant_id))


@hookimpl
def ticket_opened(tenant_id: int, ticket: UUID, at: datetime) -> None:
    HEARD.append((f"opened {ticket} {at:%F}", tenant_id))


@hookimpl
def ticket_acted(tenant_id: int, ticket: UUID, act: str, at: datetime) -> None:
    HEARD.append((f"{act} {ticket} {at:%F}", tenant_id))


@hookimpl
def alert_raised(tenant_id: int, alert: UUID, at: datetime) -> None:
    HEARD.append((f"alert {alert} {at:%F}", tenant_id))
