"""What a message says stands here once, for each kind of message."""

from collections.abc import Mapping
from typing import Any

TEXTS: Mapping[str, str] = {
    "sms.reminder": "【{place}好差评】您办理的事项（办件号 {case}）已可评价，请点击：{url}",
    "sms.feedback": "【{place}好差评】您对办件 {case} 的差评已有答复，请查看：{url}",
    "sms.extension": "【{place}好差评】您对办件 {case} 的差评延期办理，理由和新的期限请查看：{url}",
    "sms.link": "【{place}好差评】请评价您刚刚办理的服务：{url}",
}


def text_of(kind: str, payload: Mapping[str, Any], place: str, address: str) -> str:
    """The sentence for this kind; a payload that brings its own ``text`` is taken at its word."""
    if "text" in payload:
        return payload["text"]
    words = {**payload, "place": place, "url": f"{address}{payload.get('path', '')}"}
    return TEXTS[kind].format_map(words)
