"""A person is what the service knows of them; what others see of a person is masked."""

from dataclasses import dataclass
from uuid import UUID

_LEFT_IN_PHONE = 3
_RIGHT_IN_PHONE = 4
_RIGHT_IN_NUMBER = 2


@dataclass(frozen=True, slots=True)
class Person:
    """Who was served or rates. ``id_type`` is the national code of the kind of document."""

    name: str
    id_type: str = ""
    id_number: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Masked:
    """张*，138****0000：enough to recognise a person one knows, too little to find one."""

    id: UUID
    name: str
    phone: str
    id_number: str


def masked(person_id: UUID, person: Person) -> Masked:
    return Masked(person_id, mask_name(person.name), mask_phone(person.phone), mask_number(person.id_number))


def mask_name(name: str) -> str:
    return name[:1] + "*" * max(len(name) - 1, 1) if name else ""


def mask_phone(phone: str) -> str:
    if len(phone) <= _LEFT_IN_PHONE + _RIGHT_IN_PHONE:
        return "*" * len(phone)
    return f"{phone[:_LEFT_IN_PHONE]}****{phone[-_RIGHT_IN_PHONE:]}"


def mask_number(number: str) -> str:
    """The last two characters only: the first ones tell the place and the day of birth."""
    shown = number[-_RIGHT_IN_NUMBER:] if len(number) > _RIGHT_IN_NUMBER else ""
    return "*" * (len(number) - len(shown)) + shown


def normal(person: Person) -> Person:
    """The same person however they were typed: no spaces, full-width digits, or lower-case x."""
    return Person(
        name="".join(person.name.split()),
        id_type=person.id_type.strip(),
        id_number=_plain(person.id_number).upper(),
        phone=_plain(person.phone).removeprefix("+86").replace("-", ""),
    )


_WIDE = str.maketrans({chr(0xFF01 + n): chr(0x21 + n) for n in range(94)})


def _plain(text: str) -> str:
    return "".join(text.translate(_WIDE).split())
