"""The public pages that exist."""

from web.public import sign_in

ROUTES = [sign_in.show, sign_in.sign_in, sign_in.sign_out]
