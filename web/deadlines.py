"""How much of a deadline is used up is a bar with its words."""

from datetime import datetime

from markupsafe import Markup

from core.tickets.model import Clock

PERCENT = 100


def share(clock: Clock, now: datetime) -> float:
    """From 0 to 1; a clock that stands still has used what had passed when it stopped."""
    since = clock.pauses[-1].get("since") if clock.state == "paused" and clock.pauses else None
    at = datetime.fromisoformat(str(since)) if since else now
    whole = (clock.due_at - clock.started_at).total_seconds()
    passed = (at - clock.started_at).total_seconds()
    return min(max(passed / whole, 0.0), 1.0) if whole > 0 else 1.0


def bar(clock: Clock, css: str, now: datetime) -> Markup:
    """Lines of our own: it needs no style attribute, and it prints."""
    used = share(clock, now) * PERCENT
    said = f"已用 {round(used)}%"
    return Markup(
        '<svg class="used {0}" viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label="{1}">'
        '<title>{1}</title><rect class="all" width="100" height="4"/><rect class="gone" width="{2}" height="4"/></svg>'
    ).format(css, said, round(used, 1))
