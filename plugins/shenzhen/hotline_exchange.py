"""The 12345 hotline's order system (第四条、第二十二条) takes every bad rating's ticket and returns what came of it."""

from typing import Final

from core.api import Act, Exchange, Extra, Field, Form, Kind, Page, State, Status, Tell, keys

SWITCH: Final = keys.switch(
    "hotline_exchange", "与 12345 工单系统对接",
    help="差评工单产生后推送到 12345 热线的工单系统，由它转办，并把状态和结果返回。",
    example="选“是”后，由运营人员填写对方的接口地址和密钥",
)  # fmt: skip

ORDER: Final = Kind(
    "hotline_order",
    "12345 对接工单",
    "随差评工单自动产生，推送给 12345；不含评价人的任何信息。",
    Form((
        Field("ticket", "差评工单"),
        Field("subject", "内容", required=False),
        Field("item", "事项", "item", required=False),
        Field("handler", "现在的承办单位", "institution", required=False),
        Field("reasons", "原因", required=False),
        Field("words", "评价文字（已隐去个人信息）", "text", required=False),
        Field("ticket_state", "差评工单的状态", required=False),
        Field("due", "最近的期限", "time", required=False),
        Field("theirs", "12345 的工单编号", required=False),
        Field("status", "12345 最近上报", required=False),
        Field("said_at", "上报的时间", "time", required=False),
        Field("result", "返回的办理情况", "text", required=False),
    )),
    (
        State("pushed", "已推送"),
        State("accepted", "12345 已受理"),
        State("sent", "已转办"),
        State("answered", "已返回结果"),
        State("done", "已办结", ended=True),
        State("cancelled", "已撤销", ended=True),
    ),
    acts=(
        Act("accept", "受理", ("exchange",), ("pushed",), "accepted"),
        Act("send", "转办", ("exchange",), ("pushed", "accepted", "answered"), "sent"),
        Act("back", "退回 12345", ("exchange",), ("sent",), "accepted"),
        Act("answer", "返回结果", ("exchange",), ("pushed", "accepted", "sent"), "answered"),
        Act("finish", "办结", ("exchange",), ("pushed", "accepted", "sent", "answered"), "done"),
        Act("reopen", "重新办理", ("exchange",), ("answered", "done"), "sent"),
        Act("cancel", "撤销", ("exchange",), ("pushed", "accepted", "sent", "answered"), "cancelled"),
    ),
    tells=(
        Tell("answer", ("bureau",), "12345 对接工单 {number} 已返回结果"),
    ),
    sees=("bureau", "handler"),
    title="subject",
    columns=("ticket", "handler", "status", "theirs"),
    clause="第二十二条",
    series="RX",
)  # fmt: skip

EXCHANGE: Final = Exchange(
    "12345 热线",
    "hotline",
    "hotline_order",
    pushes=(
        "opened", "dispatch", "transfer", "return", "withdraw", "extend", "verdict", "explain", "rectify", "feedback",
        "rate-feedback", "decide", "append", "urge", "supervise", "warning", "overdue", "recount", "closed",
        "reopened",
    ),
    statuses=(
        Status("accepted", "已受理", order="accept"),
        Status("dispatched", "已转办", "dispatch"),
        Status("transferred", "改派", "transfer"),
        Status("returned", "承办单位退回", "return", by="handler"),
        Status("urged", "催办", "urge"),
        Status("contacted", "已联系评价人", "contact", by="handler"),
        Status("extended", "延期", "extend", by="handler"),
        Status("verified", "核实结果", "verdict", by="handler"),
        Status("rectified", "整改情况", "rectify", by="handler"),
        Status("explained", "解释说明", "explain", by="handler"),
        Status("answered", "整改结果反馈", "feedback", by="handler"),
        Status("graded", "评价人对整改的评价", "rate-feedback", by="rater"),
        Status("called_back", "人工回访", "callback"),
    ),
    follows={
        "dispatch": "send", "return": "back", "feedback": "answer", "explain": "answer", "closed": "finish",
        "reopened": "reopen", "withdraw": "cancel",
    },
)  # fmt: skip

HOTLINE_EXCHANGE: Final = Extra(
    "hotline_exchange",
    "12345 工单对接",
    "差评工单推送到 12345 的工单系统，由它转办、督促，并返回状态和结果。",
    SWITCH,
    "第四条",
    kinds=(ORDER,),
    pages=(
        Page("orders", "对接工单", "list", "hotline_order", ("bureau", "handler")),
        Page("board", "办理进度", "board", "hotline_order", ("bureau", "handler")),
    ),
    exchange=EXCHANGE,
)  # fmt: skip
