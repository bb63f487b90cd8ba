"""Who looks at the service from outside works for no office that is rated, and comes in by an account of their own."""

from typing import Final

from core.api import Fault, Place, Scene

# Shorter names of offices are too common to be looked for inside the name of an employer.
LEAST_NAME: Final = 4


def rated_employer(employer: object, scene: Scene) -> Place | None:
    """The rated institution that somebody works for, by what they say of their employer."""
    works_at = "".join(str(employer or "").split())
    return next((each for each in scene.institutions.values() if works_at and _is_of(each.name, works_at)), None)


def _is_of(name: str, employer: str) -> bool:
    return name == employer or (len(name) >= LEAST_NAME and name in employer)


def insider(field: str, name: str, what: str, scene: Scene) -> tuple[Fault, ...]:
    """An account that serves an office cannot judge it."""
    if scene.members.get(name) == "partner":
        return ()
    return (Fault(field, f"这个账号属于本单位或承办单位的工作人员，不能担任{what}；请选“受邀人员”账号。"),)
