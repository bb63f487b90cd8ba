"""What must leave the system and what must be done: each with its state, its tries, and a way to try again."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db
from core.errors import NotFound
from core.incidents import actions as incidents
from core.outbox import actions as outbox
from core.outbox import tasks
from web.admin.chips import Filter, asked, read
from web.admin.said import said
from web.deps import InMember, InSettings, InTenant, Now
from web.page import Page, page
from web.visit import HttpRequest

MOST_INCIDENTS = 20
MESSAGE_STATES: Mapping[str, str] = {"waiting": "等待发送", "sent": "已发送", "dead": "发送失败"}
TASK_STATES: Mapping[str, str] = {"waiting": "等待", "leased": "进行中", "dead": "已停止"}
MESSAGE_KINDS: Mapping[str, str] = {
    "voice.invite": "语音：评价邀请", "sms.reminder": "短信：评价提醒", "sms.link": "短信：评价链接",
    "sms.feedback": "短信：差评答复", "sms.extra": "短信：特色功能进展", "sms.extension": "短信：延期告知",
    "publication": "公布：交给省级", "report": "报送：交给省级", "round": "报送：通知各市",
    "order.event": "工单：推送给外部系统",
    "report-decision": "报送：退回或采用", "baseline": "省级基线：通知各市",
    "sms.notice": "短信：工作提醒", "mail.notice": "邮件：工作提醒", "mail.digest": "邮件：每日提醒汇总",
}  # fmt: skip
TASK_KINDS: Mapping[str, str] = {
    "silence": "到期未评处理",
    "reminders": "评价提醒",
    "drafts": "未写完的评价",
    "clocks": "期限检查",
    "fold": "汇总计数",
    "assigned": "任务到期检查",
    "extras": "特色功能的期限与定期事项",
    "weighing": "预警计数",
    "seal": "封存操作记录",
    "held": "批量办理",
    "export": "导出文件",
    "copy": "导出全部数据",
    "leave": "删除全部数据",
    "examples": "运行例子",
    "whatif": "规则试算",
    "roster": "导入机构与人员",
    "outbox": "发送消息",
    "notify": "发出提醒",
    "digest": "每日提醒汇总",
    "recount": "按新日历重算暂定期限",
    "publish": "向省级公布",
    "reporting": "报送提醒",
}
MOST_TASKS = 200


@get("/t/{slug:str}/admin/messages", opt={"perm": "messages.read"})
async def messages(request: HttpRequest, tenant: InTenant, settings: InSettings) -> Page:
    filters = read(request, (Filter("state", "状态", MESSAGE_STATES),))
    async with db.as_tenant(tenant.id) as unit:
        found = await outbox.listing(unit, state=filters[0].value or None, before=_before(request), limit=51)
        readable = await said(unit, settings, tenant, found[:50])
    return page(
        "admin/work/messages.html", messages=found[:50], more=len(found) > len(found[:50]), filters=filters,
        states=MESSAGE_STATES, kinds=MESSAGE_KINDS, first=not asked(request, "after"),
        said=readable, opened=settings.demo and tenant.demo,
    )  # fmt: skip


@post("/t/{slug:str}/admin/messages/{message:uuid}/resend", opt={"perm": "messages.send"}, status_code=303)
async def resend(tenant: InTenant, member: InMember, message: FromPath[UUID], now: Now) -> Redirect:
    async with db.as_tenant(tenant.id) as unit:
        await outbox.resend(unit, message, by=member.actor, now=now)
    return Redirect(f"/t/{tenant.slug}/admin/messages", status_code=303)


@get("/t/{slug:str}/admin/jobs", opt={"perm": "jobs.read"})
async def jobs(request: HttpRequest, tenant: InTenant, now: Now) -> Page:
    filters = read(request, (Filter("state", "状态", TASK_STATES),))
    await incidents.keep()
    async with db.as_tenant(tenant.id) as unit:
        met = await incidents.latest(unit, MOST_INCIDENTS)
        found = await tasks.listing(unit, state=filters[0].value or None, limit=MOST_TASKS)
    late = [each for each in found if each.state != "dead" and each.run_after <= now]
    return page(
        "admin/work/jobs.html", tasks=found, filters=filters, states=TASK_STATES, kinds=TASK_KINDS, most=MOST_TASKS,
        dead=sum(each.state == "dead" for each in found), oldest=min((each.run_after for each in late), default=None),
        incidents=met,
    )  # fmt: skip


@post("/t/{slug:str}/admin/jobs/{task:uuid}/retry", opt={"perm": "jobs.retry"}, status_code=303)
async def retry(tenant: InTenant, member: InMember, task: FromPath[UUID], now: Now) -> Redirect:
    async with db.as_tenant(tenant.id) as unit:
        await tasks.retry(unit, task, by=member.actor, now=now)
    return Redirect(f"/t/{tenant.slug}/admin/jobs", status_code=303)


def _before(request: HttpRequest) -> tuple[datetime, UUID] | None:
    """``after=<time>_<id>`` is the last message of the page before."""
    at, _, last = asked(request, "after").partition("_")
    if not last:
        return None
    try:
        moment = datetime.fromisoformat(at.replace(" ", "+"))
        found = UUID(last)
    except ValueError as error:
        raise NotFound from error
    return (moment, found) if moment.tzinfo else None
