"""The folder with which a city as code begins: it installs and proves itself before its first rule is written."""

from datetime import date
from typing import Final

from core.packing.folder import Parcel, Place, files, prefix
from core.packing.rules import Paper

FIRST: Final = """
# 逐条照原文写。没有写的就不写：用 leaves 说明，或用 asks 提出问题，不要替文件作主。例如：
#
# REG["第六条"].rule("{prefix}-6", "办结后十日内评价").sets(keys.rating_window, days(10))
# REG["第九条"].rule("{prefix}-9", "五个工作日内答复").adds(
#     keys.clocks, Clock("reply", since="dispatched", within=workdays(5))
# )
# REG["第七条"].rule("{prefix}-7", "可以追加评价").leaves(keys.append, why="没有写次数和期限。")
#
# 每写一条，就在 scenarios/ 里写一个例子证明它，包括最后一分钟和过期一分钟。
"""
SCENARIO: Final = """says = "没有另作规定时照国家规定：差评生成工单"
policy = ["{name}"]

[[step]]
at = "2026-03-02 09:00"
do = "closed"
case = "A1"
item = "invoice"
staff = "li"
mode = "window"

[[step]]
at = "2026-03-02 09:05"
do = "rate"
case = "A1"
grades = {{ overall = 2 }}
tags = [213]

[[step]]
at = "2026-03-02 09:05"
see = "ticket"
case = "A1"
"""


def scaffold(place: Place, issued: date) -> dict[str, str]:
    """Every file of a new city by its path."""
    paper = Paper("", f"{place.title}政务服务“好差评”办法", "", issued)
    comments = FIRST.format(prefix=prefix(place)).strip()
    parcel = Parcel(place, (paper,), (), {"bad-rating.toml": SCENARIO.format(name=place.name)}, (comments,))
    return dict(files(parcel))
