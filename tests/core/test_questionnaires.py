"""Questions beside a rating: an answer keeps the questions it was given to, and none stands in a rating's way."""

from datetime import datetime, timedelta

import pytest

from core import db, flow, stack, tenants
from core.embedded.servers import Servers
from core.errors import Conflict, NotOffered, WindowClosed
from core.intake.model import Submission
from core.policy import checks, forms
from core.policy.model import Override
from core.policy.values import FormField, Questionnaire
from core.questionnaires import actions, decide, results
from tests.core.town import CITIZEN, invited, rated, town

STEPS = FormField("steps", "办事程序是否便利", "scale-5", required=True, low="很不方便", high="很方便")
HEARD = FormField("heard", "从哪里知道这项服务", "multiple", ("大厅", "网站", "熟人"))
WAIT = FormField("wait", "等了多久", "choice", ("不到十分钟", "十到三十分钟", "更久"))
IDEA = FormField("idea", "有何改进意见", "text")
FORM = Questionnaire((STEPS, HEARD, WAIT, IDEA))
FIELDS = [
    {"code": "steps", "label": STEPS.label, "kind": "scale-5", "required": True, "low": "很不方便", "high": "很方便"},
    {"code": "heard", "label": HEARD.label, "kind": "multiple", "choices": list(HEARD.choices)},
    {"code": "wait", "label": WAIT.label, "kind": "choice", "choices": list(WAIT.choices)},
    {"code": "idea", "label": IDEA.label, "kind": "text"},
]
LABELS = ("非常满意", "满意", "基本满意", "不满意", "非常不满意")


def asks(*fields: dict[str, object], **more: object) -> Override:
    return Override("questionnaire", [{"fields": list(fields or FIELDS), **more}], "第十四条")


def test_the_kinds_of_before_are_still_read() -> None:
    old = Questionnaire((FormField("clear", "是否清晰", "yes-no"), FormField("all", "总体", "grade"), WAIT, IDEA))

    reading = decide.read(old, {"clear": "yes", "all": "5", "wait": "更久", "idea": " 好 "})

    assert (dict(reading.answers), dict(reading.faults)) == (
        {"clear": "yes", "all": 5, "wait": "更久", "idea": "好"}, {},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"steps": 6}, "steps"), ({"steps": True}, "steps"), ({"steps": 3, "heard": ["电视"]}, "heard"),
        ({"steps": 3, "wait": ["更久"]}, "wait"), ({"steps": 3, "idea": "字" * 501}, "idea"),
        ({"steps": 3, "idea": "字\0"}, "idea"),
        ({"steps": 3, "colour": "红"}, "colour"), ({"wait": "更久"}, "steps"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_named_at_its_question_and_the_others_are_kept(given: dict[str, object], fault: str) -> None:
    reading = decide.read(FORM, given)

    assert set(reading.faults) == {fault}
    assert set(reading.answers) == set(given) - {fault}


def test_leaving_everything_out_is_no_fault_even_where_an_answer_is_required() -> None:
    reading = decide.read(FORM, {"steps": "", "heard": [], "idea": "  "})

    assert (dict(reading.answers), dict(reading.faults)) == ({}, {})


def test_a_questionnaire_is_chosen_by_way_and_matter_and_line() -> None:
    rows = (Questionnaire((IDEA,), item="refund"), Questionnaire((WAIT,), mode="online", line="tax"), FORM)

    assert decide.asked(rows, "window", ["refund", "invoice"], []) is rows[0]
    assert decide.asked(rows, "online", ["invoice"], ["tax"]) is rows[1]
    assert decide.asked(rows, "online", ["invoice"], []) is FORM


def test_other_questions_are_another_version_and_another_clause_is_not() -> None:
    assert decide.version_of(FORM) == decide.version_of(Questionnaire(FORM.fields, clause="第二条", voluntary=False))
    assert decide.version_of(FORM) != decide.version_of(Questionnaire(FORM.fields[1:]))
    assert decide.version_of(FORM) != decide.version_of(Questionnaire(FORM.fields, mode="online"))


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ((), "fields"), ((WAIT, WAIT), "1.label"), ((FormField("a", " ", "text"),), "1.label"),
        ((FormField("a", "选什么", "choice", ("一",)),), "1.choices"),
        ((FormField("a", "选什么", "multiple", ("一", " 一")),), "1.choices"),
        ((FormField("a", "写什么", "text", ("一", "二")),), "1.choices"),
    ],
)  # fmt: skip
def test_questions_that_nobody_could_answer_are_found(fields: tuple[FormField, ...], where: str) -> None:
    assert where in forms.faults(Questionnaire(fields))
    assert forms.faults(FORM) == {}


async def test_answers_are_kept_with_the_rating_and_their_questions(pool: Servers, now: datetime) -> None:
    async with town(now, overrides=(asks(),)) as tenant:
        given = {"steps": 4, "heard": ["网站", "大厅"], "idea": "多开窗口"}
        rating = await rated(tenant, "A1", now, {"overall": 5}, answers=given)

        changed = asks({"code": "steps", "label": "办得快不快", "kind": "yes-no"})
        await tenants.override(tenant.id, [changed], now=now)
        other = await rated(await tenants.by_id(tenant.id), "A2", now, {"overall": 5}, answers={"steps": "no"})

        async with db.as_tenant(tenant.id) as unit:
            first, second = [await actions.of_rating(unit, each.id) for each in (rating, other)]

    assert rating.unkept == {}
    assert first is not None and first.version.questions.fields == FORM.fields
    assert first.answers == {"steps": 4, "heard": ["大厅", "网站"], "idea": "多开窗口"}
    assert second is not None and second.version.questions.fields[0].label == "办得快不快"
    assert (first.version.number, second.version.number) == (1, 2)
    assert first.version.clause == "第十四条"


async def test_a_wrong_answer_never_keeps_a_rating_out_good_or_bad(pool: Servers, now: datetime) -> None:
    async with town(now, overrides=(asks(voluntary=False),)) as tenant:
        found = [
            await rated(tenant, f"A{grade}", now, {"overall": grade}, answers={"steps": 9, "wait": "更久"})
            for grade in (5, 1)
        ]
        silent = await rated(tenant, "B1", now, {"overall": 1})
        async with db.as_tenant(tenant.id) as unit:
            kept = [await actions.of_rating(unit, each.id) for each in found]
            nothing = await actions.of_rating(unit, silent.id)

    assert [set(each.unkept) for each in found] == [{"steps"}, {"steps"}]
    assert [each and (each.answers, each.complete) for each in kept] == [({"wait": "更久"}, False)] * 2
    assert nothing is None and silent.unkept == {}


async def test_what_was_left_open_may_be_answered_once_more_and_then_stands(pool: Servers, now: datetime) -> None:
    async with town(now, overrides=(asks(), Override("rating_window", "7d", "第二条"))) as tenant:
        invitation = await invited(tenant, "A1", now)
        later = now + timedelta(hours=1)
        first = Submission(token=invitation.token, grades={"overall": 5}, answers={"wait": "更久"})
        rating = await flow.rate(tenant, first, source=CITIZEN, now=later)

        again = await actions.answer(tenant, invitation.token, {"wait": "更久", "steps": "2"}, later)
        with pytest.raises(Conflict):
            await actions.answer(tenant, invitation.token, {"steps": 5}, later)
        with pytest.raises(WindowClosed):
            await actions.answer(tenant, invitation.token, {"steps": 5}, now + timedelta(days=9))
        async with db.as_tenant(tenant.id) as unit:
            kept = await actions.of_rating(unit, rating.id)

    assert set(rating.unkept) == {"steps"} and again == {}
    assert kept is not None and kept.complete and kept.answers == {"wait": "更久", "steps": 2}


async def test_the_same_rating_sent_twice_is_answered_alike_and_counted_once(pool: Servers, now: datetime) -> None:
    async with town(now, overrides=(asks(),)) as tenant:
        invitation = await invited(tenant, "A1", now)
        one = Submission(token=invitation.token, grades={"overall": 5}, answers={"steps": 9}, key="k")
        first = await flow.rate(tenant, one, source=CITIZEN, now=now)
        again = await flow.rate(tenant, one, source=CITIZEN, now=now)

    assert (first.id, dict(first.unkept)) == (again.id, dict(again.unkept))
    assert again.repeated and set(again.unkept) == {"steps"}


async def test_where_nothing_is_asked_nothing_can_be_answered(pool: Servers, now: datetime) -> None:
    async with town(now) as tenant:
        invitation = await invited(tenant, "A1", now)
        one = Submission(token=invitation.token, grades={"overall": 5}, answers={"steps": 3})
        rating = await flow.rate(tenant, one, source=CITIZEN, now=now)
        with pytest.raises(NotOffered):
            await actions.answer(tenant, invitation.token, {"steps": 3}, now)

    assert set(rating.unkept) == {"steps"}


async def test_figures_are_by_version_and_words_are_told_only_where_enough_people_wrote(
    pool: Servers, now: datetime
) -> None:
    async with town(now, overrides=(asks(),)) as tenant:
        for place in range(5):
            words = {"idea": f"第{place}条，电话 13800138000"} if place < 4 else {}
            given = {"steps": 1 + place, "heard": ["大厅", "网站"][: 1 + place % 2], **words}
            await rated(tenant, f"A{place}", now, {"overall": 5}, answers=given)
        since, until = now - timedelta(days=1), now + timedelta(days=1)

        async with db.as_tenant(tenant.id) as unit:
            (every,) = await results.sums(unit, since, until)
            version, few = await results.of_version(unit, every.version.id, since, until, LABELS)
        await rated(tenant, "A5", now, {"overall": 5}, answers={"steps": 5, "idea": "好，打 13800138000"})
        async with db.as_tenant(tenant.id) as unit:
            _, enough = await results.of_version(unit, every.version.id, since, until, LABELS)
            none = await results.sums(unit, until, until + timedelta(days=1))

    steps, heard, wait, idea = few
    assert (every.n, every.complete, version.number) == (5, 5, 1)
    assert (steps.n, steps.mean, dict(steps.counts)) == (5, 3.0, dict.fromkeys("12345", 1))
    assert (heard.n, dict(heard.counts)) == (5, {"大厅": 5, "网站": 2, "熟人": 0})
    assert (wait.n, sum(wait.counts.values())) == (0, 0)
    assert (idea.n, idea.texts) == (4, None)
    assert enough[3].texts is not None and len(enough[3].texts) == 5
    assert not any("13800138000" in text for text in enough[3].texts)
    assert [each.n for each in none] == [0]


async def test_a_questionnaire_that_nobody_could_answer_is_a_fault_of_the_policy(pool: Servers, now: datetime) -> None:
    wrong = asks({"code": "a", "label": "选什么", "kind": "choice", "choices": ["一"]})
    async with town(now, overrides=(wrong,)) as tenant:
        found = checks.faults(stack.policy(tenant, now.date()))

    assert any("第 1 份第 1 题" in each for each in found)
