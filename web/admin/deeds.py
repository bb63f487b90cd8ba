"""What the log says in codes is said here in words; a code that has none any more is shown as it is."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from core.audit.actions import Entry
from core.audit.model import Actor
from core.errors import Refused
from core.places.model import KINDS as PLACES
from core.policy import keys, vocab
from core.tenants.model import STATES
from core.tickets.machine import RULES, STATE_LABELS
from web.admin.history import KINDS as ACTORS
from web.permissions import ROLE_NAMES

ACTS: Mapping[str, str] = {
    "tenant.create": "建立",
    "tenant.found": "建立地区",
    "tenant.live": "上线状态",
    "tenant.state": "改变状态",
    "tenant.copy": "导出全部数据",
    "tenant.leave-ask": "申请删除全部数据",
    "tenant.leave-stop": "停止删除",
    "tenant.testing": "测试数据",
    "tenant.division": "写行政区划代码",
    "onboarding.note": "登记开通进度",
    "onboarding.trial": "试评",
    "onboarding.sign": "上线签字",
    "onboarding.live": "上线",
    "question.answer": "回答问题",
    "question.unanswer": "撤回回答",
    "question.ask": "记下文件的疑问",
    "question.take-back": "撤回文件的疑问",
    "paper.register": "登记本级文件",
    "policy.override": "本级设置",
    "roster.bring": "上传机构名册",
    "roster.map": "对应名册的列",
    "roster.start": "导入机构名册",
    "roster.drop": "放弃导入",
    "policy.export": "导出为插件",
    "proposal.begin": "新建规则草案",
    "proposal.describe": "改草案的名称或日期",
    "proposal.put": "在草案里修改",
    "proposal.drop": "从草案里去掉",
    "proposal.comment": "在草案里留言",
    "proposal.submit": "提交规则草案",
    "proposal.return": "退回规则草案",
    "proposal.withdraw": "撤销规则草案",
    "proposal.approve": "批准规则草案",
    "whatif.order": "开始试算规则草案",
    "whatif.cancel": "取消试算",
    "calendar.set": "设置日历",
    "calendar.drop": "取消日历设置",
    "calendar.notice": "载入放假安排",
    "brand.change": "改名称与外观",
    "calendar.propose": "写放假日历",
    "calendar.publish": "公布放假日历",
    "calendar.withdraw": "撤回放假日历",
    "member.add": "新增账号",
    "member.invite": "重新发邀请链接",
    "member.accept": "受邀人设置密码",
    "member.password": "改密码",
    "member.disable": "停用或启用账号",
    "member.change": "改角色或范围",
    "member.unlock": "解锁账号",
    "member.contact": "改联系方式",
    "notify.choose": "选择通知方式",
    "member.factor": "绑定或解除动态码",
    "member.sign-in": "登录",
    "member.refused": "登录未通过",
    "openid.set": "设置统一身份认证",
    "openid.switch": "启用或停用统一身份认证",
    "member.recovery-codes": "重新生成恢复码",
    "session.end": "结束登录",
    "delegation.give": "委托同事",
    "delegation.revoke": "撤回委托",
    "delegation.start": "开始代办",
    "delegation.end": "结束代办",
    "support.start": "开始以他人身份查看",
    "support.page": "以他人身份打开页面",
    "support.end": "结束以他人身份查看",
    "extra.file": "登记特色功能记录",
    "extra.share": "生成共享数据文件",
    "extra.download": "下载特色功能的文件",
    "extra.act": "办理特色功能记录",
    "extra.act.refused": "办理特色功能记录（未被接受）",
    "extra.unmask": "查看特色功能记录的隐藏项",
    "extra.export": "导出特色功能记录",
    "exchange.settle": "设置外部工单系统的接口",
    "exchange.test": "测试外部工单系统的接口",
    "exchange.resend": "重新推送工单",
    "exchange.refused": "外部系统上报（未被接受）",
    "person.unmask": "查看个人信息",
    "person.search": "按电话尾号查找",
    "person.erase": "删除个人信息",
    "message.resend": "重发消息",
    "task.retry": "重试任务",
    "key.issue": "发放密钥",
    "key.revoke": "收回密钥",
    "evidence.add": "上传材料",
    "alert.handled": "处理预警",
    "audit.export": "导出操作记录",
    "ticket.print": "打印工单",
    "ticket.letter": "打印答复函",
    "wording.remove": "删除答复模板",
    "notice.set": "修改通知文字",
    "demo.history": "演示数据",
    "round.open": "开启报送",
    "round.close": "报送定稿",
    "report.submit": "报送",
    "report.return": "退回报送",
    "report.accept": "采用报送",
    "baseline.publish": "发布省级基线",
    "proposal.baseline": "草案采用省级基线",
    "rule.borrow": "借鉴外地规则",
    "ticket.claim": "认领工单",
    "ticket.claim.undone": "撤销认领",
    "ticket.assign": "指派经办人",
    "ticket.assign.undone": "撤销指派",
    "ticket.release": "放下工单",
    "ticket.release.undone": "撤销放下",
    "view.keep": "保存视图",
    "check.draw": "抽取抽查样本",
    "example.remove": "删除例子",
    "example.run": "运行例子",
    "example.depart": "认定本地与规则的例子不同",
    "example.follow": "取消本地不同的认定",
    "view.drop": "删除视图",
    "export.order": "导出列表",
    "export.take": "下载导出的文件",
    "export.drop": "删除导出的文件",
}
KINDS: Mapping[str, str] = {
    "extra": "特色功能记录", "round": "报送", "baseline": "省级基线", "region": "区域", "line": "条线",
    "institution": "机构", "window": "窗口", "staff": "工作人员", "item": "事项", "ticket": "工单",
    "alert": "预警", "tenant": "本级", "question": "问题", "key": "规则项或密钥", "member": "账号",
    "person": "个人", "message": "消息", "task": "任务", "day": "日期", "year": "年份", "calendar": "放假日历",
    "audit": "操作记录", "demo": "演示", "wording": "答复模板", "notice": "通知文字", "view": "列表视图",
    "export": "导出文件", "check": "随机抽查", "example": "例子", "proposal": "规则草案", "paper": "本级文件",
    "whatif": "规则试算", "roster": "机构名册", "step": "开通步骤",
}  # fmt: skip
# What an act begins with says what it is about.
GROUPS: Mapping[str, str] = {
    "ticket": "工单办理", "task": "任务", "alert": "预警", "evidence": "材料", "member": "账号与登录",
    "session": "登录状态", "extra": "特色功能", "exchange": "外部工单系统",
    "key": "接口密钥", "policy": "评价规则", "question": "开放问题", "calendar": "日历",
    "proposal": "规则草案", "paper": "本级文件", "whatif": "规则试算", "roster": "机构名册", "notify": "通知方式",
    "person": "个人信息", "message": "消息", "wording": "答复模板", "notice": "通知文字",
    "view": "列表视图", "export": "导出文件", "example": "例子",
    "tenant": "本级", "onboarding": "开通", "audit": "操作记录", **{kind: each.label for kind, each in PLACES.items()},
}  # fmt: skip
SOURCES: Mapping[str, str] = {
    "web": "网页", "api": "接口", "key": "接口", "command": "命令行", "job": "后台任务", "demo": "演示",
    "import": "导入", "device": "评价器", "paper": "纸质录入", "scenario": "情景演练",
}  # fmt: skip
DONE: Mapping[str, str] = {"add": "新增", "change": "修改"}
FIELDS: Mapping[str, str] = {
    **{column.name: column.label for kind in PLACES.values() for column in kind.columns},
    "role": "角色",
    "says": "说明的规则",
    "steps": "步骤",
    "version": "版本",
    "step": "步骤",
    "scope": "范围",
    "proposal": "规则草案",
    "example": "例子",
    "seed": "抽样种子",
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
    "document": "文件",
    "years": "年份",
    "light": "主色（浅色）",
    "dark": "主色（深色）",
    "logo": "标志",
    "window": "窗口",
    "days": "日子",
    "slug": "代码",
    "stack": "规则层",
    "short": "简称",
    "is": "结论",
    "complexity": "复杂程度",
    "accept": "通过",
    "upheld": "申诉成立",
    "finding": "认定",
    "to": "给",
    "files": "材料",
    "checked": "已核对",
    "code": "原因代码",
    "field": "哪一项",
    "name": "名称",
    "username": "用户名",
    "institution": "机构",
    "region": "区域",
    "staff": "工号",
    "rows": "行数",
    "title": "名称",
    "body": "内容",
    "verbs": "用于",
    "assignee": "经办人",
    "list": "列表",
    "query": "条件",
    "shared": "共享",
    "pinned": "固定",
    "format": "格式",
    "columns": "列",
    "conditions": "范围",
    "size": "大小",
    "way": "联系方式",
    "reached": "联系上了",
    "when": "联系时间",
    "waiting_for": "等待",
    "wait": "等待期",
    "personal": "含个人信息",
    "moved": "延长的评价机会",
    "due": "截止日",
    "city": "地区编号",
    "digest": "摘要",
}
WORDS: Mapping[str, str] = {
    **ROLE_NAMES, **STATE_LABELS, **vocab.FINDINGS, **vocab.COMPLEXITIES, "waiting": "等待", "dead": "已停止",
    "done": "已完成", "handled": "已处理", "off": "放假", "work": "上班", **STATES,
    "passed": "通过", "failed": "没有通过",
}  # fmt: skip
EMPTY: tuple[object, ...] = (None, "", [], {})
LONGEST_SHOWN = 600
# What a rule or an answer holds is one thing, whatever it is made of.
VALUE = "value"
HANDLER = "handler"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that an act changed; what was not there before or is not there now is empty."""

    item: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Deed:
    """An entry as it is read. ``address`` and ``trace`` are for the auditor alone."""

    entry: Entry
    what: str
    about: str
    who: str
    place: str
    source: str
    changes: tuple[Change, ...]


def told(entry: Entry, members: Mapping[str, str], names: Mapping[str, str]) -> Deed:
    """``members`` holds names by username, ``names`` those of places by ``staff:li``."""
    return Deed(
        entry, act_name(entry.act), about(entry), _person(entry, members), _place(entry, names),
        source_name(entry.source), changes(entry, names),
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


def about(entry: Entry) -> str:
    rule = entry.object_id.partition(".")[0]
    if entry.object_kind == "key":
        return f"规则项 {keys.ALL[rule].label}" if rule in keys.ALL else f"密钥 {entry.object_id}"
    return f"{KINDS.get(entry.object_kind, entry.object_kind)} {entry.object_id}"


def source_name(source: str) -> str:
    """``key:…`` names a program's key; who sat before a page is said elsewhere."""
    kind, _, code = source.partition(":")
    return SOURCES.get(kind, kind) if kind == "web" else f"{SOURCES.get(kind, kind)} {code}".strip()


def handlers(entries: Iterable[Entry]) -> set[str]:
    """The institutions that entries name as the handler of a ticket."""
    held = [_flat(each).get(HANDLER) for entry in entries for each in (entry.before, entry.after)]
    return {f"institution:{each}" for each in held if isinstance(each, str)}


def changes(entry: Entry, names: Mapping[str, str]) -> tuple[Change, ...]:
    """What is not as it was, item by item."""
    before, after = (_named(_flat(each), names) for each in (entry.before, entry.after))
    every = dict.fromkeys([*before, *after])
    found = [Change(_label(entry, each), _said(entry, each, before.get(each)), _said(entry, each, after.get(each)))
             for each in every if before.get(each) != after.get(each)]  # fmt: skip
    return tuple(each for each in found if each.was or each.now)


def _named(held: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    code = held.get(HANDLER)
    return held | {HANDLER: names.get(f"institution:{code}", code)} if isinstance(code, str) else held


def _flat(value: Any, above: str = "") -> dict[str, Any]:
    """Mappings within mappings in one; what is no mapping is one thing without a name."""
    if not isinstance(value, Mapping) or above == VALUE:
        return {} if value in EMPTY else {above: value}
    held = cast("Mapping[str, Any]", value)
    found: dict[str, Any] = {}
    for name, each in held.items():
        found |= _flat(each, name)
    return found


def _label(entry: Entry, name: str) -> str:
    if name == "" and entry.act == "member.disable":
        return "停用"
    return FIELDS.get(name, name) if name else KINDS.get(entry.object_kind, "值")


def _said(entry: Entry, name: str, value: Any) -> str:
    rule = keys.ALL.get(entry.object_id) if entry.object_kind == "key" and name == VALUE else None
    if rule is not None and value not in EMPTY:
        try:
            return keys.chinese(rule, rule.parse(value))
        except Refused:
            # The rule has changed its form since: what was written then is shown as it was written.
            pass
    said = _word(value)
    return said if len(said) <= LONGEST_SHOWN else f"{said[:LONGEST_SHOWN]}…"


def _word(value: Any) -> str:
    if value in EMPTY:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str):
        return WORDS.get(value, value)
    if isinstance(value, list):
        return "、".join(_word(each) for each in cast("list[Any]", value))
    return json.dumps(value, ensure_ascii=False)


def _person(entry: Entry, members: Mapping[str, str]) -> str:
    """Who sat there, by name; in whose place, if in another's."""
    actor = Actor.parse(entry.actor)
    username = entry.member or (actor.code if actor.kind == "member" else "")
    name = members.get(username, username) if username else _written(entry.after)
    return f"{name}（代 {members.get(entry.acting_for, entry.acting_for)}）" if entry.acting_for else name


def _written(after: Any) -> str:
    """Before the log kept the member of its own accord, some acts wrote down a name."""
    found = _flat(after).get("member")
    return found if isinstance(found, str) else ""


def _place(entry: Entry, names: Mapping[str, str]) -> str:
    """In whose name: an institution, a member of its staff, the system."""
    actor = Actor.parse(entry.actor)
    if actor.kind == "member":
        return ""
    return names.get(entry.actor) or ACTORS.get(actor.kind) or actor.code or actor.kind
