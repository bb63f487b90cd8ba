"""The table of routes is the list of pages: a new one is walked by being registered."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from litestar.routes import HTTPRoute

from core import settings as environment
from web.app import create_app
from web.auth import DEVICE, KEY, MEMBER, PUBLIC
from web.permissions import may

NOBODYS = UUID(int=7)
# Pages that look different by what their address asks: each state is a page of its own.
STATES: Mapping[str, tuple[str, ...]] = {
    "/t/{slug}/admin/rules/{proposal}/what-if/{run}/invitations": ("?was=rated",),
    "/t/{slug}/admin/tickets": ("?tab=all&id={late}", "?tab=all&id={number}&act=contact", "?tab=all&q=nothing"),
    "/t/{slug}/admin/tickets/{number}": ("?act=contact", "?act=extend", "?act=verdict", "?act=decide", "?act=notify"),
    "/t/{slug}/admin/tasks": ("?tab=all", "?do={task}"),
    "/t/{slug}/admin/scores": ("?subject=staff",),
    "/t/{slug}/admin/today/rows": ("?what=over", "?what=open", "?what=tasks", "?what=missed"),
    "/t/{slug}/admin/checks/{check}": ("?again=1",),
    "/t/{slug}/admin/ratings": ("?days=all",),
    "/t/{slug}/admin/audit": ("?who=handler", "?q=notify&since=2026-03-01", "?group=ticket"),
    "/t/{slug}/admin/appraisal.csv": ("?subject=staff",),
    "/t/{slug}/admin/calendar": ("?year=2027",),
    "/t/{slug}/admin/extras/records/{record}": ("?act=agree", "?act=strike"),
    "/x/{token}": ("?act=cancel", "?new=1"),
    "/t/{slug}/admin/channels": ("?kind=item", "?kind=channel", "?q=nothing"),
}
# The way to a provider that this world has not: tests/web/test_openid.py goes it with a real one.
# And colours and a mark that this place has not: tests/web/test_admin_brand.py.
ELSEWHERE = frozenset({"/t/{slug}/openid", "/t/{slug}/openid/back", "/t/{slug}/brand/{name}"})
# What only a province and its cities have together: tests/web/test_browser_province.py walks it.
PROVINCIAL = frozenset({
    "/t/{slug}/admin/province/atlas/{name}", "/t/{slug}/admin/province/atlas/{name}/rule.toml",
    "/t/{slug}/admin/province/rounds/{round_}", "/t/{slug}/admin/province/baseline/{version}",
    "/t/{slug}/admin/reporting/{round_}", "/t/{slug}/admin/reporting/editions/{edition}",
    "/t/{slug}/admin/baseline/{version}",
})  # fmt: skip
# Where one parameter's name means different things, each of them.
VALUES: Mapping[str, tuple[Mapping[str, str], ...]] = {
    "/t/{slug}/admin/examples/runs/{run}": ({"run": "{example_run}"},),
    "/t/{slug}/admin/rules/{proposal}/answers/{question}": ({"question": "Q18"},),
    "/t/{slug}/admin/rules/{proposal}/keys/{name}": ({"name": "clocks"}, {"name": "alerts"}, {"name": "scores"}),
    "/t/{slug}/admin/rules/{proposal}/what-if/{run}/tables/{section}": (
        {"section": "ticket"}, {"section": "staff"}, {"section": "handler"},
    ),
    "/t/{slug}/admin/extras/{extra}": ({"extra": "open_day"},),
    **{f"/t/{{slug}}/admin/exchanges/{{extra}}{each}": ({"extra": "hotline_exchange"},)
       for each in ("", "/partner", "/test", "/resend")},
    "/t/{slug}/admin/extras/{extra}/{page_}": tuple(
        {"extra": "open_day", "page_": each} for each in ("visits", "board", "days", "sums")
    ),
    **{f"/t/{{slug}}/admin/extras/{{extra}}/{{kind}}/{each}": ({"extra": "open_day", "kind": "open_visit"},)
       for each in ("new", "code", "code.svg", "sheet")},
    **{f"/t/{{slug}}/x/{{extra}}/{{kind}}{each}": ({"extra": "open_day", "kind": "open_visit"},)
       for each in ("", "/code.svg", "/list")},
    "/x/{token}": ({"token": "{filed}"},),
    "/t/{slug}/invited/{token}": ({"token": "{invited}"},),
    "/t/{slug}/admin/extras/records/{record}/acts/{act}": ({"act": "agree"},),
    "/t/{slug}/admin/extras/records/{record}/grave/{act}": ({"act": "strike"},),
    "/t/{slug}/admin/extras/records/{record}/private/{field_}": ({"field_": "phone"},),
    "/t/{slug}/admin/extras/records/{record}/papers/{paper}": ({"paper": "ticket"},),
    "/t/{slug}/admin/extras/records/{record}/files/{file}": ({"file": "{photo}"},),
    "/t/{slug}/admin/scores/{subject}/{code}": ({"code": "tax-east"},),
    "/t/{slug}/admin/tickets/{number}/letter": ({"number": "{answered}"},),
    "/t/{slug}/admin/notices/templates/{kind}": (
        {"kind": "sms.reminder"}, {"kind": "mail.notice"}, {"kind": "title.decision"},
    ),
    "/t/{slug}/kiosk/{window}/enter": ({"window": "k1"},),
    "/t/{slug}/i/{code}": ({"code": "invoice"},), "/t/{slug}/i/{code}/qr.svg": ({"code": "invoice"},),
    "/t/{slug}/e/{code}": ({"code": "qr"},), "/t/{slug}/e/{code}/qr.svg": ({"code": "qr"},),
    "/t/{slug}/admin/history/{kind}/{code}": (
        {"kind": "ticket", "code": "{number}"}, {"kind": "appeal", "code": "{number}"},
        {"kind": "alert", "code": "{alert}"}, {"kind": "extra", "code": "{record}"},
        {"kind": "task", "code": "{task}"}, {"kind": "rule", "code": "clocks"},
        {"kind": "question", "code": "Q18"}, {"kind": "institution", "code": "tax-east"},
        {"kind": "member", "code": "clerk"}, {"kind": "message", "code": "{message}"},
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Route:
    template: str
    permission: str

    @property
    def is_office(self) -> bool:
        return "/admin" in self.template

    def paths(self, known: Mapping[str, str]) -> list[str]:
        return [path for more in VALUES.get(self.template, ({},)) for path in self._filled(known, more)]

    def _filled(self, known: Mapping[str, str], more: Mapping[str, str]) -> list[str]:
        given = {**known, **{name: value.format(**known) for name, value in more.items()}}
        plain = self.template.replace(":uuid", "").replace(":str", "").replace(":path", "")
        # What the world does not know is nobody's: the walk then says that nobody could open this route.
        given |= dict.fromkeys(set(re.findall(r"\{(\w+)\}", plain)) - set(given), str(NOBODYS))
        return [(plain + state).format(**given) for state in ("", *STATES.get(self.template, ()))]

    def opens_to(self, role: str) -> bool:
        return self.permission in (PUBLIC, MEMBER) or may(role, self.permission)


def _routes() -> Iterator[Route]:
    for route in create_app(environment.read({"HAOCHAPING_SECRET": "s" * 40})).routes:
        assert isinstance(route, HTTPRoute), route
        for method, (handler, _) in route.route_handler_map.items():
            permission = handler.opt.get("perm", "")
            if method == "GET" and permission.partition(":")[0] not in (KEY, DEVICE):
                yield Route(route.path_format, permission)


ROUTES = tuple(sorted(_routes(), key=lambda each: each.template))
OFFICE = tuple(each for each in ROUTES if each.is_office)
CITIZEN = tuple(each for each in ROUTES if not each.is_office and not each.template.startswith(("/static", "/api")))
