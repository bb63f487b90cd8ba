"""Where the program is known to be wrong and not mended yet, by its number in the report: nothing else is let pass.

Whoever mends one takes its number out; its story in test_stories.py then has to hold.
"""

from tests.core.tickets.paper import Case, Sheet

UNMENDED = frozenset({"D10", "D11", "D12", "D13"})


def is_left_out(case: Case, sheet: Sheet, verb: str) -> bool:
    """What chance does not try while it is known to go wrong."""
    pauses = case.of("appeal_pauses", ())
    match verb:
        case "appeal":
            # An extended clock that would stand still.
            extended = any(each.extended and each.state == "running" and each.name in pauses for each in sheet.timers)
            return extended and bool(UNMENDED & {"D10", "D11"})
        case "audit":
            return sheet.appeal is not None and "D12" in UNMENDED
        case "verdict":
            return sheet.rating > 0 and len(case.said) > 2 and "D13" in UNMENDED
        case _:
            return False
