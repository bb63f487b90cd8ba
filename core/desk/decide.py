"""A wording speaks of the matter and never of the person: what may stand between its braces is a short list."""

import re
from collections.abc import Mapping

# Each with what it gives, as the page that lists them says it.
PLACEHOLDERS: Mapping[str, str] = {
    "工单编号": "例如 2611-00482",
    "事项": "被评价的服务事项",
    "承办单位": "现在办理这张工单的单位",
    "评价日期": "评价那天，只有日期",
    "期限": "最先到期的期限",
    "依据": "这项期限的条款",
    "核实结果": "已登记的核实结果",
    "今天": "今天的日期",
}
# A ticket that never was, to try a wording on.
EXAMPLE: Mapping[str, str] = {
    "工单编号": "2611-00482", "事项": "发票领用", "承办单位": "东区税务局", "评价日期": "3月2日",
    "期限": "3月17日 0:00", "依据": "第二十八条", "核实结果": "差评属实", "今天": "3月9日",
}  # fmt: skip
# Into which acts a wording may be put.
VERBS = ("contact", "verdict", "explain", "feedback", "transfer")
# What is not known yet is left to be written by hand.
BLANK = "＿＿＿＿"
_BRACES = re.compile(r"[{｛]([^{}｛｝]*)[}｝]")


def unknown(body: str) -> tuple[str, ...]:
    """What stands between braces and means nothing here, in its order and once."""
    return tuple(dict.fromkeys(name.strip() for name in _BRACES.findall(body) if name.strip() not in PLACEHOLDERS))


def filled(body: str, values: Mapping[str, str]) -> str:
    return _BRACES.sub(lambda found: values.get(found[1].strip()) or BLANK, body)
