"""What demos tell of the extras happens, all of it, by people who may: quotas and second pairs of eyes hold."""

from collections import Counter
from datetime import datetime
from pathlib import Path

from structlog.testing import capture_logs

from core import db, stack
from core.demo import extras
from core.errors import Unavailable
from core.evidence import files
from core.records import listing
from core.records.listing import Asked
from core.records.model import Reach
from tests.web.lived import lived

EVERYWHERE = Reach(frozenset({"bureau", "operator"}), regions=None, actor="bureau")
# A batch is in work or done; all other records have more ways to go.
FEWEST = 2


async def test_every_extra_is_seen_at_work_and_nothing_told_of_it_is_refused(
    pool: object, now: datetime, tmp_path: Path
) -> None:
    files.use_folder(tmp_path)
    with capture_logs() as said:
        async with lived(now) as place, db.as_tenant(place.id) as unit:
            states = Counter[str]()
            for extra in stack.extras():
                for kind in extra.kinds:
                    rows = (await listing.page(unit, Asked(extra.code, EVERYWHERE, kind.code, size=200), now)).rows
                    states[kind.code] = len({each.state for each in rows})
            (survey,) = (
                await listing.page(unit, Asked("third_party_survey", EVERYWHERE, "survey", ("closed",)), now)
            ).rows

    assert [each for each in said if str(each["event"]).startswith("demo-")] == []
    first = {extra.code: max(states[kind.code] for kind in extra.kinds) for extra in stack.extras() if extra.demo}
    assert [code for code, many in first.items() if many < FEWEST] == []
    assert survey.fields["answered"] > survey.fields["response"] > 0
    files._folder.clear()  # pyright: ignore[reportPrivateUsage]  # a program never gives its folder up


async def test_what_a_busy_machine_did_not_do_is_done_when_it_is_asked_again() -> None:
    tried: list[int] = []

    async def work() -> None:
        tried.append(len(tried))
        if len(tried) < extras.TRIES:
            raise Unavailable

    await extras._patiently(work)  # pyright: ignore[reportPrivateUsage]  # the step alone, without a machine to tire

    assert len(tried) == extras.TRIES
