"""An edit stands or its writer is told that somebody was faster (R14); the long run is in tests/faults."""

from datetime import timedelta

from core.embedded.servers import Servers
from tests.core.tickets.writers import write_at_once

EDITS = 25


async def test_of_two_who_edit_a_ticket_at_once_nobody_is_overwritten(pool: Servers):
    found = await write_at_once(EDITS, with_version=True)

    assert found.lost == timedelta()
    assert (found.done + found.conflicts, found.refused) == (2 * EDITS, 0)
    assert found.traces == found.conflicts > 0


async def test_without_the_version_of_the_page_an_edit_is_lost(pool: Servers):
    found = await write_at_once(EDITS, with_version=False)

    assert found.lost > timedelta()
    assert found.conflicts == 0
