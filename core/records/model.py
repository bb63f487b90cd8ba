"""A record of an extra and what was done to it, as frozen values."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from core import errors
from core.policy.extras import Act, Extra, Fault, Kind, Who

Channel = Literal["window", "qr", "phone", "web", "act", "duty", "late", "ticket"]
CHANNELS: Mapping[str, str] = {
    "window": "窗口", "qr": "扫码", "phone": "电话", "web": "网上", "act": "由另一条记录产生", "duty": "到期自动产生",
    "late": "错过后补产生", "ticket": "随差评工单产生",
}  # fmt: skip


class PluginGone(errors.NotFound):
    """这条记录所属的功能已被移除。记录仍然保留，功能恢复之后可以继续查看和办理。"""


class OtherwiseFiled(errors.Conflict):
    """这张表已经提交过，而这一次填写的内容不同。"""

    def __init__(self, number: str) -> None:
        super().__init__(f"这张表已经提交过（编号 {number}），而这一次填写的内容不同。确实是另外一件的，请再提交一次。")


class FieldsWrong(errors.Invalid):
    """填写的内容不符合要求，请按提示修改。"""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(faults[0].says, field=faults[0].field or None)
        self.faults = faults

    @property
    def at(self) -> Mapping[str, str]:
        """The first that is wrong at each field, in their order; what concerns none stands under the empty name."""
        return {field: next(each.says for each in self.faults if each.field == field)
                for field in dict.fromkeys(each.field for each in self.faults)}  # fmt: skip


class Repeated(errors.Conflict):
    """同一件事已经登记过，正在办理，请不要重复登记。"""

    def __init__(self, number: str, field: str) -> None:
        said = f"同一件事已经登记过（编号 {number}），正在办理，请不要重复登记；有新的情况请在那条记录里补充。"
        super().__init__(said, field=field)
        self.number = number


class ExtraFailed(errors.Refused):
    """这项特色功能暂时不可用，没有改动任何记录，请稍后再试；系统管理员已收到提示。"""

    code = "unavailable"

    def __init__(self, extra: str = "") -> None:
        super().__init__()
        self.extra = extra


@dataclass(frozen=True, slots=True)
class Running:
    """A timer of a record with the days that it was counted by."""

    code: str
    label: str
    started_at: datetime
    due_at: datetime
    warn_at: datetime | None
    clause: str
    document: str
    state: Literal["running", "stopped"]
    overdue: bool
    days: tuple[Mapping[str, Any], ...]
    provisional: bool
    stopped_at: datetime | None = None
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """``fields`` never holds what is private; ``hidden`` names the private fields that are filled.

    Days and moments among the fields are dates and datetimes.
    """

    id: UUID
    extra: str
    kind: str
    number: str
    state: str
    version: int
    title: str
    fields: Mapping[str, Any]
    hidden: tuple[str, ...]
    institution: str
    region: str
    named: str
    parent: UUID | None
    case: str
    repeat_of: UUID | None
    filed_at: datetime
    filed_by: str
    channel: str
    ended_at: datetime | None
    policy_day: date
    receipt: str = ""
    filer_id: UUID | None = None
    person_id: UUID | None = None
    timers: tuple[Running, ...] = ()
    # The earlier record that it may repeat; nobody has said yet whether it does.
    perhaps_of: UUID | None = None

    @property
    def due_at(self) -> datetime | None:
        """What runs out first."""
        return min((each.due_at for each in self.timers if each.state == "running"), default=None)

    def overdue(self) -> tuple[str, ...]:
        return tuple(each.code for each in self.timers if each.overdue)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something done to a record; ``given`` is what was told with it, without what is private."""

    at: datetime
    by: str
    act: str
    label: str
    given: Mapping[str, Any]
    before: str
    after: str
    member: UUID | None = None


@dataclass(frozen=True, slots=True)
class Attached:
    """A photo or paper of a record."""

    id: UUID
    record_id: UUID
    field: str
    name: str
    kind: str
    size: int
    at: datetime
    uploaded_by: str


@dataclass(frozen=True, slots=True)
class Handed:
    """A file as it was handed in for a field."""

    field: str
    name: str
    content: bytes = dataclasses.field(repr=False)


@dataclass(frozen=True, slots=True)
class Filed:
    """The answer to who files; ``repeated`` where the same ``once`` has filed it before."""

    id: UUID
    number: str
    receipt: str
    repeated: bool = False
    repeat_of: UUID | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody read what the filer had hidden: when, as whom, which field, and what for."""

    at: datetime
    by: str
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Followed:
    """A record as its filer may follow it, with who looked at what they had hidden."""

    extra: Extra
    kind: Kind
    record: Record
    deeds: tuple[Deed, ...]
    acts: tuple[Act, ...]
    files: tuple[Attached, ...] = ()
    looks: tuple[Look, ...] = ()


# How whoever oversees signs, of whatever district.
BUREAU = "bureau"


@dataclass(frozen=True, slots=True)
class Reach:
    """As what somebody comes: for which offices and regions (None: everywhere), and under which names.

    ``actor`` is how what they file is signed, ``id`` their account, ``receipt`` the proof of who filed in public.
    """

    kinds: frozenset[Who]
    institutions: frozenset[str] = frozenset()
    regions: frozenset[str] | None = frozenset()
    staff: str = ""
    member: str = ""
    actor: str = ""
    receipt: str = ""
    id: UUID | None = None

    @property
    def signatures(self) -> tuple[str, ...]:
        """What is signed so is their own. All who oversee sign as one: of a district, each knows only their own."""
        if self.actor == BUREAU and self.regions is not None:
            return (f"{self.actor}:{self.id}",) if self.id else ()
        return (self.actor,) if self.actor else ()
