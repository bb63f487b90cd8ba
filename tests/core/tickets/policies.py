"""Six made-up regulations that between them take every branch of a ticket's life; no city speaks here."""

from collections.abc import Mapping
from typing import Any

Law = Mapping[str, Any]

DIMENSIONS = [
    {"code": "overall", "label": "总体评价", "of": "case"},
    {"code": "item", "label": "事项评价", "of": "item"},
    {"code": "staff", "label": "人员评价", "of": "staff"},
    {"code": "channel", "label": "渠道评价", "of": "channel"},
]
# What the national layer says, and every regulation here says more.
GROUND: Law = {
    "dimensions": DIMENSIONS,
    "occasions": [{"event": "closed", "dimensions": ["overall", "item", "staff", "channel"]}],
    "ticket_for": {"grades": [2, 1], "needs": "any"},
    "routing": [
        {"about": "staff", "to": "staff-institution"},
        {"about": "system", "to": "system-owner"},
        {"about": "item", "to": "item-institution"},
        {"about": "process", "to": "item-institution"},
        {"dimension": "staff", "to": "staff-institution"},
        {"dimension": "channel", "to": "system-owner"},
        {"to": "item-institution"},
    ],
    "dispatcher": "direct",
    "verified_by": "handler",
    "verdict_effects": {"mistaken": "exclude", "malicious": "exclude"},
}


def _clock(name: str, since: str, within: str, **more: str) -> dict[str, str]:
    return {"clock": name, "from": since, "within": within, **more}


_REVIEW = [_clock("appeal", "noticed", "3wd"), _clock("decide", "appealed", "7wd")]

# 系统直接派单，承办单位自行核实；没有复核，没有对反馈的评价。
DIRECT: Law = {
    **GROUND,
    "rest_day_moves": True,
    "rating_window": "15d",
    "append": {"max": 1, "within": "60d", "from": "rated", "dimensions": ["overall"]},
    "extension": {"before_due": True, "needs": ["reason", "until"], "longest": "20wd", "tell_rater": True},
    "verdict_effects": {"mistaken": "count-as:5", "malicious": "exclude"},
    "warn_before": ["1wd", "24h"],
    "clocks": [
        _clock("contact", "dispatched", "2wd", dimension="staff"), _clock("contact", "dispatched", "3wd"),
        _clock("verify", "opened", "3d"), _clock("rectify", "verified", "7d"), _clock("reply", "rated", "48h"),
        _clock("close", "dispatched", "10wd"),
    ],
}  # fmt: skip
# 主管部门先核实再派单，可退回；复核期间期限停止计算；反馈不满意重新整改。
SUPERVISED: Law = {
    **GROUND,
    "dispatcher": "bureau",
    "verified_by": "bureau",
    "returns": True,
    "feedback_scale": ["满意", "基本满意", "不满意"],
    "feedback_bad_reopens": True,
    "append": {"max": 1, "within": "30d", "from": "rated", "dimensions": ["overall"]},
    "extension": {"before_due": False, "needs": ["until"], "tell_rater": False},
    "verdict_effects": {
        "mistaken": "append", "malicious": "exclude", "objective": "count-as:3", "mistaken_without_append": "exclude",
    },
    "appellants": ["staff", "institution"],
    "appeal_to": "bureau",
    "appeal_needs": {"reason": True, "evidence": True},
    "appeal_pauses": ["contact", "notify", "rectify", "complex", "close", "verify"],
    "clocks": [
        _clock("dispatch", "opened", "1wd"), _clock("verify", "opened", "3wd"), _clock("contact", "dispatched", "24h"),
        _clock("notify", "dispatched", "2wd"), *_REVIEW, _clock("rectify", "dispatched", "7d", complexity="simple"),
        _clock("complex", "dispatched", "1m", complexity="complex"), _clock("close", "dispatched", "10wd"),
    ],
}  # fmt: skip
# 热线派单，按责任单位分单；解释说明即办结；平台也可申诉，复核机关看事项在不在中心；办结后回访。
HOTLINE: Law = {
    **GROUND,
    "dispatcher": "hotline",
    "returns": True,
    "ticket_per": "split",
    "feedback_scale": ["满意", "不满意"],
    "explained": {"closes": True},
    "append": {"max": 2, "within": "30d", "from": "answered", "dimensions": ["overall", "staff"]},
    "extension": {"before_due": True, "needs": ["until"], "longest": "5d"},
    "appellants": ["institution", "platform"],
    "appeal_to": "by-place",
    "appeal_needs": {"reason": False},
    "appeal_pauses": ["reply", "verify"],
    "callback": [{"share": 1.0}],
    "clocks": [
        _clock("dispatch", "opened", "4h"), _clock("contact", "dispatched", "2wd"),
        _clock("verify", "dispatched", "5wd"), _clock("reply", "dispatched", "48h"),
        _clock("rectify", "verified", "15d"), _clock("callback", "closed", "5wd"),
        _clock("decide", "appealed", "7wd"), _clock("notify", "contacted", "2d"),
    ],
}  # fmt: skip
# 先审核评价内容，逾期视为通过；本单位复核；承办单位只能自行认定两种结果；简单与复杂问题期限不同。
AUDITED: Law = {
    **GROUND,
    "audit": {"when": "always", "on_timeout": "accept", "refused": "hide-text"},
    "handler_finds": ["valid", "objective"],
    "explained": {"counts_as_rectified": False},
    "feedback_scale": ["很满意", "满意", "一般", "不满意", "很不满意"],
    "feedback_bad_reopens": True,
    "extension": {"before_due": True, "needs": ["reason"], "longest": "3m"},
    "verdict_effects": {"mistaken": "exclude", "malicious": "exclude", "objective": "exclude"},
    "appellants": ["staff", "institution"],
    "appeal_to": "own-institution",
    "appeal_pauses": ["audit", "reply", "rectify", "complex"],
    "clocks": [
        _clock("audit", "rated", "15d"), _clock("reply", "opened", "30h"), *_REVIEW,
        _clock("rectify", "dispatched", "1m", complexity="complex"), _clock("rectify", "dispatched", "15wd"),
        _clock("complex", "opened", "6m", complexity="complex"), _clock("notify", "dispatched", "3d"),
    ],
}  # fmt: skip
# 有内容才审核，逾期上报而不视为通过，不通过的不计入；不得延期；基本满意也立单；追评不限维度的差评再立单。
ESCALATED: Law = {
    **GROUND,
    "ticket_for": {"grades": [3, 2, 1], "needs": "content"},
    "audit": {"when": "content", "on_timeout": "escalate", "refused": "withdraw"},
    "dispatcher": "bureau",
    "routing": [
        {"dimension": "overall", "to": "bureau"},
        {"dimension": "staff", "to": "staff-institution"},
        {"to": "item-institution"},
    ],
    "extension": "none",
    "append": {"max": 1, "within": "60d", "from": "rated", "dimensions": ["overall"]},
    "verdict_effects": {"mistaken": "append", "malicious": "count-as:4", "objective": "exclude"},
    "objective_grades": [1],
    "appellants": ["staff"],
    "appeal_to": "by-place",
    "clocks": [
        _clock("audit", "rated", "2wd"), _clock("dispatch", "opened", "1wd"), _clock("verify", "dispatched", "3wd"),
        _clock("rectify", "verified", "15d"), _clock("appeal", "noticed", "5d"), _clock("decide", "appealed", "20d"),
    ],
}  # fmt: skip
# 系统直接派单，但先由主管部门核实；一切期限在复核期间停止；办结即交任务并回访。
REVIEWED: Law = {
    **GROUND,
    "verified_by": "bureau",
    "returns": True,
    "appellants": ["staff", "institution", "platform"],
    "appeal_to": "bureau",
    "appeal_pauses": ["contact", "notify", "verify", "rectify", "reply", "close"],
    "extension": {"before_due": True, "needs": [], "longest": "30wd"},
    "accountability": [
        {"verdict": "valid", "dimension": "staff", "tasks": ["correct", "self-criticism"]},
        {"verdict": "valid", "tasks": ["rectify"]},
    ],
    "callback": [{"share": 1.0}],
    "clocks": [
        _clock("verify", "opened", "3wd"), _clock("contact", "dispatched", "2wd"), _clock("notify", "dispatched", "6h"),
        _clock("rectify", "dispatched", "7wd"), _clock("reply", "dispatched", "72h"), _clock("close", "verified", "1m"),
        *_REVIEW, _clock("callback", "closed", "24h"),
    ],
}  # fmt: skip

LAWS: Mapping[str, Law] = {
    "direct": DIRECT, "supervised": SUPERVISED, "hotline": HOTLINE, "audited": AUDITED, "escalated": ESCALATED,
    "reviewed": REVIEWED,
}  # fmt: skip
