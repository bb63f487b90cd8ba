"""A city that is not ours is one folder: installed by pip, it is asked, scored and run like the five."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest

from core import stack
from core.api import Attribution, Dimension, Facts, ItemFact, StaffFact, Tally, days, keys, workdays
from core.embedded.servers import Servers
from core.policy import helps
from core.policy.checks import faults
from core.policy.model import DatedAnswer, Override
from core.policy.own import OwnQuestion, Paper
from core.scenarios.catalogue import installed
from core.scenarios.runner import run_file
from web.admin.rules.fields import of_key

MOMENT = datetime(2026, 3, 2, 2, tzinfo=UTC)
SOME_ID = UUID("00000000-0000-7000-8000-000000000001")
EXAMPLES = sorted((Path(__file__).parent / "hangzhou" / "hangzhou" / "scenarios").glob("*.toml"))


@dataclass(frozen=True)
class Somewhere:
    """A tenant as far as policy is concerned."""

    stack: tuple[str, ...] = ("hangzhou",)
    answers: dict[str, Any] = field(default_factory=dict[str, Any])
    overrides: tuple[Override, ...] = ()
    id: int = -330100
    revision: int = 1
    demo: bool = True
    timeless: bool = False
    dated: tuple[DatedAnswer, ...] = ()
    baseline: tuple[Override, ...] = ()
    papers: tuple[Paper, ...] = ()
    asks: tuple[OwnQuestion, ...] = ()


def facts(mode: str) -> Facts:
    here = ("tax-east", "tax", "east")
    return Facts(
        event="closed",
        mode=mode,
        kind="promised",
        composite="none",
        item="invoice",
        items=(ItemFact("invoice", *here),),
        staff=StaffFact("li", *here),
        dimension=Dimension("staff", "工作人员", "staff"),
    )


def test_it_is_found_by_its_entry_point_beside_ours(hangzhou: ModuleType):
    assert "hangzhou" in stack.names()
    assert stack.names()[0] == "national"
    assert stack.folder("hangzhou") == Path(str(hangzhou.__file__)).parent


def test_hook_city(hangzhou: ModuleType):
    place = stack.city("hangzhou")

    assert place is not None
    assert (place.name, place.division) == ("杭州市", "330100")


def test_hook_rules(hangzhou: ModuleType):
    made = stack.policy(Somewhere(), date(2024, 6, 1))

    assert made.window("closed") == days(10)
    assert stack.policy(Somewhere(), date(2025, 1, 1)).window("closed") == days(15)
    assert made.why(keys.rating_window).layer == "hangzhou"
    assert made.why(keys.bad_grades).layer == "national"
    assert faults(made) == ()


def test_hook_questions(hangzhou: ModuleType):
    asked = [each.id for each in stack.questions(("hangzhou",))]
    answered = stack.policy(Somewhere(answers={"HZ-Q1": "natural"}), date(2026, 1, 1))

    assert asked == ["Q18", "HZ-Q1"]
    assert stack.policy(Somewhere(demo=False), date(2026, 1, 1)).open_questions != ()
    assert stack.policy(Somewhere(), date(2026, 1, 1)).or_off(keys.clocks)[0].within == workdays(5)
    assert answered.or_off(keys.clocks)[0].within == days(5)


def test_hook_attribute(hangzhou: ModuleType):
    here = Somewhere()
    policy = stack.policy(here, date(2026, 1, 1))

    assert stack.ask("attribute", here, facts=facts("hotline"), policy=policy) == Attribution(
        staff="li", institutions=("tax-east",)
    )
    assert stack.ask("attribute", here, facts=facts("window"), policy=policy) is None


def test_hook_score(hangzhou: ModuleType):
    here = Somewhere()
    policy = stack.policy(here, date(2026, 1, 1))
    tally = Tally("channel", "online", "overall", counts={5: 3, 1: 1}, active={5: 3, 1: 1})

    assert stack.ask("score", here, tally=tally, policy=policy).mean == Decimal(75)


def test_hook_extras(hangzhou: ModuleType):
    brought = {each.code: each for each in stack.extras()}

    assert brought["queue_screen"].label == "排队屏邀评"
    assert keys.parse("queue_screen", True) is True


def test_the_settings_that_a_feature_brings_have_forms_and_help_like_ours(hangzhou: ModuleType):
    stack.extras()
    policy, key = stack.policy(Somewhere(), MOMENT.date()), keys.ALL["queue_screen_lasts"]
    control, wrong = of_key(key, policy), dict[str, str]()
    drawn = control.draw(control.blank("v"), "v", wrong, key.label)

    assert drawn.kind == "span"
    assert control.read({"v.n": ["2"], "v.u": ["h"]}, "v", wrong) == "2h"
    assert helps.of(key) == ("排队屏上的二维码多久之后失效。", "2 小时")


def test_hook_rated(hangzhou: ModuleType):
    stack.tell("rated", Somewhere(), tenant_id=7, rating=SOME_ID, at=MOMENT)

    assert (f"rated {SOME_ID} 2026-03-02", 7) in hangzhou.HEARD


def test_hook_ticket_opened(hangzhou: ModuleType):
    stack.tell("ticket_opened", Somewhere(), tenant_id=8, ticket=SOME_ID, at=MOMENT)

    assert (f"opened {SOME_ID} 2026-03-02", 8) in hangzhou.HEARD


def test_hook_ticket_acted(hangzhou: ModuleType):
    stack.tell("ticket_acted", Somewhere(), tenant_id=9, ticket=SOME_ID, act="verdict", at=MOMENT)

    assert (f"verdict {SOME_ID} 2026-03-02", 9) in hangzhou.HEARD


def test_hook_alert_raised(hangzhou: ModuleType):
    stack.tell("alert_raised", Somewhere(), tenant_id=9, alert=SOME_ID, at=MOMENT)

    assert (f"alert {SOME_ID} 2026-03-02", 9) in hangzhou.HEARD


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
async def test_its_examples_hold_against_the_real_core(hangzhou: ModuleType, pool: Servers, file: Path):
    result = await run_file(file, installed())

    assert result.ok, result.chinese
