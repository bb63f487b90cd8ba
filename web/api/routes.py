"""The machine interface is this list: the calls of version 1, their description, and the two questions about health."""

from litestar import Router
from litestar.handlers import HTTPRouteHandler

from web.api.answers import DEPENDENCIES
from web.api.bulk import rate_all, report_all
from web.api.events import report
from web.api.figures import policy_of, scores, why
from web.api.health import live, ready
from web.api.openapi import PREFIX, publish
from web.api.orders import listing as orders
from web.api.orders import report as report_order
from web.api.questionnaires import answers, questionnaire
from web.api.ratings import append, comment, rate
from web.api.tickets import act, listing, rate_feedback, show

CALLS: list[HTTPRouteHandler] = [
    report, report_all, rate, rate_all, append, questionnaire, answers, comment, scores, listing,
    show, act, rate_feedback, orders, report_order, policy_of, why,
]  # fmt: skip
ROUTES: list[Router | HTTPRouteHandler] = [
    Router(PREFIX, route_handlers=[*CALLS, publish([*CALLS, live, ready])], dependencies=DEPENDENCIES),
    live,
    ready,
]
