"""A form on paper: where there is no screen, people fill in by hand what is entered later."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from litestar import get
from litestar.params import FromPath

from core import db
from core.errors import NotFound
from core.policy import keys
from core.policy.extras import Field, Kind
from core.policy.policy import Policy
from web.admin.chips import asked
from web.admin.extras.filing import HOME, known_kind
from web.admin.extras.sight import files_as, reach_of
from web.deps import InMember, InPolicy, InTenant
from web.forms import whole_number
from web.page import Page, page
from web.visit import HttpRequest

MOST: Final = 100
LONGEST_MARK: Final = 12
LAST_NUMBER: Final = 9999


@dataclass(frozen=True, slots=True)
class Line:
    """One question as it stands on paper: boxes to tick, or room to write."""

    label: str
    boxes: tuple[str, ...] = ()
    help: str = ""
    roomy: bool = False
    numbered: bool = False


@get(f"{HOME}/sheet", opt={"perm": "extras.act"})
async def sheet(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, extra: FromPath[str],
    kind: FromPath[str],
) -> Page:  # fmt: skip
    """As many as are asked for, each with a number of its own, which its title is where that is to be written."""
    found, what = known_kind(extra, kind)
    async with db.as_tenant(tenant.id) as unit:
        who = files_as(what, await reach_of(unit, member))
    if not what.sheet or who is None:
        raise NotFound("这种记录没有可以打印的表。")
    mark, errors = asked(request, "mark")[:LONGEST_MARK], dict[str, str]()
    first = _number(asked(request, "first"), LAST_NUMBER, "first", errors)
    many = _number(asked(request, "many"), MOST, "many", errors)
    numbers = [f"{mark}-{number:04}" if mark else f"{number:04}" for number in range(first, first + many)]
    typed = {"mark": mark, "first": asked(request, "first") or "1", "many": asked(request, "many") or "1"}
    return page(
        "admin/extras/sheet.html", status=422 if errors else 200, tenant=tenant, extra=found, kind=what, typed=typed,
        most=MOST, errors=errors, numbers=[] if errors else numbers,
        lines=lines(what, policy),
    )  # fmt: skip


def _number(text: str, most: int, name: str, errors: dict[str, str]) -> int:
    number = whole_number(text or "1", most)
    if not number:
        errors[name] = f"请填写 1 到 {most} 的整数。"
        return 1
    return number


def lines(kind: Kind, policy: Policy) -> tuple[Line, ...]:
    """Files are not for paper; a grade is ticked by the words of this place, and what helps a clerk is no help here."""
    labels = tuple(policy[keys.grade_labels] or ())
    return tuple(_line(each, labels, kind) for each in kind.form.fields if each.kind != "files")


def _line(field: Field, labels: tuple[str, ...], kind: Kind) -> Line:
    label = field.label if field.required else f"{field.label}（可不填）"
    says = field.help if "citizen" in kind.files and not field.graded else ""
    numbered = field.kind == "line" and field.code == kind.title
    return Line(label, _boxes(field, labels), says, field.kind == "text", numbered)


_PLAIN: Final[Mapping[str, tuple[str, ...]]] = {"flag": ("是", "否"), "scale": ("5", "4", "3", "2", "1")}


def _boxes(field: Field, labels: tuple[str, ...]) -> tuple[str, ...]:
    if field.graded and labels:
        return labels
    return tuple(label for _, label in field.choices) or _PLAIN.get(field.kind, ())
