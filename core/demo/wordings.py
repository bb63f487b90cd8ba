"""A demo's units find wordings for the replies they give most often."""

from datetime import datetime
from uuid import UUID

from core import db
from core.audit.model import SYSTEM
from core.desk import wordings
from core.desk.wordings import Keeper, Wording
from core.tenants import Tenant

NEW = UUID(int=0)
KEEPER = Keeper(NEW, None, shares=True, by=SYSTEM)
SHARED = (
    Wording(NEW, None, "已整改", "您好，您对{事项}的评价我们已经核实，{承办单位}已完成整改，感谢监督。", ("feedback",)),
    Wording(
        NEW, None, "情况说明", "您好，您对{事项}的评价已经收到。经了解，情况如下：\n\n如有疑问，请与{承办单位}联系。",
        ("explain", "feedback"),
    ),
    Wording(NEW, None, "核实属实", "经调阅记录并与当事人核对，反映的情况属实。", ("verdict",)),
    Wording(NEW, None, "已说明处理安排", "已向评价人说明：{承办单位}将在{期限}前办理并答复。", ("contact",)),
    Wording(NEW, None, "职责不在本单位", "{事项}由贵单位负责，请在{期限}前办理。", ("transfer",)),
)  # fmt: skip


async def keep(tenant: Tenant, now: datetime) -> None:
    async with db.as_tenant(tenant.id) as unit:
        for each in SHARED:
            await wordings.add(unit, KEEPER, each, now)
