"""What is wrong with the description of an extra is said before anything starts with it, each with what to write."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Final, get_args

from core.policy.exchanges import EVENTS, FACTS, Exchange, Voice
from core.policy.extra_fields import Field, FieldKind, Form
from core.policy.extras import WHO, Act, Effect, Extra, Kind, Page, Tell, Timer
from core.policy.shapes import nearest

CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
FILED: Final = "filed"
TAKEN: Final = (FILED, "recount")
PRINTED: Final = frozenset({"number", "region", "place", "bureau", "today"})
# Part of an address beside the codes of extras.
RESERVED: Final = ("records",)
# What an effect reads of the record, by code: of what sort it must be.
NEEDED: Final[Mapping[Effect, Mapping[str, FieldKind]]] = {
    "rate-on-paper": {"written_at": "time", "grade": "scale"},
    "make-file": {"unit": "institution", "granted_since": "day", "granted_until": "day", "granted": "many"},
}
SAID: Final = frozenset({"number", "title", "kind", "due"})
_BRACES = re.compile(r"\{([^{}]*)\}")
_CHOSEN: Final = ("choice", "many")


def faults(extra: Extra) -> tuple[str, ...]:
    """Of one extra, taken by itself."""
    return tuple(f"特色功能 {extra.code}：{said}" for said in _of(extra))


def clashes(extras: Collection[Extra]) -> tuple[str, ...]:
    """Of all that are installed together: codes that two of them use, and records that none of them keeps."""
    kinds = [kind.code for extra in extras for kind in extra.kinds]
    found = [f"两个特色功能都叫 {code}，请改名。" for code in _twice(each.code for each in extras)]
    found += [f"两种记录都叫 {code}，请改名。" for code in _twice(kinds)]
    for extra in extras:
        found += [
            f"特色功能 {extra.code} 的 {where} 要读 {code}，没有这种记录。{nearest(code, kinds)}"
            for where, reads in _reads(extra) for code in reads if code not in kinds
        ]  # fmt: skip
    return tuple(found)


def _reads(extra: Extra) -> Iterator[tuple[str, tuple[str, ...]]]:
    for kind in extra.kinds:
        yield kind.code, kind.reads
        yield from ((f"{kind.code}.{act.code}", act.reads) for act in kind.acts)
    for each in (*extra.pages, *extra.duties, *extra.metrics):
        yield each.code, each.reads


def _of(extra: Extra) -> Iterator[str]:
    yield from _codes("特色功能", [extra.code])
    if extra.code in RESERVED:
        yield f"{extra.code} 是系统自己用的，请换一个代码。"
    yield from _codes("记录", [each.code for each in extra.kinds])
    yield from _codes("页面", [each.code for each in extra.pages])
    yield from _codes("定期事项", [each.code for each in extra.duties])
    yield from _codes("统计指标", [each.code for each in extra.metrics])
    for kind in extra.kinds:
        for said in _kind(extra, kind):
            yield f"{kind.code}：{said}"
    for page in extra.pages:
        for said in _page(extra, page):
            yield f"页面 {page.code}：{said}"
    if extra.exchange is not None:
        yield from (f"对接：{said}" for said in _exchange(extra, extra.exchange))
    yield from _counts(extra)
    yield from _function(extra, "demo")


def _exchange(extra: Extra, exchange: Exchange) -> Iterator[str]:
    kind = extra.kind(exchange.kind)
    if kind is None:
        yield f"kind 写的 {exchange.kind!r} 不是这里的记录。{nearest(exchange.kind, [k.code for k in extra.kinds])}"
        return
    yield from _codes("对方的状态", [each.code for each in exchange.statuses])
    yield from _known("推送的事件", (*exchange.pushes, *exchange.follows), EVENTS)
    orders = [each.order for each in exchange.statuses if each.order]
    yield from _known("工单记录的操作", (*orders, *exchange.follows.values()), [each.code for each in kind.acts])
    yield from _known("对工单的操作", [each.act for each in exchange.statuses if each.act], EVENTS)
    yield from _known("由谁", [each.by for each in exchange.statuses], get_args(Voice))
    yield from (
        f"状态 {each.code} 既没有对工单的操作（act），也没有对记录的操作（order）。"
        for each in exchange.statuses if not each.act and not each.order
    )  # fmt: skip
    if kind.act("report"):
        yield "工单记录的操作不能叫 report，例子里用它表示对方上报。"
    if "opened" not in exchange.pushes:
        yield "推送的事件（pushes）里要有 opened，对方才知道有这张工单。"
    if kind.files:
        yield f"{kind.code} 由系统随工单产生，不能由人登记（files 应为空）。"
    yield from _known("工单记录的填写项", kind.form.codes, FACTS)
    yield from (
        f"工单记录的 {each.code} 须写成 {FACTS[each.code]}。"
        for each in kind.form.fields if each.code in FACTS and each.kind != FACTS[each.code]
    )  # fmt: skip
    if "ticket" not in kind.form.codes:
        yield "工单记录要有 ticket（工单编号）这一项。"


def _counts(extra: Extra) -> Iterator[str]:
    for duty in extra.duties:
        yield from (f"定期事项 {duty.code}：{said}" for said in _one_of(duty, "every"))
        yield from (f"定期事项 {duty.code}：{said}" for said in _function(duty, "makes"))
    for metric in extra.metrics:
        yield from (f"统计指标 {metric.code}：{said}" for said in _one_of(metric, "of"))
        yield from (f"统计指标 {metric.code}：{said}" for said in _function(metric, "count"))


def _one_of(declared: Any, name: str) -> Iterator[str]:
    """What may be written there stands with the description itself."""
    said, known = getattr(declared, name), get_args(type(declared).__dataclass_fields__[name].type)
    if said not in known:
        yield f"{name} 不能写 {said!r}。{nearest(str(said), known)}"


def _function(declared: Any, name: str) -> Iterator[str]:
    said = getattr(declared, name)
    if said is not None and not callable(said):
        yield f"{name} 须是一个函数，实际是 {type(said).__name__}。"


def _codes(what: str, codes: Collection[str]) -> Iterator[str]:
    yield from (
        f"{what}的代码 {code!r} 须为小写字母开头的字母、数字、下划线。" for code in codes if not CODE.fullmatch(code)
    )
    yield from (f"{what} {code} 写了两次。" for code in _twice(codes))


def _twice(codes: Iterable[str]) -> list[str]:
    return [code for code, count in Counter(codes).items() if count > 1]


def _known(what: str, codes: Iterable[str], known: Collection[str]) -> Iterator[str]:
    if isinstance(codes, str):
        yield f"{what} {codes!r} 只是一个词，须写成一组：({codes!r},)。"
        return
    yield from (f"{what} {code!r} 不存在。{nearest(code, known)}" for code in codes if code not in known)


def _kind(extra: Extra, kind: Kind) -> Iterator[str]:
    states = [each.code for each in kind.states]
    if not states:
        yield "至少要有一个状态（states），第一个是提交后的状态。"
    yield from _codes("状态", states)
    yield from _codes("操作", [each.code for each in kind.acts])
    yield from _codes("期限", [each.code for each in kind.timers])
    yield from _known("files 里的", kind.files, WHO)
    yield from _known("sees 里的", kind.sees, WHO)
    yield from _form("登记表", kind.form)
    yield from _form("留存项", Form(kind.kept))
    yield from _agree(kind)
    for act in kind.acts:
        yield from (f"操作 {act.code}：{said}" for said in _act(kind, act, states))
    for timer in kind.timers:
        yield from (f"期限 {timer.code}：{said}" for said in _timer(extra, kind, timer))
    for tell in kind.tells:
        yield from (f"通知 {tell.on}：{said}" for said in _tell(kind, tell))
    yield from _named_fields(kind)
    yield from _one_of(kind, "repeats")
    yield from _function(kind, "check")
    yield from _invited(kind)
    yield from _papers(kind, states)
    if kind.parent and extra.kind(kind.parent) is None:
        yield f"parent 写的 {kind.parent!r} 不是这里的记录。{nearest(kind.parent, [k.code for k in extra.kinds])}"
    if kind.public and not any(each.shown for each in kind.states):
        yield "有公开列表（public），但没有一个状态可以公开（shown）。"
    if kind.series and not re.fullmatch(r"[A-Z]{1,6}", kind.series):
        yield f"编号开头 {kind.series!r} 须为 1 到 6 个大写字母。"


def _invited(kind: Kind) -> Iterator[str]:
    """Only somebody with an account can be let in and out again."""
    known = kind.fields()
    if kind.invites and (kind.names not in known or known[kind.names].kind != "member"):
        yield "写了 invites，names 须写一个 member 类填写项，受邀的人从那里选。"
    if kind.serves_until and (kind.serves_until not in known or known[kind.serves_until].kind != "day"):
        yield f"serves_until 写的 {kind.serves_until!r} 须是一个 day 类填写项。"


def _form(where: str, form: Form) -> Iterator[str]:
    yield from (f"{where}：{said}" for said in _codes("填写项", form.codes))
    for each in form.fields:
        yield from (f"{where}的 {each.code}：{said}" for said in _field(each))


def _field(each: Field) -> Iterator[str]:
    if each.kind not in get_args(FieldKind):
        yield f"没有 {each.kind!r} 这种填写项。{nearest(each.kind, get_args(FieldKind))}"
    if not each.label:
        yield "没有名称（label）。"
    if each.kind in _CHOSEN and not each.choices:
        yield "没有选项（choices）。"
    if each.least is not None and each.most is not None and each.least > each.most:
        yield f"最小 {each.least} 大于最大 {each.most}。"
    if each.hidden and each.open:
        yield "是隐藏项，不能公开（open）。"
    if each.hidden and each.kind == "files":
        yield "照片和材料不能设为隐藏项（private）。"
    yield from _narrowed(each)
    yield from (f"选项 {code} 写了两次。" for code in _twice(code for code, _ in each.choices))


def _narrowed(each: Field) -> Iterator[str]:
    if each.role and (each.kind != "member" or each.role != "partner"):
        yield "role 只用于选账号的填写项（member），只能写 partner（受邀人员）。"
    if each.outside and each.outside not in dict(each.choices):
        yield f"outside 写的 {each.outside!r} 须是它的一个选项。{nearest(each.outside, dict(each.choices))}"


def _agree(kind: Kind) -> Iterator[str]:
    """A field that several forms ask is one field of the record."""
    seen: dict[str, Field] = {}
    for form in (kind.form, *(act.form for act in kind.acts), Form(kind.kept)):
        for each in form.fields:
            first = seen.setdefault(each.code, each)
            if (first.kind, first.hidden, first.choices) != (each.kind, each.hidden, each.choices):
                yield f"填写项 {each.code} 在几张表里写得不一样（种类、隐藏、选项须相同），或者请换一个代码。"


def _act(kind: Kind, act: Act, states: Collection[str]) -> Iterator[str]:
    if act.code in TAKEN:
        yield f"{act.code} 是系统自己用的，请换一个代码。"
    if not act.doers:
        yield "没有写谁可以办（doers）。"
    if not act.states:
        yield "没有写在哪些状态下可以办（states）。"
    yield from _known("doers 里的", act.doers, WHO)
    yield from _known("状态", (*act.states, *([act.leads] if act.leads else [])), states)
    yield from _known("not_by 里的", act.not_by, [FILED, *(each.code for each in kind.acts)])
    yield from _known("要停的期限", act.stops, [each.code for each in kind.timers])
    yield from _form("填写表", act.form)
    sends = next((each for each in act.form.fields if each.code == act.sends), None)
    if act.sends and (sends is None or sends.kind != "institution"):
        yield f"sends 写的 {act.sends!r} 须是这张表里的一个机构项。"
    yield from _one_of(act, "frame")
    for what in ("check", "makes", "writes"):
        yield from _function(act, what)
    if act.effect is not None:
        yield from _effect(kind, act.effect)


def _effect(kind: Kind, effect: Effect) -> Iterator[str]:
    if effect not in get_args(Effect):
        yield f"没有 {effect!r} 这种联动。{nearest(effect, get_args(Effect))}"
    known = kind.fields()
    for code, sort in NEEDED.get(effect, {}).items():
        if code not in known or known[code].kind != sort:
            yield f"联动 {effect} 要有填写项 {code}，种类是 {sort}。"
    if effect == "invite-by-voice" and not (kind.case and any(each.kind == "phone" for each in kind.form.fields)):
        yield "联动 invite-by-voice 要有办件编号（case）和电话。"


def _timer(extra: Extra, kind: Kind, timer: Timer) -> Iterator[str]:
    yield from _known("起算的操作", timer.begins, [FILED, *(each.code for each in kind.acts)])
    if (timer.within is None) == (not timer.until):
        yield "要么写多长（within），要么写到哪一天（until），两样写一样。"
    ours = [each.name for each in extra.settings]
    yield from _known("规则项", [key.name for key in (timer.within, timer.warn) if key is not None], ours)
    until = kind.fields().get(timer.until)
    if timer.until and (until is None or until.kind != "day" or until.hidden):
        yield f"until 写的 {timer.until!r} 须是一个不隐藏的日期项。"


def _tell(kind: Kind, tell: Tell) -> Iterator[str]:
    timers = [f"{about}:{each.code}" for each in kind.timers for about in ("warning", "overdue")]
    yield from _known("时机", [tell.on], [FILED, *(each.code for each in kind.acts), *timers])
    yield from _known("告知的", tell.to, WHO)
    strange = [each for each in _BRACES.findall(tell.says) if each not in SAID]
    yield from (f"不能写 {{{each}}}，只能写 {{number}}、{{title}}、{{kind}}、{{due}}。" for each in strange)


def _named_fields(kind: Kind) -> Iterator[str]:
    """What the kind says of its fields by their codes."""
    known = kind.fields()
    yield from _known("columns 里的", kind.columns, known)
    yield from (
        f"columns 里的 {code} 是隐藏项，不能列出。" for code in kind.columns if code in known and known[code].hidden
    )
    yield from _known("same 里的", kind.same, kind.form.codes)
    yield from _known("alike 里的", kind.alike, kind.form.codes)
    yield from (
        f"alike 里的 {code} 是隐藏项，不能用来比对。" for code in kind.alike if code in known and known[code].hidden
    )
    if bool(kind.alike) != any(act.effect == "is-same" for act in kind.acts):
        yield "写了 alike 就要有一项操作来认定（effect 写 is-same），没有写就不要有。"
    if bool(kind.same) != bool(kind.repeats):
        yield "same 和 repeats 要么都写，要么都不写。"
    for each in known.values():
        if each.asked and (each.asked not in known or known[each.asked].kind != "many"):
            yield f"{each.code} 的 asked 写的 {each.asked!r} 须是一个多选项。{nearest(each.asked, known)}"
    wanted: tuple[tuple[str, str, Callable[[Field], bool], str], ...] = (
        ("title", kind.title, lambda each: not each.hidden and each.kind != "files", "不隐藏的填写项"),
        ("goes_to", kind.goes_to, lambda each: each.kind == "institution", "机构项"),
        ("own", kind.own, lambda each: each.kind == "institution" and not each.hidden, "机构项"),
        ("names", kind.names, lambda each: each.kind in ("staff", "member"), "工作人员项或账号项"),
        ("case", kind.case, lambda each: each.kind == "case" and not each.hidden, "不隐藏的办件编号项"),
        ("remark", kind.remark, lambda each: each.kind == "text" and not each.hidden, "不隐藏的文字项"),
        ("way", kind.way, lambda each: each.kind == "choice" and not each.hidden, "不隐藏的单选项"),
        ("day", kind.day, lambda each: each.kind in ("day", "time") and not each.hidden, "不隐藏的日期项"),
        (
            "board",
            kind.board if kind.board != "state" else "",
            lambda each: each.kind == "choice" and not each.hidden,
            "不隐藏的单选项，或写 state",
        ),
    )
    for what, code, fits, says in wanted:
        if code and not (code in known and fits(known[code])):
            yield f"{what} 写的 {code!r} 须是一个{says}。{nearest(code, known)}"


def _papers(kind: Kind, states: Collection[str]) -> Iterator[str]:
    yield from _codes("文书", [each.code for each in kind.papers])
    known = {*PRINTED, *(code for code, each in kind.fields().items() if each.kind != "files")}
    for each in kind.papers:
        yield from (f"文书 {each.code}：{said}" for said in _known("状态", each.states, states))
        yield from (f"文书 {each.code}：{said}" for said in _known("填写项", _BRACES.findall(each.text), known))


def _page(extra: Extra, page: Page) -> Iterator[str]:
    yield from _known("who 里的", page.who, WHO)
    yield from _one_of(page, "shows")
    yield from _function(page, "tables")
    kind = extra.kind(page.kind)
    if page.shows == "tables":
        if page.tables is None:
            yield "没有写怎样得出表格（tables）。"
        yield from _known("dated 里的", page.dated, page.reads)
        return
    if kind is None:
        yield f"kind 写的 {page.kind!r} 不是这里的记录。{nearest(page.kind, [each.code for each in extra.kinds])}"
    elif page.shows == "calendar" and not kind.day:
        yield f"{kind.code} 没有写按哪一天排（day），不能有日历。"
