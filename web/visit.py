"""Who is here, and in whose house: settled once for each request, before any handler runs."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.connection import ASGIConnection

from core.errors import NotFound, Unauthorized
from core.people import ApiKey, Member, Session
from core.people.acting import Acting, Offer
from core.tenants import Tenant
from web.permissions import may

AnyConnection = ASGIConnection[Any, Any, Any, Any]
HttpRequest = Request[Any, Any, Any]
HttpResponse = Response[Any]


def bound_to(family: str, place: UUID) -> str:
    """What forms are bound to that are opened in another's place."""
    return f"{family}|{place}"


@dataclass(frozen=True, slots=True)
class Visit:
    """``session`` is the word that the browser holds, ``family`` binds forms to who sends them; a visitor has neither.

    ``entrance`` is where to ask to be let in; ``whole``: the member sees all of the tenant, not one place alone.
    ``member`` is whose eyes are used, ``real`` who sits there; ``ended`` is the place that they stood in until this
    very request.
    """

    tenant: Tenant | None = None
    member: Member | None = None
    key: ApiKey | None = None
    session: str = ""
    family: str = ""
    sitting: Session | None = None
    entrance: str = ""
    whole: bool = True
    real: Member | None = None
    acting: Acting | None = None
    ended: Acting | None = None
    offers: tuple[Offer, ...] = ()

    @property
    def bound(self) -> str:
        """What forms are bound to: one written in another's place is no good in one's own."""
        return bound_to(self.family, self.acting.place.id) if self.acting else self.family

    def may(self, permission: str) -> bool:
        return self.member is not None and may(self.member.role, permission, whole=self.whole)


def visit(connection: AnyConnection) -> Visit:
    return connection.state.get("visit") or Visit()


def tenant_of(connection: AnyConnection) -> Tenant:
    tenant = visit(connection).tenant
    if tenant is None:
        raise NotFound
    return tenant


def member_of(connection: AnyConnection) -> Member:
    member = visit(connection).member
    if member is None:
        raise Unauthorized
    return member


def sitting_of(connection: AnyConnection) -> Session:
    sitting = visit(connection).sitting
    if sitting is None:
        raise Unauthorized
    return sitting


def key_of(connection: AnyConnection) -> ApiKey:
    key = visit(connection).key
    if key is None:
        raise Unauthorized
    return key
