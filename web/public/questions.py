"""Questions after the rating: it is in already, so that leaving costs nothing and answering may be taken seriously."""

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core.errors import Conflict, WindowClosed
from core.questionnaires import actions as questionnaires
from core.questionnaires.decide import LONGEST_TEXT
from web.auth import PUBLIC
from web.deps import Now
from web.forms import Posted, posted
from web.page import LOOKS, Page, page
from web.public import sheet as sheets
from web.public.rate import KEPT, answers_of, asked_again
from web.public.sheet import Sheet
from web.visit import HttpRequest, HttpResponse

AT = "/r/{token:str}/questions"


@get(AT, opt={"perm": PUBLIC})
async def ask(token: FromPath[str]) -> HttpResponse:
    sheet = await sheets.by_token(token)
    if not sheet.questions or not sheet.opened.receipt:
        return _back(sheet)
    return _asked(sheet, Posted({}))


@post(AT, opt={"perm": PUBLIC}, status_code=303)
async def answer(request: HttpRequest, token: FromPath[str], now: Now) -> HttpResponse:
    form = await posted(request)
    sheet = await sheets.by_token(token)
    if not sheet.questions or not sheet.opened.receipt:
        return _back(sheet)
    if form.text("size") in LOOKS["size"]:
        answer = _asked(sheet, form)
        answer.look["size"] = form.text("size")
        answer.headers.update(KEPT)
        return answer
    try:
        unkept = await questionnaires.answer(sheet.tenant, token, answers_of(sheet, form), now)
    except (Conflict, WindowClosed):
        # Sent twice, or too late: what became of the rating is what there is to see.
        return _back(sheet)
    return asked_again(sheet, form, unkept, sheet.opened.receipt) if unkept else _back(sheet)


def _asked(sheet: Sheet, form: Posted) -> Page:
    return page("public/questions.html", sheet=sheet, form=form, errors={}, receipt=sheet.opened.receipt,
                longest=LONGEST_TEXT)  # fmt: skip


def _back(sheet: Sheet) -> Redirect:
    if not sheet.opened.receipt:
        return Redirect(f"/r/{sheet.token}", status_code=303)
    return Redirect(f"/k/{sheet.opened.receipt}?t={sheet.token}", status_code=303)
