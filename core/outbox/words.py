"""What a message says stands here once, for each kind of message."""

from collections.abc import Mapping
from typing import Any

FOOT = "本邮件由系统自动发送，请勿回复。接收方式可以在工作台的“提醒设置”中更改。\n"
TEXTS: Mapping[str, str] = {
    "sms.reminder": "【{place}好差评】您办理的事项（办件号 {case}）已可评价，请点击：{url}",
    "sms.feedback": "【{place}好差评】您对办件 {case} 的差评已有答复，请查看：{url}",
    "sms.extension": "【{place}好差评】您对办件 {case} 的差评延期办理，理由和新的期限请查看：{url}",
    "sms.link": "【{place}好差评】请评价您刚刚办理的服务：{url}",
    "sms.notice": "【{place}好差评】{title}。{why}请登录查看：{url}",
    "mail.notice": "{title}。\n{why}\n请登录好差评工作台查看：\n{url}\n\n" + FOOT,
    "mail.digest": "您有 {count} 条提醒还没有看：\n\n{lines}\n\n请登录好差评工作台查看：\n{url}\n\n" + FOOT,
}
SUBJECTS: Mapping[str, str] = {
    "mail.notice": "【{place}好差评】{title}",
    "mail.digest": "【{place}好差评】每日提醒：{count} 条未读",
}


def text_of(kind: str, payload: Mapping[str, Any], place: str, address: str) -> str:
    """The sentence for this kind; a payload that brings its own ``text`` is taken at its word."""
    if "text" in payload:
        return payload["text"]
    words = {**payload, "place": place, "url": f"{address}{payload.get('path', '')}"}
    return TEXTS[kind].format_map(words)


def subject_of(kind: str, payload: Mapping[str, Any], place: str) -> str:
    return SUBJECTS[kind].format_map({**payload, "place": place})
