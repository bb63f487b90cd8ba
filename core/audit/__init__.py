"""Whatever changes is written down beside the change, in the same transaction, and can only be read afterwards."""

from core.audit.actions import Entry, newest, of, write
from core.audit.model import SYSTEM, Actor

__all__ = ["SYSTEM", "Actor", "Entry", "newest", "of", "write"]
