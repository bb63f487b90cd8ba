"""What core answers becomes what the contract promises, with every time at +08:00."""

import msgspec

from core.clock import SHANGHAI
from core.intake.model import InvitationView, Rated, Received
from web.api.shapes import EventOut, InvitationOut, RatingOut


def event_out(case: str, received: Received, public_url: str) -> EventOut:
    view = received.invitation
    return EventOut(case, received.number, invitation_out(view, public_url) if view is not None else None)


def invitation_out(view: InvitationView, public_url: str) -> InvitationOut:
    return InvitationOut(
        token=view.token,
        url=f"{public_url}{view.url_path}",
        dimensions=view.dimensions,
        required=view.required,
        opens=view.opens.astimezone(SHANGHAI),
        closes=view.closes.astimezone(SHANGHAI) if view.closes is not None else None,
    )


def rating_out(rated: Rated) -> RatingOut:
    return RatingOut(rated.id, rated.receipt, rated.ticket, dict(rated.unkept))


def encoded(value: object) -> bytes:
    """One JSON text of it; a line of NDJSON when a newline follows."""
    return msgspec.json.encode(value)
