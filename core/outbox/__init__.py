"""What must leave the system is a row beside the fact it tells of; what must be done later is a row as well."""

from core.outbox.actions import Sent, listing, post, resend

__all__ = ["Sent", "listing", "post", "resend"]
