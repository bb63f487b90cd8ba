"""Who may do what: one table, read by the guard, shown as the matrix, and nowhere else decided."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

ROLE_NAMES: Mapping[str, str] = {
    "clerk": "窗口人员",
    "handler": "承办人员",
    "supervisor": "监督管理人员",
    "operator": "运营人员",
    "provincial": "省级管理员",
    "admin": "系统管理员",
    "security": "安全管理员",
    "auditor": "安全审计员",
    # Invited from outside: experience officers, interviewers.
    "partner": "受邀人员",
    # An account that has been made and not yet been given a role can do nothing.
    "": "未授权",
}
# 三员分立：who makes accounts, who gives them powers, and who reads what both did are three persons.
APART = ("admin", "security", "auditor")
Does = Literal["read", "write", "grave"]
# Roles whose reach may be a region or an institution, and what cannot be cut to one.
CUT = ("supervisor", "operator")
UNCUT = frozenset({
    "policy.write", "policy.approve", "proposals.comment", "places.write", "messages.read", "messages.send",
    "jobs.read", "jobs.retry", "calendar.write", "calendar.publish", "brand.write",
    "onboarding.read", "onboarding.write", "onboarding.sign", "tenant.pause", "tenant.copy", "examples.write",
    "notices.write", "questionnaires.read",
    "whatif.read", "whatif.run",
    "channels.read", "devices.issue", "exchanges.read", "exchanges.send", "exchanges.set",
    "reports.read", "reports.submit",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Permission:
    """``does`` says whether it only shows or changes something; what is grave is asked to be proven again.

    ``whole`` is what cannot be cut to a region or an institution: it is for those who see the whole tenant.
    """

    code: str
    group: str
    label: str
    does: Does
    roles: frozenset[str]
    whole: bool = False

    @property
    def writes(self) -> bool:
        return self.does != "read"


def _grouped(group: str, *rows: tuple[str, str, Does, str]) -> Iterable[Permission]:
    for code, label, does, roles in rows:
        yield Permission(code, group, label, does, frozenset(roles.split()), code in UNCUT)


_STAFFED = "clerk handler supervisor operator provincial"
# The rated read of themselves in groups (core.intake.groups): every other figure could be set against another.
_OTHERS = "handler supervisor operator provincial"
_ABOVE = "supervisor operator provincial"
TABLE: tuple[Permission, ...] = (
    *_grouped(
        "办理",
        ("home", "进入工作台", "read", f"{_STAFFED} admin security auditor partner"),
        ("today.read", "看今日要办和各单位的期限", "read", "handler supervisor operator provincial"),
        ("checks.read", "看随机抽查", "read", _ABOVE),
        ("checks.draw", "抽取随机抽查", "write", "supervisor"),
        ("mine.read", "看与本人有关的评价、通知和申诉", "read", "clerk"),
        ("tickets.read", "看工单、申诉、任务和通知", "read", _STAFFED),
        ("tickets.act", "办理工单、提出申诉、完成任务", "write", "clerk handler supervisor"),
        ("tickets.print", "打印工单、答复函和期限计算单", "read", "handler supervisor operator provincial"),
        ("rater.read", "看评价人的电话（填写用途，评价人可见）", "grave", "handler supervisor"),
        ("templates.use", "套用答复模板", "write", "handler supervisor"),
        ("templates.write", "维护本单位的答复模板", "write", "handler supervisor"),
        ("templates.share", "维护全部单位通用的答复模板", "write", "supervisor"),
        ("tickets.supervise", "审核、催办督办、复核、处理预警", "write", "supervisor"),
        ("tasks.oversee", "看所辖单位的全部任务", "read", _ABOVE),
        ("alerts.read", "看预警", "read", _ABOVE),
        ("tickets.bulk", "批量办理、认领和指派工单", "write", "handler supervisor"),
        ("queues.read", "看回访任务和待审核内容", "read", "handler supervisor operator provincial"),
        ("views.keep", "保存自己的列表视图", "write", _STAFFED),
        ("views.share", "把视图共享给本机构", "write", "supervisor operator"),
        ("exports.make", "导出列表、下载文件", "write", "handler supervisor operator provincial"),
        ("delegations", "离岗时委托同事、代同事办理", "write", "handler supervisor operator"),
        ("support.see", "以他人身份查看（只看，15 分钟，留痕）", "grave", "supervisor operator"),
        ("ledger.read", "看复杂与延期台账", "read", "handler supervisor operator provincial"),
        ("moved.read", "看期限变动", "read", _ABOVE),
    ),
    *_grouped(
        "评价",
        ("ratings.read", "看评价数据", "read", _OTHERS),
        ("scores.read", "看得分与排名", "read", _OTHERS),
        ("questionnaires.read", "看问卷结果（只有数字；文字五人以上才显示）", "read", _ABOVE),
        ("scores.export", "导出考核数据", "read", _ABOVE),
        ("province.read", "看各地情况", "read", "provincial"),
        ("province.rounds", "开启报送、采用和退回报送", "write", "provincial"),
        ("province.close", "报送定稿（不能再改）", "grave", "provincial"),
        ("province.baseline", "发布省级基线（不能再改）", "grave", "provincial"),
        ("reports.read", "看报送和向省级公布的内容", "read", "operator supervisor"),
        ("reports.submit", "向省级报送", "write", "operator"),
    ),
    *_grouped(
        "特色功能",
        ("extras.read", "看特色功能的页面和记录", "read", f"{_STAFFED} partner"),
        ("extras.named", "看点名由本人办理的记录", "read", "clerk handler supervisor operator partner"),
        ("extras.act", "登记和办理特色功能的记录", "write", "clerk handler supervisor operator partner"),
        ("exchanges.read", "看与外部工单系统的对账", "read", _ABOVE),
        ("exchanges.send", "重新推送没有送达的工单", "write", "supervisor operator"),
        ("exchanges.set", "填写和测试外部工单系统的接口", "grave", "operator"),
        ("extras.invite", "邀请体验官、访员等登录（只看得到派给本人的记录）", "grave", "supervisor operator"),
        ("extras.unmask", "看记录里的姓名电话（填写用途，提出人可见）", "grave", "handler supervisor operator partner"),
    ),
    *_grouped(
        "规则与数据",
        ("policy.read", "看评价规则及其证明", "read", _STAFFED),
        ("policy.write", "起草规则、回答开放问题", "write", "operator provincial"),
        ("proposals.read", "看规则草案", "read", _ABOVE),
        ("proposals.comment", "在规则草案里留言", "write", "operator supervisor provincial"),
        ("policy.approve", "批准或退回规则草案（不能批准自己写的）", "grave", "operator supervisor provincial"),
        ("calendar.read", "看放假日历", "read", _STAFFED),
        ("calendar.write", "载入放假安排、登记本地的日子", "write", "operator provincial"),
        ("calendar.publish", "公布放假日历（自己写的除外）", "grave", "supervisor operator provincial"),
        ("brand.write", "改名称、颜色和标志", "write", "operator provincial"),
        ("examples.read", "看规则的例子", "read", _ABOVE),
        ("examples.write", "写例子、运行例子、认定本地不同", "write", "operator provincial"),
        ("whatif.read", "看规则草案的试算", "read", _ABOVE),
        ("whatif.run", "用过去的数据试算规则草案", "write", _ABOVE),
        ("channels.read", "看渠道和设备、打印二维码", "read", "supervisor operator provincial"),
        ("devices.issue", "发放和收回设备和业务系统的密钥", "grave", "operator provincial"),
        ("places.read", "看机构与人员名录", "read", "handler supervisor operator provincial admin security"),
        ("places.write", "导入机构与人员名录", "write", "operator provincial"),
        ("notices.write", "修改系统通知的文字", "write", "operator"),
        ("messages.read", "看发出的消息", "read", "supervisor operator"),
        ("messages.send", "重发消息", "write", "operator"),
        ("jobs.read", "看后台任务", "read", "operator admin"),
        ("jobs.retry", "重试后台任务", "write", "operator admin"),
    ),
    *_grouped(
        "开通与存续",
        ("onboarding.read", "看开通进度", "read", _ABOVE),
        ("onboarding.write", "登记开通进度、打开测试数据、试评", "write", "operator provincial"),
        ("onboarding.sign", "签字确认、上线", "grave", _ABOVE),
        ("tenant.found", "建立地区（在省级）", "grave", "provincial"),
        ("tenant.pause", "暂停和恢复受理评价", "grave", "operator provincial"),
        ("tenant.copy", "导出本级全部数据", "grave", "operator provincial"),
        ("tenant.close", "归档、恢复、申请和同意删除", "grave", "provincial"),
    ),
    *_grouped(
        "账号与安全",
        ("members.read", "看账号", "read", "admin security"),
        ("members.create", "新建、停用和启用账号", "grave", "admin"),
        ("members.grant", "授予角色、机构和区域", "grave", "security"),
        ("members.secure", "解锁、重置密码和动态码、结束登录", "grave", "security"),
        ("permissions.read", "看权限一览", "read", "operator admin security auditor"),
        ("audit.read", "看操作记录", "read", "auditor"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a role's powers reach, in words; web.admin.sight draws the border."""

    words: tuple[str, ...]
    says: str


_SYSTEM = Scope(("账号与系统",), "全部账号和系统数据；看不到评价、工单和个人信息。")
_WIDE = (
    "填了区域的，看该区域和下级区域的机构；属于政务服务管理机构的，看它所在区域；属于其他机构的，看该机构和下级机构；"
    "都没有的看全部。"
)
SCOPES: Mapping[str, Scope] = {
    "clerk": Scope(("本人",), "只看与本人有关的评价和工单，看不到评价人、具体时间、办件编号和原话。"),
    "handler": Scope(("机构",), "看本机构和下级机构的评价与工单，只办理本机构的。"),
    "supervisor": Scope(("机构", "区域", "全部"), _WIDE),
    "operator": Scope(("机构", "区域", "全部"), f"{_WIDE}设置规则、导入名录、看消息和后台任务要有全部范围。"),
    "provincial": Scope(("全部",), "全省各地的汇总情况，以及本级的数据。"),
    "admin": _SYSTEM, "security": _SYSTEM,
    "partner": Scope(("本人",), "只看点名由本人办理的特色功能记录；看不到评价、工单和别人的记录。"),
    "auditor": Scope(("操作记录",), "全部操作记录；看不到评价、工单和个人信息。"),
}  # fmt: skip

ROLES: Mapping[str, frozenset[str]] = {
    role: frozenset(each.code for each in TABLE if role in each.roles) for role in ROLE_NAMES if role
}


def may(role: str, permission: str, *, whole: bool = True) -> bool:
    """``whole``: whether who asks sees all of the tenant, and not a region or an institution alone."""
    return permission in ROLES.get(role, frozenset()) and (whole or permission not in UNCUT)
