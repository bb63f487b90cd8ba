"""People and those who work here, as the migrations made them."""

from piccolo.columns import BigInt, Boolean
from piccolo.table import Table

from core import columns
from core.db import ENGINE


class Person(Table, tablename="person", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    lookup = columns.octets()
    phone_hash = columns.octets(null=True)
    phone_tail = columns.octets(null=True)
    name_enc = columns.octets()
    id_type = columns.code()
    id_enc = columns.octets(null=True)
    phone_enc = columns.octets(null=True)
    created_at = columns.moment()


class Member(Table, tablename="member", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    username = columns.code()
    name = columns.code()
    role = columns.code()
    institution = columns.code(null=True)
    region = columns.code(null=True)
    staff = columns.code(null=True)
    password_hash = columns.code()
    totp_secret = columns.octets(null=True)
    totp_last = BigInt(default=None)
    failures = columns.number()
    locked_until = columns.moment(null=True)
    disabled = Boolean(default=None)
    created_at = columns.moment()
    email_enc = columns.octets(null=True)
    phone_enc = columns.octets(null=True)
    password_at = columns.moment()
    must_change = Boolean(default=None)


class Session(Table, tablename="session", db=ENGINE):
    tenant_id = columns.number()
    token_hash = columns.octets(primary_key=True)
    member_id = columns.uuid()
    created_at = columns.moment()
    seen_at = columns.moment()
    expires_at = columns.moment()
    id = columns.uuid()
    family = columns.octets()
    proved_at = columns.moment()
    address = columns.code()
    agent = columns.code()
    owes = columns.code()
    acting_for = columns.uuid(null=True)
    acting_kind = columns.code(null=True)
    acting_by = columns.uuid(null=True)
    acting_reason = columns.code(null=True)
    acting_until = columns.moment(null=True)


class Delegation(Table, tablename="delegation", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    giver = columns.uuid()
    taker = columns.uuid()
    since = columns.moment()
    until = columns.moment()
    reason = columns.code()
    created_at = columns.moment()
    revoked_at = columns.moment(null=True)


class PasswordHistory(Table, tablename="password_history", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    member_id = columns.uuid()
    password_hash = columns.code()
    at = columns.moment()


class RecoveryCode(Table, tablename="recovery_code", db=ENGINE):
    tenant_id = columns.number()
    code_hash = columns.octets(primary_key=True)
    member_id = columns.uuid()


class SignIn(Table, tablename="sign_in", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    member_id = columns.uuid()
    at = columns.moment()
    way = columns.code()
    accepted = Boolean(default=None)
    address = columns.code()
    agent = columns.code()


class ApiKey(Table, tablename="api_key", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    label = columns.code()
    secret_hash = columns.octets()
    scopes = columns.codes()
    expires_at = columns.moment(null=True)
    used_at = columns.moment(null=True)
    revoked_at = columns.moment(null=True)
    created_at = columns.moment()
    window_code = columns.code(null=True)


class Guest(Table, tablename="guest", db=ENGINE):
    tenant_id = columns.number()
    member_id = columns.uuid(primary_key=True)
    record_id = columns.uuid()
    link_hash = columns.octets(null=True)
    link_until = columns.moment()
    invited_at = columns.moment()
    accepted_at = columns.moment(null=True)
    closed_at = columns.moment(null=True)
