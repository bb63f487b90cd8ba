"""What a notice says: the words that are built in, what a place may say instead, and what may never stand there."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, Final, Literal

from core.policy.shapes import nearest

SMS, MAIL, TITLE = "sms.", "mail.", "title."
FOOT = "本邮件由系统自动发送，请勿回复。接收方式可以在工作台的“提醒设置”中更改。"
LONGEST_SMS, LONGEST_MAIL, LONGEST_SUBJECT, LONGEST_TITLE = 300, 2000, 60, 20
# One message of Chinese holds so many characters, and each part of a longer one a few less.
ONE_PART, EACH_PART = 70, 67
LINK: Final = "链接"
# What stands between braces, and where its value is found.
PLACEHOLDERS: Final[Mapping[str, str]] = {
    "地区": "place", "办件号": "case", LINK: "url", "提醒内容": "title", "说明": "why", "条数": "count",
    "清单": "lines",
}  # fmt: skip
GIVES: Final[Mapping[str, str]] = {
    "地区": "本地的简称", "办件号": "评价人自己的办件编号", LINK: "打开查看的网址",
    "提醒内容": "发生了什么，如“收到工单”，不含事项、编号和姓名", "说明": "不等到上班时间就发送的原因，平时没有",
    "条数": "未读提醒的条数", "清单": "每一类提醒各几条",
}  # fmt: skip
# By these the rated could tell who rated; they are known here so that the refusal can say why.
PERSONAL: Final = ("办件号", "评价人", "姓名", "电话", "手机号", "证件号", "回执码", "评价内容", "评价时间")
SAMPLE: Final[Mapping[str, Any]] = {
    "case": "A20260302-0001", "path": "/k/7K2M9QWX4TBC", "title": "收到工单", "why": "", "count": 3,
    "lines": "收到工单：2 条\n期限将到：1 条",
}  # fmt: skip
_BRACES = re.compile(r"[{｛]([^{}｛｝]*)[}｝]")
_SIGNED = re.compile(r"【[^【】]{2,30}】")
_ADDRESS = re.compile(r"https?:|www\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Notice:
    """One kind of notice; ``to`` whom it goes decides what it may name, ``needs`` what may not be left out."""

    kind: str
    label: str
    to: Literal["rater", "member"]
    body: str
    names: tuple[str, ...]
    needs: tuple[str, ...] = (LINK,)
    subject: str = ""

    @property
    def longest(self) -> int:
        if self.kind.startswith(TITLE):
            return LONGEST_TITLE
        return LONGEST_SMS if self.kind.startswith(SMS) else LONGEST_MAIL


@dataclass(frozen=True, slots=True)
class Said:
    """A subject, where there is one, and what is written below it."""

    body: str
    subject: str = ""


_TO_RATER = ("地区", "办件号", LINK)
_TO_MEMBER = ("地区", "提醒内容", "说明", LINK)
NOTICES: Final[Mapping[str, Notice]] = {each.kind: each for each in (
    Notice("sms.reminder", "评价提醒", "rater",
           "【{地区}好差评】您办理的事项（办件号 {办件号}）已可评价，请点击：{链接}", _TO_RATER),
    Notice("sms.link", "窗口索取的评价链接", "rater", "【{地区}好差评】请评价您刚刚办理的服务：{链接}", _TO_RATER),
    Notice("sms.feedback", "差评已有答复", "rater", "【{地区}好差评】您对办件 {办件号} 的差评已有答复，请查看：{链接}",
           _TO_RATER),
    Notice("sms.extension", "差评延期办理", "rater",
           "【{地区}好差评】您对办件 {办件号} 的差评延期办理，理由和新的期限请查看：{链接}",
           _TO_RATER),
    Notice("sms.extra", "特色功能：提交的事项有进展", "rater", "【{地区}好差评】您提交的事项有新的进展，请查看：{链接}",
           ("地区", LINK)),
    Notice("sms.notice", "工作提醒（短信）", "member",
           "【{地区}好差评】{提醒内容}。{说明}请登录查看：{链接}", _TO_MEMBER,
           ("提醒内容", LINK)),
    Notice("mail.notice", "工作提醒（邮件）", "member",
           "{提醒内容}。\n{说明}\n请登录好差评工作台查看：\n{链接}\n\n" + FOOT, _TO_MEMBER, ("提醒内容", LINK),
           "【{地区}好差评】{提醒内容}"),
    Notice("mail.digest", "每日提醒汇总（邮件）", "member",
           "您有 {条数} 条提醒还没有看：\n\n{清单}\n\n请登录好差评工作台查看：\n{链接}\n\n" + FOOT,
           ("地区", "条数", "清单", LINK), ("清单", LINK), "【{地区}好差评】每日提醒：{条数} 条未读"),
)}  # fmt: skip


def title_of(kind: str, label: str) -> Notice:
    """The few words that tell, outside the house, what happened."""
    return Notice(f"{TITLE}{kind}", f"提醒内容：{label}", "member", label, (), ())


def said(kind: str, payload: Mapping[str, Any], place: str, address: str, own: Said | None = None) -> Said:
    """The words for this kind, the place's own if it has any; a payload that brings ``text`` is taken at its word."""
    if "text" in payload:
        return Said(payload["text"])
    built_in = NOTICES[kind]
    words = own or Said(built_in.body, built_in.subject)
    values = {**payload, "place": place, "url": f"{address}{payload.get('path', '')}"}
    return Said(
        filled(words.body, values).rstrip() + ("\n" if kind.startswith(MAIL) else ""), filled(words.subject, values)
    )


def filled(text: str, values: Mapping[str, Any]) -> str:
    """What is not known stays empty."""
    return _BRACES.sub(lambda found: str(values.get(PLACEHOLDERS.get(found[1].strip(), ""), "")), text)


def length(text: str) -> int:
    """As networks count: a rare character or a picture is two."""
    return len(text.encode("utf-16-le")) // 2


def parts(text: str) -> int:
    """How many messages a text is sent and paid as."""
    size = length(text)
    return 1 if size <= ONE_PART else ceil(size / EACH_PART)


def wrong(notice: Notice, written: Said) -> Mapping[str, str]:
    """What keeps these words from being sent, by ``body`` and ``subject``; each says what to do."""
    found = {"body": next(_faults(notice, written.body, notice.longest), "")}
    if notice.subject:
        found["subject"] = next(_subject_faults(notice, written.subject), "")
    return {name: text for name, text in found.items() if text}


def _subject_faults(notice: Notice, subject: str) -> Iterator[str]:
    if not subject.strip():
        yield "请填写标题。"
    if "\n" in subject:
        yield "标题只能写一行。"
    if len(subject) > LONGEST_SUBJECT:
        yield f"标题最多 {LONGEST_SUBJECT} 个字，现在是 {len(subject)} 个字。"
    yield from _strange(notice, subject)


def _faults(notice: Notice, body: str, longest: int) -> Iterator[str]:
    if not body.strip():
        yield "请填写内容；要用系统自带的文字，请按“恢复自带文字”。"
    if len(body) > longest:
        yield f"最多 {longest} 个字，现在是 {len(body)} 个字。"
    yield from _strange(notice, body)
    if missing := [name for name in notice.needs if name not in _named(body)]:
        yield f"请写上 {{{missing[0]}}}：{GIVES[missing[0]]}。"
    if _ADDRESS.search(body):
        yield f"请不要直接写网址，以免被当作诈骗短信；用 {{{LINK}}} 代替。"
    if notice.kind.startswith(SMS) and not _SIGNED.match(body.strip()):
        yield "短信须以签名开头，如【{地区}好差评】。"
    if notice.kind.startswith(TITLE) and "\n" in body:
        yield "只能写一行。"


def _strange(notice: Notice, text: str) -> Iterator[str]:
    for name in _named(text):
        if name in notice.names:
            continue
        if notice.to == "member" and name in PERSONAL:
            yield f"不能写 {{{name}}}：这条提醒可能发给被评价人，由此能认出评价人。"
        yield f"没有 {{{name}}} 这个变量。{nearest(name, notice.names) if notice.names else '这里不能用变量。'}"
    if any(each in _BRACES.sub("", text) for each in "{}｛｝"):
        yield "花括号没有成对，请核对变量的写法，如 {链接}。"


def _named(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in _BRACES.findall(text)))
