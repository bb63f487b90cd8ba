"""The words of the language: every verb and sight with the keys it takes, and nothing else is understood."""

from collections.abc import Mapping

from core.policy import vocab
from core.scenarios import extra_words, shapes
from core.scenarios.shapes import (
    Shape,
    alone,
    code_of,
    flag,
    many,
    maybe_word,
    of,
    one_of,
    table,
    text,
    unset_or,
    word,
)
from core.scenarios.words import Word
from core.tickets.machine import STATE_LABELS

SERVICE_EVENTS = tuple(vocab.EVENTS)
RATING_ORIGINS: Mapping[str, str] = {
    "citizen": "本人评价", "agent": "代办人评价", "paper": "纸质评价", "default": "默认评价", "imported": "导入",
}  # fmt: skip
INVITATION_STATES: Mapping[str, str] = {
    "open": "可以评价", "rated": "已评价", "defaulted": "已按默认计", "closed": "已关闭", "none": "没有这个机会",
}  # fmt: skip
TICKET_STATES = {
    state: STATE_LABELS[state]
    for state in ("auditing", "open", "verified", "rectifying", "answered", "closed", "rejected", "withdrawn")
}
APPEAL_STATES: Mapping[str, str] = {"open": "审理中", "upheld": "成立", "refused": "不成立"}
METRICS: Mapping[str, str] = {
    "active": "主动评价率", "good": "好评率", "rectified": "整改率", "on-time": "按时办结率",
}  # fmt: skip
NOTICES: Mapping[str, str] = {
    "reminder": "评价提醒", "ticket": "有新工单", "feedback": "整改反馈", "extension": "延期", "warning": "快到期",
    "overdue": "已超期", "decision": "复核决定", "alert": "预警", "task": "任务", "urge": "催办", "supervise": "督办",
    "recount": "期限重算", "appeal": "复核申请",
}  # fmt: skip
SAID_OF = one_of("通知内容", extra_words.Notices(NOTICES))
VISITS: Mapping[str, str] = {"mailbox": "意见箱", "email": "电子邮件", "phone": "电话"}
LAST_TICKET = 99
LAST_VISIT = 99
LARGEST_BATCH = 10_000


mode = one_of("服务方式", vocab.MODES)
event = one_of("事件", vocab.EVENTS)
finding = one_of("结论", vocab.FINDINGS)
clock = one_of("期限", vocab.CLOCKS)
actor = of(staff=code_of("staff"), institution=code_of("institution"), bureau=alone, hotline=alone)
appellant = of(staff=code_of("staff"), institution=code_of("institution"), platform=word)
subject = of(
    staff=code_of("staff"), institution=code_of("institution"), line=code_of("line"), region=code_of("region"),
    item=code_of("item"), channel=mode,
)  # fmt: skip
warned = of(
    staff=code_of("staff"), institution=code_of("institution"), line=code_of("line"), region=code_of("region"),
    item=code_of("item"), channel=mode, platform=maybe_word, rater=maybe_word, window=word, tag=word,
)  # fmt: skip
told = of(
    staff=code_of("staff"), institution=code_of("institution"), platform=word, rater=alone, bureau=alone, hotline=alone,
    filer=alone, member=word,
)  # fmt: skip

CASE: Mapping[str, Shape] = {"case": word}
THIS_TICKET: Mapping[str, Shape] = {"ticket": shapes.whole(1, LAST_TICKET), "by": actor}
EVENT = Word(
    needs=CASE,
    may={
        "item": code_of("item"),
        "staff": code_of("staff"),
        "mode": mode,
        "kind": one_of("办件类型", vocab.KINDS),
        "certificate": flag,
        "applicant": word,
        "batch": shapes.whole(2, LARGEST_BATCH),
        "theme": many(code_of("item")),
        "package": many(code_of("item")),
        "agent": word,
    },
)
RATING = Word(
    needs=CASE,
    may={
        "on": event,
        "by": word,
        "anonymous": flag,
        "channel": one_of("评价渠道", vocab.CHANNELS),
        "grades": table(word, shapes.grade),
        "tags": many(shapes.whole(0, 2**31 - 1)),
        "text": text,
        "items": table(code_of("item"), shapes.grade),
        "nth": shapes.whole(1, LAST_VISIT),
    },
)


def act(needs: Mapping[str, Shape] | None = None, **may: Shape) -> Word:
    return Word(needs={**CASE, **(needs or {})}, may={**THIS_TICKET, **may})


ACTS: Mapping[str, Word] = {
    "audit": act({"accept": flag}),
    "dispatch": act(to=code_of("institution")),
    "contact": act(note=text, way=one_of("联系方式", vocab.WAYS), reached=flag),
    "notify": act(to=of(staff=code_of("staff"))),
    "return": act(reason=text),
    "transfer": act(reason=text, to=code_of("institution")),
    "withdraw": act(reason=text),
    "hold": act(reason=text),
    "resume": act(reason=text),
    "verdict": act({"is": finding}, complexity=one_of("难度", vocab.COMPLEXITIES)),
    "extend": act(until=shapes.end_of_day_or_instant, reason=text, clock=clock),
    "explain": act(note=text),
    "rectify": act(note=text),
    "feedback": act(note=text),
    "rate-feedback": act({"grade": shapes.whole(1, 5)}),
    "appeal": Word(
        needs=CASE,
        may={"ticket": THIS_TICKET["ticket"], "by": appellant, "reason": text, "evidence": shapes.text_or_texts},
    ),
    "decide": act({"upheld": flag}, finding=finding),
    "callback": act(note=text),
    "inspect": act(note=text),
    "urge": act(note=text),
    "supervise": act(note=text),
    "statement": act(note=text),
    "join": act({"to": word}),
    "part": act(),
    "censure": act({"is": one_of("失职情形", vocab.CENSURES)}, reason=text),
    "refer": act(reason=text),
}
DO: Mapping[str, Word] = {
    **dict.fromkeys(SERVICE_EVENTS, EVENT),
    "rate": RATING,
    "append": RATING,
    "calendar": Word(needs={"year": shapes.whole(2000, 2100)}, may={"off": many(shapes.day), "work": many(shapes.day)}),
    "comment": Word(needs={"text": text}, may={"channel": one_of("渠道", VISITS)}),
    **ACTS,
}

ON_CASE = Word(needs=CASE, may={"on": event})
SEE: Mapping[str, Word] = {
    "invitation": Word(
        needs=CASE,
        may={
            "on": event,
            "state": one_of("邀请状态", INVITATION_STATES),
            "dimensions": many(word),
            "closes": unset_or(shapes.instant),
        },
    ),
    "rating": Word(
        needs=CASE,
        may={
            "on": event,
            "origin": one_of("评价来源", RATING_ORIGINS),
            "grades": table(word, shapes.grade),
            "effective": table(word, unset_or(shapes.grade)),
            "counted": flag,
        },
    ),
    "no-rating": ON_CASE,
    "no-ticket": ON_CASE,
    "no-alert": Word(may={"of": warned, "kind": one_of("预警", vocab.ALERTS)}),
    "ticket": Word(
        needs=CASE,
        may={
            "ticket": THIS_TICKET["ticket"],
            "state": one_of("工单状态", TICKET_STATES),
            "handler": code_of("institution"),
            "co_handlers": many(code_of("institution")),
            "due": table(clock, shapes.instant),
            "clause": table(clock, word),
            "overdue": many(clock),
            "provisional": flag,
        },
    ),
    "score": Word(
        needs={"of": subject},
        may={
            "mean": unset_or(shapes.number),
            "n": shapes.whole(0, 2**31 - 1),
            "distribution": table(shapes.grade_key, shapes.whole(0, 2**31 - 1)),
            "dimension": word,
            "origin": one_of("评价来源", RATING_ORIGINS),
            "from": shapes.day,
            "to": shapes.day,
        },
    ),
    "metric": Word(
        needs={"name": one_of("指标", METRICS), "of": subject},
        may={
            "value": unset_or(shapes.number),
            "over": shapes.whole(0, 2**31 - 1),
            "from": shapes.day,
            "to": shapes.day,
        },
    ),
    "alert": Word(needs={"of": warned}, may={"kind": one_of("预警", vocab.ALERTS), "clause": word}),
    "notice": Word(needs={"to": told}, may={"about": SAID_OF, "hides": many(word)}),
    "no-notice": Word(needs={"to": told}, may={"about": SAID_OF}),
    "task": Word(
        needs=CASE,
        may={
            "kind": word,
            "to": told,
            "due": shapes.instant,
            "done": flag,
        },
    ),
    "appeal": Word(
        needs=CASE,
        may={
            "to": told,
            "state": one_of("申诉状态", APPEAL_STATES),
        },
    ),
    "policy": Word(needs={"key": word}, may={"value": shapes.plain, "clause": word, "layer": word}),
    "figure": Word(
        needs={"extra": word, "name": word, "of": subject},
        may={"value": unset_or(shapes.number), "over": shapes.number, "from": shapes.day, "to": shapes.day},
    ),
    "table": Word(
        needs={"extra": word, "page": word, "title": word, "row": word, "column": word},
        may={"value": unset_or(shapes.plain)},
    ),
}


def verbs() -> Mapping[str, Word]:
    """What a step may do: the language's own verbs, and those that installed extras bring."""
    return {**extra_words.verbs(), **DO}


def sights() -> Mapping[str, Word]:
    """What a step may see: the language's own sights, and those that installed extras bring."""
    return {**extra_words.sights(), **SEE}
