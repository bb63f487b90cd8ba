"""Each call of the contract with its scope, shapes, codes and an example; the published OpenAPI says exactly this."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from core.intake import wire
from web.api import shapes
from web.errors import STATUS

JSON, NDJSON = "application/json", "application/x-ndjson"
ALWAYS = ("unauthorized", "not-entitled", "too-many", "unavailable")
READING = ("invalid", "unknown-code", "too-long", "not-found")
WRITING = ("malformed", "invalid", "unknown-code", "too-long", "too-large")
RATING = (
    "no-service", "identity-required", "not-the-applicant", "taken-by-the-other", "window-closed", "already-rated",
    "dimension-not-allowed", "dimension-missing", "tag-not-allowed", "reason-required", "token-required", "not-found",
    "conflict",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """``one_or_many``: the body is one or a list of it, and so is the answer."""

    scope: str
    says: str
    explains: str = ""
    body: type | None = None
    query: type | None = None
    answer: type | None = None
    statuses: tuple[int, ...] = (HTTPStatus.OK,)
    codes: tuple[str, ...] = READING
    media: str = JSON
    one_or_many: bool = False
    has_key: bool = False
    example: Any = None
    answer_example: Any = None
    refused_entry: type | None = None
    is_public: bool = False

    @property
    def opt(self) -> dict[str, Any]:
        """What the guard and the published document read of a handler."""
        if self.is_public:
            return {"perm": "public", "call": self}
        return {"perm": f"key:{self.scope}" if self.scope else "key", "call": self}

    @property
    def problems(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for code in dict.fromkeys(self.codes if self.is_public else (*ALWAYS, *self.codes)):
            found.setdefault(STATUS.get(code, 422), []).append(code)
        return dict(sorted(found.items()))


_ZHANG = {"name": "张三", "id_type": "111", "id_number": "11010119900307747X", "phone": "13800138000"}
_TOKEN = "7-0Zq3xJ8cQv2mWn5tRk1LbA"  # noqa: S105 - an example, opens nothing
_ID = "01998a3e-5c00-7f2a-9d41-0c6b2f5e8a11"
_EVENT = {
    "case": "A20260302-0001", "number": 1, "event": "closed", "at": "2026-03-02T10:00:00+08:00", "item": "invoice",
    "staff": "li", "mode": "window", "kind": "promised", "applicant": _ZHANG,
}  # fmt: skip
_INVITATION = {
    "token": _TOKEN, "url": f"https://hcp.example.gov.cn/r/{_TOKEN}", "dimensions": ["overall"], "required": [],
    "opens": "2026-03-02T10:00:00+08:00", "closes": "2026-03-10T00:00:00+08:00",
}  # fmt: skip
_RATED = {"id": _ID, "receipt": "7K2M9QWX4TBC", "ticket": None}
_TICKET = {
    "id": _ID, "number": "20260302000001", "case": "A20260302-0001", "ticket": 1, "item": "invoice", "state": "open",
    "handler": "tax-east", "co_handlers": [], "dimensions": ["overall"], "grade": 1, "tags": [109], "text": "",
    "opened_at": "2026-03-03T09:12:00+08:00", "due": {"close": "2026-03-17T00:00:00+08:00"},
    "clause": {"close": "第二十八条"}, "overdue": [], "provisional": False, "clocks": [], "acts": [],
}  # fmt: skip

_ORDER = {
    "number": "RX-2026-0001", "state": "sent", "ticket": "2603-00001", "ticket_state": "open", "handler": "tax-east",
    "theirs": "12345-20260302-0017", "opened_at": "2026-03-02T10:00:00+08:00", "ended_at": None, "pushed": 2,
    "acknowledged": 2, "failed": 0, "status": "已转办", "said_at": "2026-03-02T10:30:00+08:00", "disagrees": "",
}  # fmt: skip

REPORT = Call(
    "events:write", "报送服务事件（一条，或最多 1000 条的列表）",
    "同一（case, number）再次报送相同内容，回答 200 和同样的结果；内容不同，回答 409 conflict。"
    "列表中每条单独成立或被拒绝：回答是同样长的列表，被拒绝的一条是 {status, code, detail, field}；"
    "全部被拒绝时按第一条的状态回答，各条在 events 中。"
    "at 最多早于现在 7 天、晚于现在 5 分钟；更早的需要 admin 权限。",
    body=wire.EventIn, answer=shapes.EventOut, statuses=(201, 200), codes=(*WRITING, "not-found", "conflict"),
    one_or_many=True, refused_entry=shapes.RefusedOut, example=_EVENT,
    answer_example={"case": _EVENT["case"], "number": 1, "invitation": _INVITATION},
)  # fmt: skip
BULK_EVENTS = Call(
    "events:write", "批量报送服务事件（NDJSON，不限行数）",
    "每行一条服务事件。被拒绝的行各回答一行 {line, code, detail}，最后一行是 {accepted, repeated, refused}。"
    "每 500 行提交一次；没有收到最后一行时，请全部重发，已保存的计入 repeated。",
    body=wire.EventIn, answer=shapes.Totals, media=NDJSON, codes=(), refused_entry=shapes.RefusedLine,
    example=_EVENT, answer_example={"accepted": 1, "repeated": 0, "refused": 0},
)  # fmt: skip
RATE = Call(
    "ratings:write", "提交评价",
    "凭 token 的评价来源为 citizen（或 agent）；凭 case 和 number 的，纸质渠道为 paper，"
    "有 admin 权限的为 imported，否则拒绝。"
    "相同的 Idempotency-Key 和内容得到相同的回答；内容不同，回答 409 conflict。rated_at 需要 admin 权限。",
    body=wire.RatingIn, answer=shapes.RatingOut, statuses=(201,), codes=(*WRITING, *RATING), has_key=True,
    example={"token": _TOKEN, "grades": {"overall": 1}, "tags": [109], "text": "多要了两份材料", "channel": "web",
             "rater": _ZHANG},
    answer_example=_RATED | {"ticket": _ID},
)  # fmt: skip
BULK_RATINGS = Call(
    "ratings:write", "批量提交评价（NDJSON，不限行数）",
    "每行一次评价，可带 key；没有 key 的以（case, number）或 token 为键。回答与批量服务事件相同。",
    body=wire.RatingLine, answer=shapes.Totals, media=NDJSON, codes=(), refused_entry=shapes.RefusedLine,
    example={"token": _TOKEN, "grades": {"overall": 5}, "key": "hall-3-000017"},
    answer_example={"accepted": 1, "repeated": 0, "refused": 0},
)  # fmt: skip
APPEND = Call(
    "ratings:write", "追加评价", "token 是第一次评价所用的 token；第一次评价不会改变。",
    body=wire.AppendIn, answer=shapes.RatingOut, statuses=(201,), has_key=True,
    codes=(*WRITING, *RATING, "append-closed", "append-used", "append-overall-only", "not-offered"),
    example={"token": _TOKEN, "grades": {"overall": 4}, "text": "后来补办好了"}, answer_example=_RATED,
)  # fmt: skip
QUESTIONNAIRE = Call(
    "ratings:write", "这次评价附带的问卷",
    "问卷按办理方式、事项和条线确定；version 相同，问题就相同。没有问卷时 questions 为空。",
    query=shapes.QuestionnaireQuery, answer=shapes.QuestionnaireOut, answer_example={
        "version": "0f3a9c21d7be", "voluntary": True, "questions": [{
            "code": "steps", "label": "办事程序是否便利", "kind": "scale-5", "required": False,
            "choices": {"1": "1", "2": "2", "3": "3", "4": "4", "5": "5"}, "low": "很不方便", "high": "很方便",
        }],
    },
)  # fmt: skip
ANSWERS = Call(
    "ratings:write", "评价之后回答问卷",
    "问卷也可以随评价一起回答（answers）。必答的没有答全时，可以再提交一次；答全之后不能再改。",
    body=shapes.AnswersIn, answer=shapes.AnswersOut,
    codes=(*WRITING, "not-found", "no-service", "not-offered", "window-closed", "conflict"),
    example={"token": _TOKEN, "answers": {"steps": 4}}, answer_example={"unkept": {}},
)  # fmt: skip
COMMENT = Call(
    "ratings:write", "综合点评（不计分）", body=shapes.CommentIn, answer=shapes.CommentOut, statuses=(201,),
    codes=(*WRITING, "not-found"), example={"token": _TOKEN, "text": "大厅指引清楚", "channel": "mailbox"},
    answer_example={"id": _ID},
)  # fmt: skip
SCORES = Call(
    "scores:read", "得分",
    "不给 code 时列出该类全部对象；不给 dimension 时按现行规定的公式，没有公式的，每项评价内容各为一行。"
    "现行规定没有分值时 mean 为空，分布和样本数照常给出；"
    "active_n、active_mean 只计主动评价；before_n、before_mean 是核实和复核认定之前的数字，没有变化时为空。"
    "from、to 是评价日期，含首尾两天。",
    query=shapes.ScoreQuery, answer=shapes.ScoresOut,
    answer_example={"rows": [{
        "subject": "institution", "code": "tax-east", "name": "东区税务局", "dimensions": ["overall"], "mean": 9.62,
        "n": 130, "distribution": {"5": 121, "4": 6, "1": 3}, "active_n": 41, "active_mean": 9.02, "formula": "ratings",
        "before_n": 131, "before_mean": 9.41,
    }]},
)  # fmt: skip
TICKETS = Call(
    "tickets:read", "工单列表", "按产生时间从新到旧；把 next 作为 cursor 取下一页。", query=shapes.TicketQuery,
    answer=shapes.TicketsOut, answer_example={"rows": [_TICKET], "next": None},
)  # fmt: skip
TICKET = Call("tickets:read", "一张工单", answer=shapes.TicketOut, answer_example=_TICKET)
ACT = Call(
    "tickets:write", "办理工单",
    "action 是 audit、dispatch、contact、notify、return、transfer、withdraw、hold、resume、verdict、extend、explain、"
    "rectify、feedback、appeal、decide、callback、inspect、statement、join、part、urge、supervise、censure、"
    "refer 之一；by 缺省为有权办理的人。",
    body=shapes.ActIn, answer=shapes.TicketOut, answer_example=_TICKET,
    codes=(*WRITING, "not-found", "not-entitled", "wrong-state", "not-offered", "too-late", "too-long",
           "reason-missing", "evidence-missing", "evidence-type", "conflict"),
    example={"is": "valid", "by": "institution:tax-east"},
)  # fmt: skip
FEEDBACK_GRADE = Call(
    "ratings:write", "评价人对办理结果的评价", body=shapes.FeedbackGradeIn, answer=shapes.TicketOut,
    codes=(*WRITING, "not-found", "wrong-state", "not-offered", "not-the-applicant"),
    example={"token": _TOKEN, "grade": 3}, answer_example=_TICKET | {"state": "closed"},
)  # fmt: skip
ORDERS = Call(
    "tickets:read", "对接工单列表", "按产生的先后，供对账；disagrees 说明两边哪里不一致，一致时为空。",
    query=shapes.OrderQuery, answer=shapes.OrdersOut, answer_example={"rows": [_ORDER], "next": None},
)  # fmt: skip
ORDER_EVENT = Call(
    "tickets:write", "对方系统回传工单的状态和结果",
    "number 是对接工单的编号。status 的各种取值和含义由规则插件规定；承办单位办的事在 by 里写机构编码，"
    "转报评价人的评价还须有 ratings:write 权限。at 不能早于上一条已收下的事件。"
    "同一 id、同样内容再次上报，回答 200 和同样的结果；内容不同，回答 409 conflict。",
    body=shapes.OrderEventIn, answer=shapes.OrderOut, statuses=(201, 200),
    codes=(*WRITING, "not-found", "not-entitled", "wrong-state", "not-offered", "too-late", "reason-missing",
           "conflict"),
    example={"id": "E-20260302-17", "status": "dispatched", "at": "2026-03-02T10:30:00+08:00", "to": "tax-east"},
    answer_example=_ORDER,
)  # fmt: skip
POLICY = Call(
    "", "现行规定", "每一项的值、条款、层级和起始日期；没有规定的值为空。on 取某一天的规定。", query=shapes.PolicyQuery,
    answer=shapes.PolicyOut,
    answer_example={"on": "2026-03-02", "revision": "5f0c9b7e21aa", "rows": [{
        "key": "bad_needs", "label": "差评要求", "value": "tag-or-text", "clause": "第八条", "document": "示例",
        "layer": "national", "since": "2020-01-01",
    }], "open_questions": []},
)  # fmt: skip
WHY = Call(
    "tickets:read", "一个期限的由来", "从哪个事件起算、逐日计入与否及原因、依据的条款、规则版本和日历版本。",
    answer=shapes.WhyOut,
    answer_example={
        "ticket": _ID, "clock": "close", "since": "dispatched", "start": "2026-03-02T10:00:00+08:00", "span": "10wd",
        "due": "2026-03-17T00:00:00+08:00", "state": "running",
        "days": [{"date": "2026-03-03", "counted": True, "why": "工作日"}], "clause": "第二十八条", "document": "示例",
        "rule": "5f0c9b7e21aa", "calendar": "2026.1", "provisional": False,
    },
)  # fmt: skip
LIVE = Call(
    "", "进程活着", answer=shapes.LiveOut, codes=(), is_public=True, answer_example={"status": "live"},
)  # fmt: skip
READY = Call(
    "", "能够工作", "数据库、结构版本、久等的任务、磁盘；查不清的一律算没有准备好，回答 503。", answer=shapes.ReadyOut,
    statuses=(200, 503), codes=(), is_public=True,
    answer_example={"status": "ready", "checks": [{"name": "database", "ok": True, "detail": "正常"}]},
)  # fmt: skip
