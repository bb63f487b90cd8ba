"""Anybody may file what an extra takes from the public, follow it by its receipt, and read what is public of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from core import clock, db, ids, stack, tenants, tokens
from core.clock import SHANGHAI
from core.errors import NotFound, NotOffered, Refused, UnknownCode
from core.places import actions as places
from core.policy import keys
from core.policy.extras import Extra, Kind
from core.records import actions, decide, listing, offered, reach, words
from core.records.model import FieldsWrong, Followed, OtherwiseFiled, PluginGone
from core.tenants import Tenant
from web import asking, saying
from web.admin.chips import asked
from web.admin.handed import BODY_LIMIT
from web.asking import NO_CHOICES
from web.auth import PUBLIC, limits_of, settings_of
from web.choices import choices
from web.deps import InTenant, Now
from web.errors import status_of
from web.forms import Posted, posted, whole_number
from web.page import Page, page
from web.public.rate import qr
from web.visit import HttpRequest, HttpResponse

FORM = "/t/{slug:str}/x/{extra:str}/{kind:str}"
# So many from one address in ten minutes; a hall's own network shares one.
TRIES, PERIOD = 60, 600
ROWS, MOST_PAGES = 20, 500
# Of a code, without the number of its tenant in front.
LETTERS = 12
NOTHING = Posted({})
# As whom somebody reads what a filer had hidden, where no institution says it.
SEEN_BY: Mapping[str, str] = {
    "bureau": "政务服务管理部门", "hotline": "12345 热线", "member": "受邀人员", "staff": "窗口人员",
}  # fmt: skip
# The moment, what was done, the state it came to, and what was said of it.
Step = tuple[datetime, str, str, tuple[saying.Line, ...]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The form as it stands: ``once`` makes two presses of the button one record."""

    extra: Extra
    kind: Kind
    once: str
    sent: Posted
    channel: str = ""
    errors: Mapping[str, str] = field(default_factory=dict[str, str])


@get(FORM, opt={"perm": PUBLIC})
async def show(
    request: HttpRequest, tenant: InTenant, extra: FromPath[str], kind: FromPath[str], now: Now, c: FromQuery[str] = ""
) -> Page:
    found, what = known_kind(extra, kind)
    if not offered.is_offered(tenant, found, now.astimezone(SHANGHAI).date()):
        return _over(tenant, found, what, now)
    sent = asking.asked(what.form, request.query_params)
    return await _page(tenant, Sheet(found, what, str(ids.new()), sent, "qr" if c == "qr" else "web"))


@post(FORM, opt={"perm": PUBLIC}, status_code=303, request_max_body_size=BODY_LIMIT)
async def file(
    request: HttpRequest, tenant: InTenant, extra: FromPath[str], kind: FromPath[str], now: Now
) -> HttpResponse:
    found, what = known_kind(extra, kind)
    form, own = await posted(request), asking.outside(what.form)
    channel = "qr" if form.kept("c") == "qr" else "web"
    if form.kept("size"):
        answer = await _page(tenant, Sheet(found, what, form.kept("once"), form, channel))
        answer.look["size"] = form.kept("size")
        return answer
    try:
        await limits_of(request).take("file", f"{tenant.id}:{_address(request)}", most=TRIES, seconds=PERIOD)
        async with db.as_tenant(tenant.id) as unit:
            known = await choices(unit, own, form)
        filed = await actions.file(
            tenant, found.code, what.code, asking.given_outside(what.form, form, known), who="citizen", by=None,
            channel=channel, now=now, once=form.text("once"), files=asking.handed(own, form),
        )  # fmt: skip
    except NotOffered:
        return _over(tenant, found, what, now)
    except Refused as refusal:
        once = str(ids.new()) if isinstance(refusal, OtherwiseFiled) else form.kept("once")[:40]
        sheet = Sheet(found, what, once, form, channel, told(refusal, own.codes))
        return await _page(tenant, sheet, status_of(refusal))
    return Redirect(f"/x/{filed.receipt}?new=1", status_code=303)


def _over(tenant: Tenant, extra: Extra, kind: Kind, now: datetime) -> Page:
    """What is not taken here any more, and what else is."""
    others = [
        (each, one) for each in offered.offered(tenant, now.astimezone(SHANGHAI).date())
        for one in each.kinds if "citizen" in one.files and one.code != kind.code
    ]  # fmt: skip
    return page("public/extras/over.html", status=410, tenant=tenant, extra=extra, kind=kind, others=others)


@get(f"{FORM}/code.svg", opt={"perm": PUBLIC})
async def code(request: HttpRequest, tenant: InTenant, extra: FromPath[str], kind: FromPath[str]) -> Response[bytes]:
    found, what = known_kind(extra, kind)
    return qr(f"{settings_of(request).public_url}/t/{tenant.slug}/x/{found.code}/{what.code}?c=qr")


@get(f"{FORM}/list", opt={"perm": PUBLIC})
async def listed(
    request: HttpRequest, tenant: InTenant, extra: FromPath[str], kind: FromPath[str], now: Now,
    page_: FromQuery[str] = "1",
) -> Page:  # fmt: skip
    """What may be known of everybody's, and nothing by which anybody could be known."""
    found, what = _known(extra, kind)
    if not what.public:
        raise NotFound("这类记录不对外公开。")
    place, q, today = whole_number(page_, MOST_PAGES) or 1, asked(request, "q"), now.astimezone(SHANGHAI).date()
    least = stack.policy(tenant, today)[keys.public_min] or 0
    async with db.as_tenant(tenant.id) as unit:
        rows, total = await listing.public(
            unit, tenant, found.code, what.code, start=(place - 1) * ROWS, size=ROWS, text=q, least=least
        )
        records = [each.record for each in rows]
        names = await words.names_of(unit, [(what, each.fields) for each in records], records)
    return page(
        "public/extras/list.html", tenant=tenant, extra=found, kind=what, total=total, place=place, q=q, least=least,
        rows=[(each, saying.lines(what, each.record, names)) for each in rows], more=place * ROWS < total,
        months={each.id: f"{at.year}年{at.month}月" for each in records if (at := each.filed_at.astimezone(SHANGHAI))},
        is_on="citizen" in what.files and offered.is_offered(tenant, found, today),
    )  # fmt: skip


@get("/x/{token:str}", opt={"perm": PUBLIC})
async def follow(token: FromPath[str], now: Now, act: FromQuery[str] = "", new: FromQuery[str] = "") -> Page:
    tenant, receipt = await _read(token)
    return await _followed(tenant, receipt, act, NOTHING, {}, now, is_new=bool(new))


@post("/x/{token:str}/{act:str}", opt={"perm": PUBLIC}, status_code=303, request_max_body_size=BODY_LIMIT)
async def do(request: HttpRequest, token: FromPath[str], act: FromPath[str], now: Now) -> HttpResponse:
    """What whoever filed it may do themselves: add to it, say whether they are content, take it back."""
    tenant, receipt = await _read(token)
    form = await posted(request)
    followed = await actions.follow(tenant, receipt, now)
    found = followed.kind.act(act)
    if found is None:
        raise NotFound
    own = decide.asking(found, followed.record)
    try:
        async with db.as_tenant(tenant.id) as unit:
            known = await choices(unit, own.form, form)
        await actions.act(
            tenant, followed.record.id, act, asking.given(own.form, form, known, outside=True),
            who=reach.holder(receipt), by=None,
            now=now, version=form.number("version"), files=asking.handed(own.form, form),
        )  # fmt: skip
    except Refused as refusal:
        errors = told(refusal, own.form.codes)
        return await _followed(tenant, receipt, act, form, errors, now, status=status_of(refusal))
    return Redirect(f"/x/{receipt}", status_code=303)


async def filed_under(code: str) -> str:
    """Where a record is followed whose receipt this is; "" where there is none."""
    try:
        tenant, receipt = await _read(code)
    except NotFound:
        return ""
    try:
        return f"/x/{(await actions.follow(tenant, receipt, clock.now())).record.receipt}"
    except PluginGone:
        # What has become of it is said there.
        return f"/x/{receipt}"
    except NotFound:
        return ""


def known_kind(extra: str, kind: str) -> tuple[Extra, Kind]:
    """One that the public files."""
    found, what = _known(extra, kind)
    if "citizen" not in what.files:
        raise NotFound("这里没有可以填写的内容，请核对二维码或网址。")
    return found, what


def _known(extra: str, kind: str) -> tuple[Extra, Kind]:
    try:
        return offered.kind_of(extra, kind)
    except UnknownCode as unknown:
        raise NotFound("这里没有可以填写的内容，请核对二维码或网址。") from unknown


def told(refusal: Refused, codes: tuple[str, ...]) -> dict[str, str]:
    """Each fault at its field, what belongs to none above the form."""
    at = refusal.at if isinstance(refusal, FieldsWrong) else {refusal.field or "": refusal.detail}
    loose = [says for code, says in at.items() if code not in codes]
    return {code: says for code, says in at.items() if code in codes} | ({"": "；".join(loose)} if loose else {})


def _address(request: HttpRequest) -> str:
    return request.client.host if request.client else ""


async def _read(token: str) -> tuple[Tenant, str]:
    """The code as it was given out, however it was typed or read over the telephone."""
    letters = "".join(token.split()).replace("-", "")
    given = f"{letters[:-LETTERS]}-{letters[-LETTERS:]}"
    try:
        return await tenants.by_id(tokens.tenant_of_receipt(given)), tokens.plain_receipt(given)
    except NotFound:
        raise NotFound("没有找到这个回执码，请核对后再输入。") from None


async def _page(tenant: Tenant, sheet: Sheet, status: int = 200) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        known = await choices(unit, sheet.kind.form) if sheet.kind.form.fields else NO_CHOICES
    controls = asking.controls(asking.outside(sheet.kind.form), sheet.sent, sheet.errors, known, outside=True)
    return page(
        "public/extras/form.html", status=status, tenant=tenant, sheet=sheet, controls=controls,
        takes_files=any(each.shape == "files" for each in controls),
    )  # fmt: skip


async def _followed(
    tenant: Tenant, receipt: str, act: str, sent: Posted, errors: Mapping[str, str], now: datetime, *,
    is_new: bool = False, status: int = 200,
) -> Page:  # fmt: skip
    found = await actions.follow(tenant, receipt, now)
    own = next((each for each in found.acts if each.code == act), None)
    async with db.as_tenant(tenant.id) as unit:
        told_ = [(found.kind, found.record.fields), *((found.kind, each.given) for each in found.deeds)]
        names = await words.names_of(unit, told_, [found.record])
        known = await choices(unit, own.form) if own else NO_CHOICES
        steps = sorted([*_steps(found, names), *await _looks(unit, found)], key=itemgetter(0))
    return page(
        "public/extras/receipt.html", status=status, tenant=tenant, found=found, act=own, errors=errors, is_new=is_new,
        lines=saying.lines(found.kind, found.record, names, found.kind.form.codes), steps=steps,
        controls=asking.controls(own.form, sent, errors, known, outside=True) if own else (),
    )  # fmt: skip


async def _looks(unit: db.Unit, found: Followed) -> list[Step]:
    """Who read what they had hidden: which office, never which clerk."""
    fields = found.kind.fields()
    signed = [each.by.partition(":") for each in found.looks]
    bodies = await places.institution_names(unit, [code for kind, _, code in signed if kind == "institution"])
    said: list[Step] = []
    for each, (kind, _, code) in zip(found.looks, signed, strict=True):
        label = fields[each.field].label if each.field in fields else each.field
        who = bodies.get(code) if kind == "institution" else SEEN_BY.get(kind)
        who = who or "工作人员"
        said.append((each.at, f"{who}查看了您填写的“{label}”，用途：{each.reason}", "", ()))
    return said


def _steps(found: Followed, names: words.Names) -> list[Step]:
    """What was done in words: the moment, what, the state it came to, and what was said of it to who filed it."""
    steps: list[Step] = []
    for deed in found.deeds:
        state = found.kind.state(deed.after)
        moved = state.label if state is not None and deed.before != deed.after else ""
        said = {} if deed.act == "filed" else deed.given
        steps.append((deed.at, deed.label, moved, saying.given(found.kind, said, names)))
    return steps
