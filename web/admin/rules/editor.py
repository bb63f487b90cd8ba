"""Every key is edited in a form made from its shape; a change is in the proposal at once or refused at its field."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core.errors import Invalid, Refused
from core.people import Member
from core.policy import keys
from core.policy.keys import UNSET
from core.policy.model import INHERIT, heading
from core.proposals import actions
from core.proposals.model import Change, Stale
from web.admin.builders.frame import BUILDERS
from web.admin.rules import sheet as sheets
from web.admin.rules.brings import brings
from web.admin.rules.controls import BAD, Blank, Field, Fields, Sent, Wrong, first
from web.admin.rules.sheet import AT, OWN, SET, Sheet, open_sheet, stored, value_of
from web.admin.rules.tables import OPS, Pressed, Table, ids, marked, press
from web.admin.rules.trial import FACT, Trial, tried
from web.deps import InMember, InTenant, Now
from web.errors import status_of
from web.forms import LARGEST_NUMBER, Posted, day_from, posted, whole_number
from web.hx import hx, is_partial
from web.page import Page, page
from web.visit import HttpRequest, HttpResponse

KEY: Final = "/t/{slug:str}/admin/rules/{proposal:uuid}/keys/{name:str}"
READS: Final = {"perm": "proposals.read"}
WRITES: Final = {"perm": "policy.write"}
STEPS: Final = 5
LONGEST_UNDO: Final = 60_000
Undo = tuple[tuple[str, Fields], ...]


@dataclass(frozen=True, slots=True)
class Clash:
    """The key was changed since the page was opened: by somebody else, or by one's ``own`` hand in another window."""

    mine: str
    theirs: str
    author: str
    at: datetime | None
    version: int
    own: bool


@dataclass(frozen=True, slots=True)
class Form:
    """The form as it is shown: what stands in it, what is wrong with it, and what was just done."""

    sent: Fields
    wrong: Wrong = field(default_factory=dict[str, str])
    version: int = 0
    undo: Undo = ()
    focus: str = ""
    said: str = ""
    clash: Clash | None = None
    pressed: bool = False
    saving: bool = False

    @property
    def told(self) -> Wrong:
        """What is said at the fields: of what is merely not written yet, nothing before one asks to save."""
        return {name: text for name, text in self.wrong.items() if self.saving or not isinstance(text, Blank)}

    @property
    def blanks(self) -> int:
        return len(self.wrong) - len(self.told)

    @property
    def blank(self) -> str:
        """The first thing that is not written yet, which keeps the rest from being stored."""
        return next((text.rstrip("。") for text in self.wrong.values() if isinstance(text, Blank)), "")

    @property
    def undo_text(self) -> str:
        return json.dumps(self.undo, ensure_ascii=False) if self.undo else ""


@get(KEY, opt=READS)
async def show(tenant: InTenant, proposal: FromPath[UUID], name: FromPath[str]) -> Page:
    sheet = open_sheet(tenant, await actions.by_id(tenant, proposal), name)
    return _page(sheet, Form(stored(sheet), version=sheet.proposal.version))


@post(KEY, opt=WRITES, status_code=303)
async def change(
    request: HttpRequest, tenant: InTenant, member: InMember, proposal: FromPath[UUID], name: FromPath[str], now: Now
) -> HttpResponse:
    sheet = open_sheet(tenant, await actions.by_id(tenant, proposal), name)
    form = await posted(request)
    op, partial = form.text("op"), is_partial(request)
    desk = _Desk(sheet, member, now)
    if op in ("inherit", "drop"):
        done = await desk.let_go(_sent(form), _undo(form), form.number("version") or 0, op)
    elif op == "theirs":
        done = desk.fresh(sheet)
    else:
        done = await desk.stepped(_sent(form), _undo(form), form, op)
    if form.text("from") == "overview" and not done.wrong and done.clash is None:
        return Redirect(f"/t/{tenant.slug}/admin/rules/{proposal}#k-{name.replace(chr(46), chr(45))}", status_code=303)
    if not partial and op == "save" and not done.wrong and done.clash is None:
        return Redirect(f"/t/{tenant.slug}/admin/rules/{proposal}/keys/{name}", status_code=303)
    return _page(desk.sheet, replace(done, pressed=bool(op), saving=op == "save"), partial=partial)


@dataclass(slots=True)
class _Desk:
    """One request: the sheet is read anew as soon as the proposal has changed."""

    sheet: Sheet
    member: Member
    now: datetime

    async def stepped(self, sent: Fields, undo: Undo, form: Posted, op: str) -> Form:
        """A button is pressed, then what the form says is kept if it can be."""
        pressed = Pressed(sent)
        if op == "undo" and undo:
            (said, held), undo = undo[0], undo[1:]
            others = {name: each for name, each in sent.items() if not _valued(name)}
            pressed = Pressed({**others, **held}, said=f"已撤销：{said}")
        elif op in ("", "open"):
            pressed = self._begun({**sent, "state": [SET]} if op else sent)
        elif op.partition(":")[0] in OPS:
            pressed = press(self.sheet.control, AT, sent, op)
            undo = _remember(undo, pressed.said, sent) if pressed.sent != sent else undo
        kept = pressed.sent
        if isinstance(self.sheet.control, Table) and first(kept, "state") == SET:
            kept = self.sheet.control.completed(kept, AT)
        shown = Form(kept, undo=undo, focus=pressed.focus, said=pressed.said, version=form.number("version") or 0)
        verb, _, seen = op.partition(":")
        if verb == "mine" and (version := whole_number(seen, LARGEST_NUMBER)) is not None:
            shown = replace(shown, version=version)
        return await self.kept(shown, changed=op in ("", "save", "open"), meant=op == "save")

    def _begun(self, sent: Fields) -> Pressed:
        """Whoever begins to regulate by a table has its first row before them."""
        sheet, is_new = self.sheet, self.sheet.change is None and self.sheet.why.value is None
        empty = isinstance(sheet.control, Table) and not ids(sent, AT)
        if is_new and empty and first(sent, "state") == SET:
            return press(sheet.control, AT, sent, f"add:{AT}")
        return Pressed(sent)

    async def kept(self, shown: Form, *, changed: bool, meant: bool) -> Form:
        wrong: Wrong = {}
        value = value_of(self.sheet, shown.sent, wrong)
        if wrong or value is BAD or self._as_is(shown.sent, value, meant=meant):
            return replace(shown, wrong=wrong)
        if lacks := sheets.uncited(shown.sent):
            return replace(shown, wrong=lacks)
        stored_before = stored(self.sheet)
        try:
            written = self._change(shown.sent, value)
            await self._put(written, shown.version)
        except Stale as stale:
            return replace(shown, clash=self._clash(stale))
        except Refused as refusal:
            if status_of(refusal) != status_of(Invalid()):
                raise
            return replace(shown, wrong=_placed(self.sheet, shown.sent, refusal))
        undo = _remember(shown.undo, "修改", stored_before) if changed else shown.undo
        return replace(shown, undo=undo, version=self.sheet.proposal.version, said=shown.said or "已存入草案")

    def _as_is(self, sent: Sent, value: Any, *, meant: bool) -> bool:
        """Nothing is proposed where nothing is different, and no clause is asked for it.

        A clause that stands there of itself is none that was written; whoever saves a rule with it means it.
        """
        if self.sheet.change is not None:
            return False
        held = self.sheet.why.value
        same = held is None if value == UNSET else held is not None and self.sheet.key.parse(value) == held
        clause, carried = first(sent, "clause"), self.sheet.carried
        own = bool(clause) and (carried is None or clause != carried.clause or (meant and held is not None))
        return same and not own and not first(sent, "until")

    def _change(self, sent: Sent, value: Any) -> Change:
        until = day_from(first(sent, "until"), "until")
        clause = heading(first(sent, "clause"))
        return Change(self.sheet.key.name, value, clause, first(sent, "document"), until=until)

    async def _put(self, written: Change, version: int) -> None:
        sheet = self.sheet
        made = await actions.put(
            sheet.tenant, sheet.proposal.id, written, version=version, by=self.member.actor, now=self.now
        )
        self.sheet = open_sheet(sheet.tenant, made, sheet.key.name)

    async def let_go(self, sent: Fields, undo: Undo, version: int, op: str) -> Form:
        """恢复继承：what the proposal says is dropped, and a rule of its own that is in force ends with its day."""
        sheet = self.sheet
        sent = sent if _speaks(sent) else stored(sheet)
        remembered = _remember(undo, "恢复继承" if op == "inherit" else "撤销本草案的修改", sent)
        version = version or sheet.proposal.version
        try:
            if sheet.own and op == "inherit":
                await self._put(Change(sheet.key.name, INHERIT), version)
            elif sheet.change is not None:
                await self._drop(version)
        except Stale as stale:
            return Form(sent, version=version, clash=self._clash(stale))
        said = "已恢复继承" if op == "inherit" else "已撤销本草案的修改"
        return replace(self.fresh(self.sheet), undo=remembered, said=said)

    async def _drop(self, version: int) -> None:
        sheet = self.sheet
        made = await actions.drop(
            sheet.tenant, sheet.proposal.id, sheet.key.name, version=version, by=self.member.actor, now=self.now
        )
        self.sheet = open_sheet(sheet.tenant, made, sheet.key.name)

    def fresh(self, sheet: Sheet) -> Form:
        return Form(stored(sheet), version=sheet.proposal.version)

    def _clash(self, stale: Stale) -> Clash:
        told = [_told(self.sheet, each) for each in (stale.mine, stale.theirs)]
        author = stale.theirs.author if stale.theirs else ""
        at = stale.theirs.at if stale.theirs else None
        return Clash(told[0], told[1], author, at, self.sheet.proposal.version, own=author == self.member.name)


def _told(sheet: Sheet, change: Change | None) -> str:
    if change is None or change.inherits:
        return "恢复继承"
    value = None if change.value == UNSET else sheet.key.parse(change.value)
    return f"{keys.chinese(sheet.key, value, sheet.policy.words)}（{change.clause}）"


def _placed(sheet: Sheet, sent: Sent, refusal: Refused) -> Wrong:
    """A refusal of the whole value stands at its first field."""
    name = refusal.field or ""
    if name in OWN:
        return {name: refusal.detail}
    detail = refusal.detail.removeprefix(f"{sheet.key.name}：")
    return {sheets.drawn(sheet, sent, {}).name: detail}


def _valued(name: str) -> bool:
    return name in OWN or name == AT or name.startswith(f"{AT}.")


def _speaks(sent: Sent) -> bool:
    """Whether a form was sent, and not a button alone."""
    return any(name == AT or name.startswith(f"{AT}.") for name in sent)


def _sent(form: Posted) -> Fields:
    return {name: list(each) for name, each in form.fields.items() if _valued(name) or name.startswith(f"{FACT}.")}


def _remember(undo: Undo, said: str, before: Sent) -> Undo:
    kept: Undo = ((said, {name: list(each) for name, each in before.items() if _valued(name)}), *undo)[:STEPS]
    while len(kept) > 1 and len(json.dumps(kept, ensure_ascii=False)) > LONGEST_UNDO:
        kept = kept[:-1]
    return kept


def _undo(form: Posted) -> Undo:
    """What the page remembers of the steps before; whatever else stands there is forgotten."""
    try:
        told = json.loads(form.kept("undo") or "[]")
        return tuple((str(said), _fields(held)) for said, held in told[:STEPS])
    except (ValueError, TypeError, AttributeError):
        return ()


def _fields(held: Mapping[str, Any]) -> Fields:
    return {str(name): [str(each) for each in values] for name, values in held.items() if _valued(str(name))}


def _page(sheet: Sheet, form: Form, *, partial: bool = False) -> Page:
    control, drawn = sheet.control, sheets.drawn(sheet, form.sent, form.told)
    trial = tried(control, AT, form.sent, sheet.policy.words) if isinstance(control, Table) else Trial()
    status = 409 if form.clash else 422 if form.told and form.pressed else 200
    headers: dict[str, str] = {}
    if partial and form.pressed:
        # Moved, copied and undone rows are drawn anew: boxes and lists show what the form says, not what was clicked.
        headers |= hx(reswap="innerHTML")
    if not form.wrong and form.clash is None:
        headers |= hx(event={"saved": True})
    return page(
        "admin/rules/key.html", status=status, headers=headers, sheet=sheet, form=form, simple=sheets.simple(sheet.key),
        drawn=marked(drawn, trial.marks or {}) if drawn.kind == "rows" else drawn, trial=trial,
        summary=_summary(form, drawn), built=sheet.key.name in BUILDERS,
        around=around(sheet.key.name), documents=sheets.documents(sheet.tenant),
        unset=first(form.sent, "state") == UNSET,
        brings=brings(sheet.key, sheet.policy, {each.key for each in sheet.proposal.changes}),
    )  # fmt: skip


def _summary(form: Form, drawn: Field) -> dict[str, str]:
    """Each error with the place it stands at, where there is more than one or no place of its own to stand at."""
    places = {*OWN, *_places(drawn)}
    ids = {name: "f-" + name.replace(".", "-") if name in places else "value-t" for name in form.told}
    return {ids[name]: text for name, text in form.told.items()} if len(ids) > 1 or "value-t" in ids.values() else {}


def _places(drawn: Field) -> Iterator[str]:
    yield from (name for name in (drawn.name, drawn.unit) if name)
    for each in (*drawn.parts, *(part for row in drawn.rows for part in row.parts)):
        yield from _places(each)


def around(name: str) -> tuple[str, str]:
    """The keys before and after, in the order of the overview."""
    names = sheets.order()
    at = names.index(name)
    return (names[at - 1] if at else "", names[at + 1] if at + 1 < len(names) else "")
