"""Who did what, when, and what it was before: read by the auditor, changed by nobody."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from litestar import get

from core import db
from core.audit import listing
from core.audit.actions import Entry
from core.audit.listing import Wanted
from core.errors import Invalid
from core.places.model import KINDS as PLACES
from core.policy import keys, vocab
from core.tickets.machine import RULES, STATE_LABELS
from web.admin.chips import NO_DAY, Filter, asked, day_of, read
from web.deps import InTenant
from web.page import Page, page
from web.permissions import ROLE_NAMES
from web.visit import HttpRequest

ACTS: Mapping[str, str] = {
    "tenant.create": "建立",
    "tenant.live": "上线状态",
    "question.answer": "回答问题",
    "question.unanswer": "撤回回答",
    "policy.override": "本级设置",
    "policy.inherit": "恢复继承",
    "calendar.set": "设置日历",
    "calendar.drop": "取消日历设置",
    "calendar.notice": "载入放假安排",
    "member.add": "新增账号",
    "member.password": "改密码",
    "member.disable": "停用或启用账号",
    "member.change": "改角色或范围",
    "member.unlock": "解锁账号",
    "member.factor": "绑定或解除动态码",
    "member.sign-in": "登录",
    "member.refused": "登录未通过",
    "session.end": "结束登录",
    "person.unmask": "查看个人信息",
    "person.erase": "删除个人信息",
    "message.resend": "重发消息",
    "task.retry": "重试任务",
    "key.issue": "发放密钥",
    "key.revoke": "收回密钥",
    "evidence.add": "上传材料",
    "alert.handled": "处理预警",
}
KINDS: Mapping[str, str] = {
    "region": "区域",
    "line": "条线",
    "institution": "机构",
    "window": "窗口",
    "staff": "工作人员",
    "item": "事项",
    "ticket": "工单",
    "tenant": "本级",
    "question": "问题",
    "member": "账号",
    "person": "个人",
    "message": "消息",
    "task": "任务",
    "day": "日期",
    "year": "年份",
    "api_key": "密钥",
}
DONE: Mapping[str, str] = {"add": "新增", "change": "修改"}
FIELDS: Mapping[str, str] = {
    **{column.name: column.label for kind in PLACES.values() for column in kind.columns},
    "role": "角色",
    "institution": "机构",
    "region": "区域",
    "staff": "工号",
    "value": "值",
    "basis": "依据",
    "clause": "条款",
    "since": "自",
    "until": "至",
    "kind": "种类",
    "label": "名称",
    "scopes": "权限",
    "reason": "理由",
    "state": "状态",
    "handler": "承办机构",
    "data": "内容",
    "member": "经办",
    "note": "说明",
    "off": "放假",
    "work": "上班",
    "slug": "代码",
    "stack": "规则层",
    "short": "简称",
}
WORDS: Mapping[str, str] = {**ROLE_NAMES, **STATE_LABELS, "waiting": "等待", "dead": "已停止"}
EMPTY: tuple[object, ...] = (None, "", [], {})
LONGEST_SHOWN = 600


@dataclass(frozen=True, slots=True)
class Line:
    id: UUID
    at: datetime
    actor: str
    act: str
    about: str
    before: str
    after: str
    source: str


@get("/t/{slug:str}/admin/audit", opt={"perm": "audit.read"})
async def index(request: HttpRequest, tenant: InTenant) -> Page:
    day, wrong = _day(request)
    async with db.as_tenant(tenant.id) as unit:
        acts = Filter("act", "操作", {act: act_name(act) for act in await listing.acts(unit)})
        filters = read(request, (acts,))
        wanted = Wanted(act=filters[0].value, day=day, q=asked(request, "q"), after=_after(request))
        found, more = await listing.page(unit, wanted)
    return page(
        "admin/audit.html", lines=[_line(each) for each in found], more=more, filters=filters, day=day, q=wanted.q,
        first=wanted.after is None, wrong=wrong,
    )  # fmt: skip


def act_name(act: str) -> str:
    kind, _, verb = act.partition(".")
    done, _, refused = verb.partition(".")
    if kind == "ticket" and done in RULES:
        return f"工单：{RULES[done].label}{'（未被接受）' if refused else ''}"
    if kind == "task" and verb in vocab.TASKS:
        return f"任务完成：{vocab.TASKS[verb]}"
    if verb in DONE and kind in KINDS and act not in ACTS:
        return f"{DONE[verb]}{KINDS[kind]}"
    return ACTS.get(act, act)


def _line(entry: Entry) -> Line:
    about = _about(entry)
    return Line(entry.id, entry.at, entry.actor, act_name(entry.act), about, _text(entry.before), _text(entry.after),
                entry.source)  # fmt: skip


def _about(entry: Entry) -> str:
    rule = entry.object_id.partition(".")[0]
    if entry.object_kind == "key":
        return f"规则项 {keys.ALL[rule].label}" if rule in keys.ALL else f"密钥 {entry.object_id}"
    return f"{KINDS.get(entry.object_kind, entry.object_kind)} {entry.object_id}"


def _text(value: Any) -> str:
    """What changed, field by field, in words where there are any."""
    if isinstance(value, Mapping):
        held = cast("Mapping[str, Any]", value)
        said = "，".join(f"{FIELDS.get(name, name)} {_text(each)}" for name, each in held.items() if each not in EMPTY)
    else:
        said = _word(value)
    return said if len(said) <= LONGEST_SHOWN else f"{said[:LONGEST_SHOWN]}…"


def _word(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str):
        return WORDS.get(value, value)
    return json.dumps(value, ensure_ascii=False)


def _day(request: HttpRequest) -> tuple[date | None, str]:
    try:
        return day_of(request, "day"), ""
    except Invalid:
        return None, f"{NO_DAY}。"


def _after(request: HttpRequest) -> UUID | None:
    try:
        return UUID(asked(request, "after"))
    except ValueError:
        return None
