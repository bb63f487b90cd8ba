"""What Tai'an's plan leaves open is asked here: the weights of an index whose formula was never published."""

from datetime import date
from typing import Final

from core.api import IndexFactor, Regulation, Suggestion, keys

REG: Final = Regulation(
    code="taian-2022",
    title="政务服务“好差评”提质增效推进实施方案",
    document="",
    issued=date(2022, 3, 31),
    note="推进方案，不是基础制度；基础制度为泰政办发〔2020〕5号。",
)
ACROSS: Final = "三（一）3"
DOWN: Final = "三（二）3"


def factors(departments: dict[str, float], districts: dict[str, float]) -> tuple[IndexFactor, ...]:
    return (
        *(IndexFactor("departments", metric, weight, ACROSS) for metric, weight in departments.items()),
        *(IndexFactor("districts", metric, weight, DOWN) for metric, weight in districts.items()),
    )


def equal(*metrics: str) -> dict[str, float]:
    return dict.fromkeys(metrics, 1 / len(metrics))


EQUAL: Final = factors(
    equal("collected", "good", "active", "rectified", "innovation"),
    equal("collected", "good", "active", "rectified", "pilot", "innovation"),
)
STRESSED: Final = factors(
    {"collected": 0.1, "good": 0.2, "active": 0.3, "rectified": 0.3, "innovation": 0.1},
    {"collected": 0.1, "good": 0.2, "active": 0.25, "rectified": 0.25, "pilot": 0.1, "innovation": 0.1},
)


def weighed(answer: str | tuple[IndexFactor, ...]) -> tuple[IndexFactor, ...]:
    return EQUAL if isinstance(answer, str) else answer


Q13: Final = REG[ACROSS].asks(
    "Q13",
    keys.index,
    "“统一的计分办法和计算公式”没有公布：部门五项、县市区六项因素的权重各是多少？",
    values=(
        Suggestion("equal", "没有公布权重，列举的各项同等对待。", "各项相等"),
        Suggestion(STRESSED, "方案二（三）（四）着力于主动评价率和差评整改，两项从重。", "主动评价与整改从重"),
    ),
    demo="equal",
    free=keys.index.shape,
)
