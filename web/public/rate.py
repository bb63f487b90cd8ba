"""One tap rates: the grade is stored before any question is asked, and Back never sends it twice."""

from collections.abc import Mapping
from io import BytesIO

import segno
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from core import flow
from core.citizen import actions as citizen
from core.errors import AlreadyRated, Conflict, DimensionNotAllowed, Refused
from core.intake.model import Rated, Source, Submission
from core.people import Person
from core.questionnaires.decide import LONGEST_TEXT
from web.auth import PUBLIC, settings_of
from web.deps import Now
from web.errors import status_of
from web.forms import Posted, posted, whole_number
from web.page import LOOKS, Page, page
from web.public import sheet as sheets
from web.public.sheet import GRADES, LINK_CHANNELS, Sheet
from web.visit import HttpRequest, HttpResponse

WEB = Source("web")
# A page that answers a form is kept by the rater's own browser, or Back would offer to send the form again.
KEPT = {"Cache-Control": "private, no-cache"}
QR_SECONDS = 300


@get("/r/{token:str}", opt={"perm": PUBLIC})
async def show(token: FromPath[str], now: Now, c: FromQuery[str] = "") -> HttpResponse:
    sheet = await sheets.by_token(token)
    if not sheet.is_open(now):
        return _over(sheet)
    return page("public/rate.html", sheet=sheet, channel=_channel(c), missing=False)


@post("/r/{token:str}", opt={"perm": PUBLIC}, status_code=303)
async def tap(request: HttpRequest, token: FromPath[str], now: Now) -> HttpResponse:
    """The grade of the one tap is kept as a draft, which after half an hour is a rating if it needs no more."""
    form = await posted(request)
    sheet = await sheets.by_token(token)
    if not sheet.is_open(now):
        return _over(sheet)
    grade, channel = form.number("grade"), _channel(form.text("c"))
    if grade not in GRADES:
        return page("public/rate.html", status=422, sheet=sheet, channel=channel, missing=True)
    await citizen.keep_draft(sheet.tenant, token, {sheet.first.code: grade}, now=now, channel=channel)
    return Redirect(f"/r/{token}/reasons?c={channel}", status_code=303)


@get("/r/{token:str}/reasons", opt={"perm": PUBLIC})
async def reasons(token: FromPath[str], now: Now, c: FromQuery[str] = "") -> HttpResponse:
    sheet = await sheets.by_token(token)
    if not sheet.is_open(now):
        return _over(sheet)
    if sheet.first.code not in sheet.drafted:
        return Redirect(f"/r/{token}", status_code=303)
    return _ask(sheet, _drafted(sheet, c), {})


@post("/r/{token:str}/reasons", opt={"perm": PUBLIC}, status_code=303)
async def send(request: HttpRequest, token: FromPath[str], now: Now) -> HttpResponse:
    form = await posted(request)
    sheet = await sheets.by_token(token)
    if form.text("size") in LOOKS["size"]:
        return _resized(sheet, form)
    try:
        rated = await flow.rate(sheet.tenant, submission(sheet, form), source=WEB, now=now)
    except (AlreadyRated, Conflict):
        return _over(await sheets.by_token(token))
    except Refused as refusal:
        if not sheet.is_open(now):
            return _over(sheet)
        answer = _ask(sheet, form, {_place(refusal, sheet): refusal.detail}, status_of(refusal))
        answer.headers.update(KEPT)
        return answer
    return _rated(sheet, form, rated)


def _rated(sheet: Sheet, form: Posted, rated: Rated) -> HttpResponse:
    """The rating is in. Where the questions beside it are still open, they come once more, and may be left."""
    if rated.unkept:
        return asked_again(sheet, form, rated.unkept, rated.receipt)
    if sheet.must_answer and not answers_of(sheet, form):
        return Redirect(f"/r/{sheet.token}/questions", status_code=303)
    return Redirect(f"/k/{rated.receipt}?t={sheet.token}", status_code=303)


@get("/r/{token:str}/qr.svg", opt={"perm": PUBLIC})
async def case_qr(request: HttpRequest, token: FromPath[str]) -> Response[bytes]:
    sheet = await sheets.by_token(token)
    return qr(f"{settings_of(request).public_url}/r/{sheet.token}?c=qr")


def qr(address: str) -> Response[bytes]:
    """Error correction M, four quiet modules: what a phone reads off a printed slip."""
    drawn = BytesIO()
    segno.make(address, error="m").save(
        drawn, kind="svg", border=4, scale=6, xmldecl=False, svgclass=None, lineclass=None
    )
    return Response(drawn.getvalue(), media_type="image/svg+xml")


def submission(sheet: Sheet, form: Posted, channel: str = "") -> Submission:
    """What the page sent, in the words of the intake; what is not a grade or a tag is refused at its field."""
    return Submission(
        token=sheet.token, grades=_grades(form, "grade."), items=_grades(form, "item."), tags=_tags(form),
        text=form.text("text", LONGEST_TEXT), channel=channel or _channel(form.text("c")), rater=_rater(form),
        anonymous=form.text("anonymous") == "yes" and sheet.may_be_anonymous, key=sheet.token,
        answers=answers_of(sheet, form) or None,
    )  # fmt: skip


def _grades(form: Posted, prefix: str) -> Mapping[str, int]:
    chosen = {code: value for code, value in form.starting(prefix).items() if value}
    for code, value in chosen.items():
        if value not in {str(grade) for grade in GRADES}:
            raise DimensionNotAllowed("请从五个等级中选择一个。", field=f"{prefix}{code}")
    return {code: int(value) for code, value in chosen.items()}


def _tags(form: Posted) -> tuple[int, ...]:
    return tuple(tag for each in form.all("tags") if (tag := whole_number(each, 9999)) is not None)


def _rater(form: Posted) -> Person | None:
    """One field takes a phone or a document number: eleven digits that begin with 1 are a phone."""
    name, proof = form.text("name"), form.text("proof")
    if not (name or proof):
        return None
    is_phone = len(proof) == len("13800000000") and proof.isdigit() and proof.startswith("1")
    return Person(name, phone=proof) if is_phone else Person(name, id_number=proof)


def answers_of(sheet: Sheet, form: Posted) -> Mapping[str, object]:
    """What was said of the questions, as it came: nothing here can stand in the way of the rating."""
    given = {each.code: [said for said in form.all(f"q.{each.code}") if said.strip()] for each in sheet.questions}
    several = {each.code for each in sheet.questions if each.kind == "multiple"}
    return {code: said if code in several else said[0] for code, said in given.items() if said}


def asked_again(sheet: Sheet, form: Posted, unkept: Mapping[str, str], receipt: str) -> Page:
    """The rating is in; what was not well answered may be answered again, or not."""
    errors = {f"q.{code}": said for code, said in unkept.items()}
    answer = page("public/questions.html", status=422, sheet=sheet, form=form, errors=errors, receipt=receipt,
                  longest=LONGEST_TEXT)  # fmt: skip
    answer.headers.update(KEPT)
    return answer


def _channel(code: str) -> str:
    return code if code in LINK_CHANNELS else "web"


def _drafted(sheet: Sheet, channel: str) -> Posted:
    grades = {f"grade.{code}": [str(grade)] for code, grade in sheet.drafted.items()}
    return Posted({**grades, "c": [_channel(channel)]})


def _ask(sheet: Sheet, form: Posted, errors: Mapping[str, str], status: int = 200) -> Page:
    """The second page with all that was already written on it."""
    grades = {code: int(value) for code, value in form.starting("grade.").items() if value in "12345" and value}
    chosen = [*grades.values()] or list(GRADES)
    return page(
        "public/reasons.html", status=status, sheet=sheet, form=form, errors=errors, channel=_channel(form.text("c")),
        grade=grades.get(sheet.first.code), grades=grades, tags=sheet.tags(chosen), ticked=frozenset(form.all("tags")),
        must_say_why=sheet.needs_reason(grades.values()), longest=LONGEST_TEXT,
    )  # fmt: skip


def _resized(sheet: Sheet, form: Posted) -> Page:
    """A larger letter in the middle of writing: the same page, with everything kept."""
    answer = _ask(sheet, form, {})
    answer.look["size"] = form.text("size")
    answer.headers.update(KEPT)
    return answer


def _place(refusal: Refused, sheet: Sheet) -> str:
    """The field on this page that a refusal is about."""
    field = refusal.field or "tags"
    if field == "rater":
        return "name"
    return (
        field.replace("grades.", "grade.").replace("items.", "item.")
        if field != "grades"
        else f"grade.{sheet.first.code}"
    )


def _over(sheet: Sheet) -> HttpResponse:
    """A chance that is no longer open says why; the holder of a rated one is led to what became of it."""
    if sheet.opened.state == "rated" and sheet.opened.receipt:
        return Redirect(f"/k/{sheet.opened.receipt}?t={sheet.token}", status_code=303)
    return page("public/over.html", status=409, sheet=sheet)
