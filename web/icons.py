"""Pictures are our own lines, 1.6 wide: no letter of a font stands for one, and a missing name is an error."""

from collections.abc import Mapping
from functools import lru_cache

from markupsafe import Markup

# How their lines look is said once, in app.css.
_HIDDEN = 'aria-hidden="true" focusable="false"'
PATHS: Mapping[str, str] = {
    "grid": '<path d="M3 3h6v6H3zM11 3h6v6h-6zM3 11h6v6H3zM11 11h6v6h-6z"/>',
    "inbox": '<path d="M3 11l2-7h10l2 7v5H3zM3 11h4l1 2h4l1-2h4"/>',
    "scale": '<path d="M10 3v14M6 17h8M4 6h12M4 6l-2 5h4zM16 6l-2 5h4z"/>',
    "phone": '<path d="M5 3h3l1 4-2 1a8 8 0 005 5l1-2 4 1v3a2 2 0 01-2 2A13 13 0 013 5a2 2 0 012-2z"/>',
    "chart": '<path d="M3 17h14M5 14V9M9 14V4M13 14v-7M17 14v-3"/>',
    "megaphone": '<path d="M3 8v4h3l7 4V4L6 8zM16 8a3 3 0 010 4"/>',
    "sliders": '<path d="M4 5h12M4 10h12M4 15h12"/><circle cx="8" cy="5" r="1.8"/><circle cx="13" cy="10" r="1.8"/>'
    '<circle cx="7" cy="15" r="1.8"/>',
    "branch": '<circle cx="6" cy="4" r="1.8"/><circle cx="6" cy="16" r="1.8"/><circle cx="14" cy="7" r="1.8"/>'
    '<path d="M6 6v8M14 9c0 3-8 2-8 5"/>',
    "device": '<rect x="4" y="3" width="12" height="10" rx="1.5"/><path d="M8 17h4M10 13v4"/>',
    "users": '<circle cx="8" cy="7" r="3"/><path d="M2.5 17a5.5 5.5 0 0111 0M13 4.5a3 3 0 010 5M15 12a5 5 0 012.5 5"/>',
    "search": '<circle cx="9" cy="9" r="5.5"/><path d="M13 13l4 4"/>',
    "x": '<path d="M5 5l10 10M15 5L5 15"/>',
    "clock": '<circle cx="10" cy="10" r="7"/><path d="M10 6v4l3 2"/>',
    "down": '<path d="M5 8l5 5 5-5"/>',
    "next": '<path d="M8 5l5 5-5 5"/>',
    "prev": '<path d="M12 5l-5 5 5 5"/>',
    "bell": '<path d="M5 14h10l-1.5-2V9a3.5 3.5 0 00-7 0v3zM8.5 16.5h3"/>',
    "up": '<path d="M10 3v11M5 8l5-5 5 5M4 17h12"/>',
    "download": '<path d="M10 3v10M5 9l5 5 5-5M4 17h12"/>',
    "asc": '<path d="M10 16V4M5 9l5-5 5 5"/>',
    "desc": '<path d="M10 4v12M5 11l5 5 5-5"/>',
    "plus": '<path d="M10 4v12M4 10h12"/>',
    "pause": '<path d="M7 5v10M13 5v10"/>',
    "check": '<path d="M4 10.5l4 4 8-9"/>',
    "alert": '<path d="M10 3l8 14H2zM10 8v4M10 14.5v.2"/>',
    "book": '<path d="M4 4h5a2 2 0 012 2v11a2 2 0 00-2-2H4zM16 4h-3a2 2 0 00-2 2"/>'
    '<path d="M16 4v11h-3a2 2 0 00-2 2"/>',
    "flag": '<path d="M5 17V3M5 4h9l-2 3 2 3H5"/>',
    "list": '<path d="M8 5h9M8 10h9M8 15h9M3.5 5h.2M3.5 10h.2M3.5 15h.2"/>',
    "calendar": '<rect x="3" y="4" width="14" height="13" rx="1.5"/><path d="M3 8h14M7 2v4M13 2v4M7 12h6"/>',
    "flow": '<rect x="2" y="7" width="5" height="6" rx="1"/><rect x="13" y="7" width="5" height="6" rx="1"/>'
    '<path d="M7 10h6M11 8l2 2-2 2"/>',
    "lock": '<rect x="4" y="9" width="12" height="8" rx="1.5"/><path d="M7 9V6.5a3 3 0 016 0V9"/>',
    "shield": '<path d="M10 2.5l6.5 2.5v5c0 4-3 6.5-6.5 7.5C6.5 16.5 3.5 14 3.5 10V5zM7 10l2 2 4-4"/>',
    "mail": '<rect x="3" y="5" width="14" height="10" rx="1.5"/><path d="M3 6l7 5 7-5"/>',
    "moon": '<path d="M16 11.5A6.5 6.5 0 118.5 4a5 5 0 007.5 7.5z"/>',
    "help": '<circle cx="10" cy="10" r="7"/><path d="M8 8.2a2 2 0 113 1.7c-.7.4-1 .8-1 1.6M10 13.8v.2"/>',
    "sun": '<circle cx="10" cy="10" r="3.4"/>'
    '<path d="M10 2.5v2M10 15.5v2M2.5 10h2M15.5 10h2M4.7 4.7l1.4 1.4M13.9 13.9l1.4 1.4'
    'M4.7 15.3l1.4-1.4M13.9 6.1l1.4-1.4"/>',
    "arrow-up": '<path d="M10 16V4M5 9l5-5 5 5"/>',
    "arrow-down": '<path d="M10 4v12M5 11l5 5 5-5"/>',
    "eye": '<path d="M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5z"/><circle cx="10" cy="10" r="2.2"/>',
    "print": '<path d="M6 8V3h8v5M6 14H3V8h14v6h-3M6 12h8v5H6z"/>',
    "pin": '<path d="M10 17s5-5 5-9a5 5 0 00-10 0c0 4 5 9 5 9z"/><circle cx="10" cy="8" r="1.8"/>',
    "copy": '<rect x="7" y="7" width="10" height="10" rx="1.5"/>'
    '<path d="M13 7V4.5A1.5 1.5 0 0011.5 3h-7A1.5 1.5 0 003 4.5v7A1.5 1.5 0 004.5 13H7"/>',
    "out": '<path d="M8 4H4v12h4M12 6l4 4-4 4M16 10H8"/>',
}
_FULL = 'fill="currentColor" stroke="none"'
_EYES = f'<circle cx="9.2" cy="10.4" r=".9" {_FULL}/><circle cx="14.8" cy="10.4" r=".9" {_FULL}/>'
_MOUTHS: Mapping[int, str] = {
    5: '<path d="M8 9.2c.5-1 1.9-1 2.4 0M13.6 9.2c.5-1 1.9-1 2.4 0"/>'
    '<path d="M7 12.5c1.5 3 8.5 3 10 0z" fill="currentColor" fill-opacity=".25"/>',
    4: f'{_EYES}<path d="M8 14c2 2 6 2 8 0"/>',
    3: f'{_EYES}<path d="M8 15h8"/>',
    2: f'{_EYES}<path d="M8 16c2-2 6-2 8 0"/>',
    1: f'{_EYES}<path d="M8 16.4c2-2.8 6-2.8 8 0M8 8l2 1M16 8l-2 1"/>',
}


@lru_cache
def icon(name: str, css: str = "i") -> Markup:
    return _picture(f'class="{css}" viewBox="0 0 20 20"', PATHS[name])


@lru_cache
def face(grade: int) -> Markup:
    """Five faces of one size; the words beside them carry the meaning."""
    return _picture('class="face" viewBox="0 0 24 24"', f'<circle cx="12" cy="12" r="9.2"/>{_MOUTHS[grade]}')


def _picture(head: str, inside: str) -> Markup:
    return Markup(f"<svg {head} {_HIDDEN}>{inside}</svg>")  # noqa: S704 - our own lines only
