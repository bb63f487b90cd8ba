"""What somebody types leads somewhere: to a door by its name or its pinyin, to an action, to a page of help."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from core.policy import keys as policy_keys
from web.helps import TOPICS
from web.navigation import DOORS, EXTRAS, Door
from web.page import Shell

RULES, HELP = "评价规则", "帮助"


@dataclass(frozen=True, slots=True)
class Choice:
    """``words`` are other names of it; ``post`` says that it is done by sending a form, not by going somewhere."""

    label: str
    icon: str
    href: str
    hint: str = ""
    words: str = ""
    post: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    title: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """Under /t/<slug>, as a door is; ``words`` by which it is looked for as well."""

    label: str
    icon: str
    path: str
    permission: str
    words: str = ""
    post: bool = False


# What is done rather than looked at. A screen that brings a new action adds its line here.
ACTIONS: tuple[Action, ...] = (
    Action("我的视图", "list", "/admin/views", "views.keep", "新建视图 保存视图 筛选"),
    Action("提醒", "bell", "/admin/notifications", "home", "未读 消息 铃铛"),
    Action("提醒设置", "sliders", "/admin/notifications/settings", "home", "邮件 短信 免打扰 邮箱 手机"),
    Action("我的账号", "lock", "/admin/account", "home", "密码 动态码 登录 安全"),
    Action("快捷键与帮助", "book", "/admin/help", "home", "帮助 键盘"),
    Action("退出登录", "out", "/sign-out", "home", "注销 离开", post=True),
)


def kinds(
    slug: str, may: Callable[[str], bool], looks: Iterable[Choice], extras: Iterable[Door] = ()
) -> tuple[Kind, ...]:
    """Everything that this member could choose, before a word is typed."""
    home = f"/t/{slug}"
    doors = [Choice(each.label, each.icon, f"{home}/admin{each.path}", group) for group, each in _open(may)]
    doors += [Choice(each.label, each.icon, f"{home}/admin{each.path}", EXTRAS) for each in extras]
    actions = [
        Choice(each.label, each.icon, home + each.path, words=each.words, post=each.post)
        for each in ACTIONS if may(each.permission)
    ]  # fmt: skip
    rules = [
        Choice(each.label, "book", f"{home}/admin/policy#k-{each.name}", f"规则，{each.group}", each.name)
        for each in policy_keys.ALL.values() if may("policy.read")
    ]  # fmt: skip
    helps = [Choice(each.title, "book", f"{home}/admin/help#{each.id}", HELP, each.words) for each in TOPICS]
    titles = ("前往", "操作", RULES, HELP)
    return tuple(
        Kind(title, tuple(some)) for title, some in zip(titles, (doors, [*actions, *looks], rules, helps), strict=True)
    )


def _open(may: Callable[[str], bool]) -> list[tuple[str, Door]]:
    return [(group, door) for group, doors in DOORS for door in doors if may(door.permission)]


def looks(shell: Shell, here: Callable[..., str]) -> tuple[Choice, ...]:
    """Ways to see the same page otherwise; ``here`` is its address with some of its query changed."""
    sizes = {"standard": "标准字号", "large": "大字版", "huge": "特大字版"}
    dark = shell.theme == "dark"
    found = [Choice("浅色显示" if dark else "深色显示", "sun" if dark else "moon",
                    here(theme="light" if dark else "dark"), words="夜间 主题 白天")]  # fmt: skip
    return tuple(found + [
        Choice(name, "sliders", here(size=code), words="字号 适老化 放大")
        for code, name in sizes.items() if code != (shell.size or "standard")
    ])  # fmt: skip


def found(q: str, among: Iterable[Kind]) -> tuple[Kind, ...]:
    """Without a word typed, rules and help are left out: they are looked for by name."""
    narrowed = [
        Kind(each.title, tuple(one for one in each.choices if matches(q, one)))
        for each in among if q or each.title not in (RULES, HELP)
    ]  # fmt: skip
    return tuple(each for each in narrowed if each.choices)


def matches(q: str, choice: Choice) -> bool:
    """By a part of a name, by some of its initials in a row, or by pinyin from any of its characters on."""
    wanted = "".join(q.lower().split())
    return any(
        wanted in name.lower() or wanted in _initials(name) or any(way.startswith(wanted) for way in _spelled(name))
        for name in (choice.label, *choice.words.split())
    )


@lru_cache(maxsize=1024)
def _initials(name: str) -> str:
    """差评工单 → cpgd."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()


@lru_cache(maxsize=1024)
def _spelled(name: str) -> tuple[str, ...]:
    """差评工单 → chapinggongdan, pinggongdan, gongdan, dan."""
    parts = [part.lower() for part in lazy_pinyin(name)]
    return tuple("".join(parts[at:]) for at in range(len(parts)))
