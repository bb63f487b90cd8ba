"""Institution, line and region live on the grades of their window staff; a package's composite is shared by all."""

from collections.abc import Iterable

from core.api import Attribution, Facts, StaffFact


def attribute(facts: Facts) -> Attribution | None:
    if facts.dimension.of == "staff" and facts.staff is not None:
        return _derived(facts.staff)
    if facts.composite == "package" and facts.dimension.of == "institution":
        return _shared(facts)
    return None


def _derived(staff: StaffFact) -> Attribution:
    # 第四条：机构、业务条线、地区的结果都是其窗口工作人员所获直接评价的平均分。
    return Attribution(
        staff=staff.code,
        institutions=(staff.institution,),
        lines=(staff.line,) if staff.line else (),
        regions=(staff.region,),
    )


def _shared(facts: Facts) -> Attribution:
    # 第十条：综合分数列入套餐涉及各地区各部门的得分；没有说列入业务条线和工作人员。
    return Attribution(
        institutions=_once(item.institution for item in facts.items),
        regions=_once(item.region for item in facts.items),
    )


def _once(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))
