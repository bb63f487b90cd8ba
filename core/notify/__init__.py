"""Members are told where they sit of what concerns them, and elsewhere only by choice and in waking hours."""

from core.notify.actions import tell, unread

__all__ = ["tell", "unread"]
