"""The rating page as its holder may use it: which grade comes first, what must be said, what may be left out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from core import tenants, tokens
from core.citizen import actions as citizen
from core.citizen.model import Asked, Opened
from core.errors import NotFound
from core.intake.model import CHANNELS
from core.policy.values import FormField, Tag
from core.questionnaires.decide import options
from core.tenants import Tenant, states
from web.forms import Posted

GRADES = (5, 4, 3, 2, 1)
# Where a link was found: what it does not say is the web.
LINK_CHANNELS = frozenset(CHANNELS) - {"device", "kiosk", "paper", "hotline"}


class BrokenLink(NotFound):
    """这个评价链接无效，请重新扫码，或使用短信中的完整链接。"""


@dataclass(frozen=True, slots=True)
class Sheet:
    tenant: Tenant
    token: str
    opened: Opened

    @property
    def first(self) -> Asked:
        """What the one tap is about: a required dimension where there is one."""
        return next((each for each in self.opened.asked if each.required), self.opened.asked[0])

    @property
    def others(self) -> tuple[Asked, ...]:
        return tuple(each for each in self.opened.asked if each.code != self.first.code)

    @property
    def items(self) -> Mapping[str, str]:
        """The matters handled together, which may each be rated by themselves."""
        return {code: name for each in self.opened.asked for code, name in each.items}

    @property
    def labels(self) -> Mapping[int, str]:
        return dict(zip(GRADES, self.opened.labels, strict=True))

    @property
    def drafted(self) -> Mapping[str, int]:
        return self.opened.draft.get("grades", {})

    @property
    def needs_identity(self) -> bool:
        return self.opened.identity == "required" and not self.opened.applicant_known

    @property
    def may_be_anonymous(self) -> bool:
        return self.opened.identity != "required"

    @property
    def questions(self) -> tuple[FormField, ...]:
        return self.opened.questionnaire.fields if self.opened.questionnaire else ()

    @property
    def must_answer(self) -> bool:
        """The rules ask for the questionnaire itself; the rating stands without it all the same."""
        return self.opened.questionnaire is not None and not self.opened.questionnaire.voluntary

    def answers(self, question: FormField) -> Mapping[str, str]:
        """What a question may be answered with, each with its word."""
        return options(question, self.opened.labels)

    def begun(self, form: Posted) -> bool:
        """Whether any of the questions was answered."""
        return any(said.strip() for each in self.questions for said in form.all(f"q.{each.code}"))

    def is_open(self, now: datetime) -> bool:
        closes = self.opened.view.closes
        return self.opened.state == "open" and (closes is None or now < closes)

    def needs_reason(self, grades: Iterable[int]) -> bool:
        return self.opened.reason_needed and not set(self.opened.bad_grades).isdisjoint(grades)

    def tags(self, grades: Iterable[int]) -> tuple[Tag, ...]:
        """The reasons that go with these grades, the core ones first."""
        wanted = frozenset(grades)
        every = [tag for tag in self.opened.tags if tag.grade in wanted]
        return tuple(sorted(every, key=lambda tag: (not tag.core, tag.grade, tag.code)))


async def by_token(token: str) -> Sheet:
    """Refuses ``not-found`` alike for a token that is altered, foreign or of nobody.

    Where nothing is taken in at this time its holder is told so, except of what was rated before.
    """
    try:
        tenant = await tenants.by_id(tokens.tenant_of(token))
        sheet = Sheet(tenant, token, await citizen.invitation(tenant, token))
    except NotFound:
        raise BrokenLink from None
    if sheet.opened.state == "open":
        states.refuse_closed(tenant)
    return sheet
