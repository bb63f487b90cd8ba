"""A paper that is printed of a record, such as a letter of appointment."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paper:
    """``text`` holds a paragraph a line; the last lines, after an empty one, are who signs and when.

    In braces may stand the code of any field, {number}, {region} for the name of the record's region, {place} for whose
    place it is, {bureau} for the office that prints it, and {today}. It is printed by whoever may see the record's
    private fields, in these ``states``; that they were printed stays written as that they were read.
    """

    code: str
    label: str
    states: tuple[str, ...]
    text: str
