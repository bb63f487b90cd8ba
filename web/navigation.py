"""The back office shows a member the doors that open to that member's role, and no others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core.desk.lists import KINDS


@dataclass(frozen=True, slots=True)
class Door:
    label: str
    icon: str
    path: str
    permission: str


@dataclass(frozen=True, slots=True)
class Entry:
    label: str
    icon: str
    href: str
    current: bool
    list: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    entries: tuple[Entry, ...]


# Under /t/<slug>/admin.
DOORS: tuple[tuple[str, tuple[Door, ...]], ...] = (
    (
        "省级",
        (
            Door("各地情况", "branch", "/province", "province.read"),
            Door("建立地区", "plus", "/province/cities/new", "tenant.found"),
        ),
    ),
    (
        "办理",
        (
            Door("今日", "calendar", "/today", "today.read"),
            Door("与我有关", "pin", "/mine", "mine.read"),
            Door("差评工单", "inbox", "/tickets", "tickets.read"),
            Door("复核申诉", "megaphone", "/appeals", "tickets.read"),
            Door("内容审核", "check", "/audits", "queues.read"),
            Door("回访任务", "phone", "/callbacks", "queues.read"),
            Door("任务", "flag", "/tasks", "tickets.read"),
            Door("预警", "alert", "/alerts", "alerts.read"),
            Door("随机抽查", "scale", "/checks", "checks.read"),
            Door("台账", "list", "/ledger", "ledger.read"),
            Door("答复模板", "book", "/templates", "templates.write"),
            Door("通知", "bell", "/notices", "tickets.read"),
            Door("下载中心", "download", "/downloads", "exports.make"),
        ),
    ),
    (
        "评价",
        (
            Door("我的评价", "chart", "/my-ratings", "mine.read"),
            Door("评价数据", "chart", "/ratings", "ratings.read"),
            Door("得分与排名", "scale", "/scores", "scores.read"),
            Door("问卷结果", "list", "/questionnaires", "questionnaires.read"),
        ),
    ),
    (
        "规则",
        (
            Door("评价规则", "book", "/policy", "policy.read"),
            Door("规则草案", "sliders", "/rules", "proposals.read"),
            Door("开放问题", "help", "/questions", "policy.write"),
            Door("例子", "check", "/examples", "examples.read"),
            Door("工单流程", "flow", "/life", "policy.read"),
            Door("规则的证明", "check", "/coverage", "policy.read"),
            Door("期限变动", "clock", "/moved", "moved.read"),
            Door("放假日历", "calendar", "/calendar", "calendar.read"),
        ),
    ),
    (
        "数据与系统",
        (
            Door("开通", "check", "/onboarding", "onboarding.read"),
            Door("存续管理", "lock", "/tenure", "tenant.pause"),
            Door("机构与人员", "grid", "/places", "places.read"),
            Door("渠道与设备", "device", "/channels", "channels.read"),
            Door("名称与外观", "eye", "/brand", "brand.write"),
            Door("消息发送", "mail", "/messages", "messages.read"),
            Door("通知文字", "book", "/notices/templates", "notices.write"),
            Door("后台任务", "clock", "/jobs", "jobs.read"),
            Door("报送与公布", "up", "/reporting", "reports.read"),
            Door("省级基线", "branch", "/baseline", "reports.read"),
        ),
    ),
    (
        "账号与安全",
        (
            Door("我的委托", "users", "/delegations", "delegations"),
            Door("以他人身份查看", "search", "/support", "support.see"),
            Door("人员账号", "users", "/members", "members.read"),
            Door("权限一览", "shield", "/permissions", "permissions.read"),
            Door("操作记录", "lock", "/audit", "audit.read"),
        ),
    ),
)


# The doors that a tenant's extras bring stand together, before the rules.
EXTRAS, BEFORE_EXTRAS = "特色功能", 2


def navigation(slug: str, path: str, may: Callable[[str], bool], extras: Sequence[Door] = ()) -> list[Group]:
    home = f"/t/{slug}/admin"
    every = (*DOORS[:BEFORE_EXTRAS], (EXTRAS, tuple(extras)), *DOORS[BEFORE_EXTRAS:])
    groups = [Group(title, tuple(_entry(home, door, path, extras) for door in doors if may(door.permission)))
              for title, doors in every]  # fmt: skip
    return [group for group in groups if group.entries]


# Pages below a door that not everybody who passes it may open.
INNER: Mapping[str, str] = {"/members/new": "members.create", "/places/import": "places.write"}
_EVERY = tuple(door for _, doors in DOORS for door in doors)


def opens(href: str, may: Callable[[str], bool]) -> bool:
    """A page with no door of its own opens as the page that leads to it did."""
    path = href.partition("#")[0].partition("?")[0]
    if path in INNER:
        return may(INNER[path])
    return all(may(each.permission) for each in _EVERY if each.path == path)


def _behind(path: str, href: str) -> bool:
    return path == href or path.startswith(f"{href}/")


def _entry(home: str, door: Door, path: str, extras: Sequence[Door] = ()) -> Entry:
    href = home + door.path
    # What has a door of its own below this one does not stand behind this one.
    below = any(
        each.path.startswith(f"{door.path}/") and _behind(path, home + each.path) for each in (*_EVERY, *extras)
    )
    current = _behind(path, href) and not below
    return Entry(door.label, door.icon, href, current, pinned_at(door))


def pinned_at(door: Door) -> str:
    """Where the views of its lists stand in the side bar; "" for a door to no list."""
    _, first, *rest = door.path.split("/")
    return f"x-{rest[0]}" if first == "extras" and rest else first if first in KINDS and not rest else ""
