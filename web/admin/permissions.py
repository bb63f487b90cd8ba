"""Which role may do what, read from the table that the guard itself reads."""

from collections.abc import Mapping
from itertools import groupby

from litestar import get

from web.page import Page, page
from web.permissions import APART, ROLE_NAMES, SCOPES, TABLE

DOES: Mapping[str, str] = {"read": "查看", "write": "办理", "grave": "重大操作，须再次验证身份"}
SHOWN = tuple(role for role in ROLE_NAMES if role)


@get("/t/{slug:str}/admin/permissions", opt={"perm": "permissions.read"})
async def index() -> Page:
    groups = [(title, list(rows)) for title, rows in groupby(TABLE, key=lambda each: each.group)]
    names = [ROLE_NAMES[role] for role in APART]
    return page("admin/permissions.html", groups=groups, shown=SHOWN, does=DOES, scopes=SCOPES, apart="、".join(names))
