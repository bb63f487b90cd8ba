"""Views, columns, lots and files of lists; drafts, presence and wordings; as the migrations made them."""

from piccolo.columns import BigInt, Boolean
from piccolo.table import Table

from core import columns
from core.db import ENGINE


class SavedView(Table, tablename="saved_view", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    member_id = columns.uuid()
    list_ = columns.code(db_column_name="list")
    name = columns.code()
    query = columns.code()
    shared = Boolean(default=None)
    institution = columns.code()
    pinned = Boolean(default=None)
    changed_at = columns.moment()


class ListChoice(Table, tablename="list_choice", db=ENGINE):
    tenant_id = columns.number(primary_key=True)
    member_id = columns.uuid()
    list_ = columns.code(db_column_name="list")
    shown = columns.codes()
    size = columns.number()
    view_id = columns.uuid(null=True)


class Lot(Table, tablename="lot", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    member_id = columns.uuid()
    actor = columns.code()
    verb = columns.code()
    data = columns.Jsonb()
    query = columns.code()
    state = columns.code()
    made_at = columns.moment()
    pressed_at = columns.moment(null=True)
    runs_at = columns.moment(null=True)
    ended_at = columns.moment(null=True)
    stood = columns.Jsonb()
    eyes = columns.Jsonb()


class HeldAct(Table, tablename="held_act", db=ENGINE):
    tenant_id = columns.number(primary_key=True)
    lot_id = columns.uuid()
    nth = columns.number()
    ticket_id = columns.uuid(null=True)
    number = columns.code()
    version = columns.number()
    state = columns.code()
    said = columns.code()
    before = columns.uuid(null=True)


class Export(Table, tablename="export", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    member_id = columns.uuid()
    list_ = columns.code(db_column_name="list")
    name = columns.code()
    format = columns.code()
    shown = columns.codes()
    asked = columns.Jsonb()
    said = columns.code()
    state = columns.code()
    total = columns.number()
    done = columns.number()
    parts = columns.number()
    place = columns.code()
    size = BigInt(default=None)
    digest = columns.octets(null=True)
    asked_at = columns.moment()
    ready_at = columns.moment(null=True)
    expires_at = columns.moment()
    taken = columns.number()
    stood = columns.Jsonb()
    noted_at = columns.moment(null=True)
    refusal = columns.code()


class Draft(Table, tablename="draft", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    member_id = columns.uuid()
    ticket_id = columns.uuid()
    verb = columns.code()
    words_enc = columns.octets()
    version = columns.number()
    saved_at = columns.moment()


class Presence(Table, tablename="presence", db=ENGINE):
    tenant_id = columns.number(primary_key=True)
    ticket_id = columns.uuid()
    member_id = columns.uuid()
    verb = columns.code()
    since = columns.moment()
    seen_at = columns.moment()


class Wording(Table, tablename="wording", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    institution = columns.code(null=True)
    title = columns.code()
    body = columns.code()
    verbs = columns.codes()
    changed_by = columns.code()
    changed_at = columns.moment()


class WordingUse(Table, tablename="wording_use", db=ENGINE):
    tenant_id = columns.number(primary_key=True)
    member_id = columns.uuid()
    wording_id = columns.uuid()
    at = columns.moment()
