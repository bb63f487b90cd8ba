"""Each word of the language has a Chinese one, for those who write examples as sentences."""

from collections.abc import Mapping
from typing import Any, Final, cast

from core.policy import keys, vocab
from core.scenarios import extra_words, shapes
from core.scenarios.grammar import sights
from core.scenarios.language import REFUSALS
from core.tickets.machine import RULES

Words = Mapping[str, str]

DO: Final[Words] = {
    **vocab.EVENTS,
    "rate": "评价",
    "append": "追加评价",
    "calendar": "放假安排公布",
    "comment": "综合点评",
    **{verb: rule.label for verb, rule in RULES.items()},
    "appeal": "申请复核",
    "decide": "作出复核决定",
    "rate-feedback": "评价人评价反馈",
}
SEE: Final[Words] = {
    "invitation": "评价机会",
    "rating": "评价",
    "no-rating": "没有评价",
    "no-ticket": "没有工单",
    "no-alert": "没有预警",
    "no-notice": "没有通知",
    "ticket": "工单",
    "score": "得分",
    "metric": "指标",
    "alert": "预警",
    "notice": "通知",
    "task": "任务",
    "appeal": "复核申请",
    "policy": "规则的值",
    "figure": "特色功能的指标",
    "table": "特色功能的统计表",
}
KEYS: Final[Words] = {
    "at": "时间", "case": "办件", "item": "事项", "staff": "工作人员", "mode": "方式", "kind": "种类",
    "certificate": "出具纸质结果", "applicant": "申请人", "batch": "批量件数", "theme": "主题所含事项",
    "package": "套餐所含事项", "agent": "代办人", "on": "哪个环节的", "by": "由谁", "anonymous": "匿名",
    "channel": "渠道", "grades": "等级", "tags": "标签编码", "text": "文字", "items": "各事项的等级", "nth": "第几次",
    "ticket": "第几张工单", "accept": "审核通过", "to": "给", "note": "说明", "way": "联系方式", "reached": "联系上了",
    "reason": "理由", "is": "认定为", "complexity": "难度", "until": "到", "clock": "哪个期限", "grade": "等级",
    "evidence": "证据", "upheld": "申诉成立", "finding": "认定为", "year": "年份", "off": "放假的日子",
    "work": "上班的日子", "state": "状态", "dimensions": "可评内容", "closes": "截止于", "origin": "来源",
    "effective": "生效等级", "counted": "计入得分", "of": "对象", "handler": "承办单位", "co_handlers": "协办单位",
    "due": "到期", "clause": "条款", "overdue": "已超期的", "provisional": "待放假安排公布后重算", "mean": "平均分",
    "n": "评价数", "distribution": "各等级数", "dimension": "评价内容", "from": "从", "name": "指标", "value": "值",
    "over": "分母", "about": "内容", "hides": "隐去", "done": "已完成", "key": "规则项", "layer": "来自哪一层",
    "refused": "应被拒绝", "says": "说明的规则", "covers": "规则编号", "answers": "开放问题的回答",
    "override": "仅本例的规则", "region": "地区", "institution": "机构", "day": "日历上的日子", "since": "自",
    "code": "编码", "line": "条线", "parent": "上级", "in_centre": "在政务服务中心", "date": "日期",
    "policy": "规则插件", "step": "步骤", "extra": "特色功能", "page": "哪一页", "title": "哪张表", "row": "哪一行",
    "column": "哪一列", "event": "环节", "within": "多长时间内", "required": "必评", "times": "次数",
}  # fmt: skip
# The fixed world's codes, as a reader would call them.
PLACES: Final[Words] = {
    "city": "市本级", "east": "东区", "west": "西区", "east-town": "东镇", "tax": "税务", "civil": "民政",
    "tax-city": "市税务局", "tax-east": "东区税务局", "civil-east": "东区民政局", "tax-west": "西区税务局",
    "it": "信息中心", "hotline": "12345 热线", "bureau": "政务服务管理局", "wang": "王（市税务局）",
    "li": "李（东区税务局）", "zhao": "赵（东区税务局）", "chen": "陈（东区民政局）", "sun": "孙（西区税务局）",
    "register": "登记（市税务局）", "invoice": "发票（东区税务局）", "marriage": "婚姻登记（东区民政局）",
    "refund": "退税（西区税务局）",
}  # fmt: skip
KINDS: Final[Words] = {
    "staff": "工作人员", "institution": "机构", "line": "条线", "region": "地区", "item": "事项", "channel": "渠道",
    "platform": "平台", "filer": "提出人", "member": "账号", "rater": "评价人", "window": "窗口", "tag": "标签",
    "bureau": "政务服务管理部门", "hotline": "12345 热线",
}  # fmt: skip
# What these say is a word of its own list wherever they stand.
_BY_NAME: Final[Mapping[str, Words]] = {"event": vocab.EVENTS, "refused": {
    code: said.rstrip("。") for code, said in REFUSALS.items()
}}  # fmt: skip
_ALL: Final[Words] = {"unset": "未设定", **PLACES, **vocab.MODES, **vocab.CLOCKS, **vocab.FINDINGS}


def verb(kind: str, word: str) -> str:
    return (DO if kind == "do" else SEE).get(word) or extra_words.label(kind, word) or word


def key(name: str) -> str:
    return KEYS.get(name, name)


def place(code: str) -> str:
    return PLACES.get(code, code)


def policy_keys() -> Words:
    return {name: f"{each.label}（{name}）" for name, each in keys.ALL.items()}


def refusal(code: str) -> str:
    return f"{REFUSALS.get(code, code).rstrip('。')}（{code}）"


def told(value: Any, sight: str = "") -> str:
    """What was expected or found, in the words of the sight that looked: ``{"state": "open"}`` → 状态 待核实."""
    if isinstance(value, Mapping):
        rows = cast("Mapping[str, Any]", value).items()
        return (
            "，".join(f"{_said(name)} {_told(each, _BY_NAME.get(name) or _words(sight, name))}" for name, each in rows)
            or "无"
        )
    return _told(value, _ALL)


def _told(value: Any, words: Words) -> str:
    if value is None:
        return "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        rows = cast("Mapping[str, Any]", value).items()
        return "，".join(f"{_said(name)} {_told(each, _BY_NAME.get(name, words))}" for name, each in rows) or "无"
    if isinstance(value, list | tuple):
        return "、".join(_told(each, words) for each in cast("list[Any]", value)) or "无"
    return _word(str(value), words)


def _words(sight: str, name: str) -> Words:
    """A ticket that is open is not what an invitation is that is open."""
    known = sights().get(sight.removeprefix("no-"))
    shape: Any = known.keys.get(name) if known else None
    inner = shape.shape if isinstance(shape, shapes.UnsetOr | shapes.Many) else shape
    own = inner.words if isinstance(inner, shapes.OneOf) else {}
    return {**_ALL, **own} if isinstance(own, Mapping) else _ALL


def _said(name: str) -> str:
    return KEYS.get(name) or vocab.CLOCKS.get(name) or name


def _word(text: str, words: Words) -> str:
    if len(text) > len("2026-03-02T10:00:00") and text.endswith("+08:00"):
        return text.removesuffix("+08:00").replace("T", " ").removesuffix(":00")
    return words.get(text, text)
