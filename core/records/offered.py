"""Which extras there are, and which of them a tenant's rules switch on that day."""

from dataclasses import dataclass
from datetime import date

from core import db, errors, stack
from core.policy.extras import Extra, Kind, Page
from core.policy.shapes import nearest
from core.tenants.model import Tenant


def known() -> tuple[Extra, ...]:
    """Every installed one, in the order of their plugins."""
    return stack.extras()


def offered(tenant: Tenant, on: date) -> tuple[Extra, ...]:
    """Those switched on that day."""
    policy = stack.policy(tenant, on)
    return tuple(each for each in known() if policy[each.switch])


def is_offered(tenant: Tenant, extra: Extra, on: date) -> bool:
    return bool(stack.policy(tenant, on)[extra.switch])


def basis(tenant: Tenant, extra: Extra, on: date) -> str:
    """The document and clause by which the place has it on that day, which need not be its bringer's; "" where off."""
    why = stack.policy(tenant, on).why(extra.switch)
    return f"{why.document} {why.clause}".strip() if why.value else ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether it is switched on today; otherwise the day on which it will be, and whether it has been before."""

    is_on: bool
    begins: date | None = None
    was: bool = False


def standing(tenant: Tenant, extra: Extra, today: date) -> Standing:
    if is_offered(tenant, extra, today):
        return Standing(is_on=True)
    days = [day for day in stack.turns(tenant) if is_offered(tenant, extra, day)]
    return Standing(
        is_on=False, begins=next((day for day in days if day > today), None), was=any(day <= today for day in days)
    )


def extra_of(code: str) -> Extra:
    found = next((each for each in known() if each.code == code), None)
    if found is None:
        raise errors.UnknownCode(f"没有名为“{code}”的特色功能。{nearest(code, [each.code for each in known()])}")
    return found


def kind_of(extra: str, code: str) -> tuple[Extra, Kind]:
    found = extra_of(extra)
    kind = found.kind(code)
    if kind is None:
        near = nearest(code, [each.code for each in found.kinds])
        raise errors.UnknownCode(f"{errors.quoted(found.label)}没有名为“{code}”的记录。{near}")
    return found, kind


def is_known(row: db.Row) -> bool:
    """Whether what brought this record is still installed."""
    return any(kind.code == row["kind"] for each in known() if each.code == row["extra"] for kind in each.kinds)


def find_kind(code: str) -> tuple[Extra, Kind] | None:
    """Codes of kinds are one to each, whoever brings them."""
    return next(((extra, kind) for extra in known() for kind in extra.kinds if kind.code == code), None)


def pages_of(extra: Extra) -> tuple[Page, ...]:
    """An extra that describes no page of its own has a list of each of its kinds."""
    if extra.pages:
        return extra.pages
    return tuple(Page(each.code, each.label, "list", each.code, who=(*each.sees, *each.files)) for each in extra.kinds)
