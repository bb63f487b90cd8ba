"""A small town with two districts, for tests that need a service to have been given somewhere."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from core import db, flow, stack
from core.intake.model import InvitationView, Rated, Received, ServiceEvent, Source, Submission
from core.people.model import Person
from core.policy.model import Override
from core.tenants.model import Founding, Tenant
from core.tenants.throwaway import throwaway

PLACES = """
INSERT INTO region (tenant_id, code, name) VALUES ($1, 'city', '市本级');
INSERT INTO region (tenant_id, code, name, parent) VALUES ($1, 'east', '东区', 'city'), ($1, 'west', '西区', 'city');
INSERT INTO line (tenant_id, code, name) VALUES ($1, 'tax', '税务');
INSERT INTO institution (tenant_id, code, name, region, line, duty) VALUES
  ($1, 'tax-east', '东区税务局', 'east', 'tax', 'service'), ($1, 'tax-west', '西区税务局', 'west', 'tax', 'service'),
  ($1, 'hotline', '12345热线', 'city', NULL, 'hotline'), ($1, 'bureau', '政务服务管理局', 'city', NULL, 'bureau');
INSERT INTO staff (tenant_id, code, name, institution) VALUES
  ($1, 'li', '李四', 'tax-east'), ($1, 'zhao', '赵六', 'tax-east'), ($1, 'sun', '孙七', 'tax-west');
INSERT INTO item (tenant_id, code, name, institution) VALUES
  ($1, 'invoice', '发票领用', 'tax-east'), ($1, 'refund', '退税', 'tax-west');
"""
COUNTER = Source("scenario", admin=True, trusted=True)
CITIZEN = Source("web")


@asynccontextmanager
async def town(
    now: datetime, *plugins: str, overrides: Sequence[Override] = (), answers: dict[str, Any] | None = None
) -> AsyncIterator[Tenant]:
    names = ("national", *plugins)
    told = {**stack.demo_answers(names), **(answers or {})}
    founding = Founding("town", "测试市", names, answers=told, overrides=tuple(overrides), timeless=True)
    async with throwaway(founding, now=now) as tenant:
        async with db.as_tenant(tenant.id) as unit:
            for statement in filter(str.strip, PLACES.split(";")):
                await unit.execute(statement, tenant.id)
        yield tenant


def served(case: str, at: datetime, **more: Any) -> ServiceEvent:
    given: dict[str, Any] = {
        "item": "invoice",
        "staff": "li",
        "mode": "window",
        "applicant": Person("张三", phone="13800000001"),
    }
    return ServiceEvent(case, more.pop("event", "closed"), at, **{**given, **more})


async def invited(tenant: Tenant, case: str, at: datetime, **more: Any) -> InvitationView:
    (answer,) = await flow.receive(tenant, [served(case, at, **more)], source=COUNTER, now=at)
    assert isinstance(answer, Received), answer
    assert answer.invitation is not None
    return answer.invitation


async def rated(tenant: Tenant, case: str, at: datetime, grades: dict[str, int], **more: Any) -> Rated:
    """A case closed at ``at`` and rated an hour later."""
    invitation = await invited(tenant, case, at)
    text = "太慢" if min(grades.values()) <= 2 else ""
    submission = Submission(token=invitation.token, grades=grades, text=text, **more)
    return await flow.rate(tenant, submission, source=CITIZEN, now=at + timedelta(hours=1))
