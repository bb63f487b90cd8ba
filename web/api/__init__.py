"""Business systems, devices, the hotline and the province speak to Haochaping through these calls and no others."""

from web.api.routes import ROUTES

route_handlers = ROUTES
