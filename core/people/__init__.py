"""People are found without being read; whoever reads one gives a reason and leaves an entry."""

from core.people.actions import address, by_phone, erase, remember, same, unmask, view
from core.people.contacts import Contact, contact, set_contact
from core.people.keys import ApiKey, issue_key, key_of, keys, revoke_key
from core.people.members import Member, NewMember, add_member, change_member, members, set_disabled, set_password
from core.people.model import Masked, Person
from core.people.sessions import member_of, open_session, sign_in, sign_out

__all__ = [
    "ApiKey", "Contact", "Masked", "Member", "NewMember", "Person", "add_member", "address", "by_phone",
    "change_member", "contact", "erase", "issue_key", "key_of", "keys", "member_of", "members", "open_session",
    "remember", "revoke_key", "same", "set_contact", "set_disabled", "set_password", "sign_in", "sign_out", "unmask",
    "view",
]  # fmt: skip
