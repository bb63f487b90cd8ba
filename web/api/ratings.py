"""A rating comes in once, whatever the network does, and its receipt says so."""

from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.params import FromPath

from core import db, flow
from core.intake import actions as intake
from core.intake.told import append_of, read, submission_of
from core.intake.wire import AppendIn, RatingIn
from core.records import remarks
from web.api.answers import InSource, Sent, answered, id_of, key_of_call
from web.api.calls import APPEND, COMMENT, RATE
from web.api.convert import rating_out
from web.api.shapes import CommentIn, CommentOut
from web.deps import InTenant, Now

RATING = msgspec.json.Decoder(RatingIn)
ADDITION = msgspec.json.Decoder(AppendIn)
REMARK = msgspec.json.Decoder(CommentIn)

AnyRequest = Request[Any, Any, Any]


@post("/ratings", opt=RATE.opt)
async def rate(request: AnyRequest, sent: Sent, tenant: InTenant, source: InSource, now: Now) -> Response[Any]:
    submission = submission_of(read(RATING, sent), key_of_call(request))
    return answered(rating_out(await flow.rate(tenant, submission, source=source, now=now)), 201)


@post("/ratings/{rating:str}/append", opt=APPEND.opt)
async def append(
    request: AnyRequest, rating: FromPath[str], sent: Sent, tenant: InTenant, source: InSource, now: Now
) -> Response[Any]:
    """追评。"""
    submission = append_of(read(ADDITION, sent), key_of_call(request))
    rated = await flow.append(tenant, submission, rating=id_of(rating), source=source, now=now)
    return answered(rating_out(rated), 201)


@post("/comments", opt=COMMENT.opt)
async def comment(sent: Sent, tenant: InTenant, source: InSource, now: Now) -> Response[Any]:
    """综合点评；the token proves that there was a service to speak of."""
    told = read(REMARK, sent)
    async with db.as_tenant(tenant.id) as unit:
        await intake.by_token(unit, told.token)
    return answered(CommentOut(await remarks.take(tenant, told.text, told.channel, source=source, now=now)), 201)
