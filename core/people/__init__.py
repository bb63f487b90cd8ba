"""People are found without being read; whoever reads one gives a reason and leaves an entry."""

from core.people.actions import address, by_phone, erase, remember, same, unmask, view
from core.people.changing import Unfit, change_password, set_password
from core.people.contacts import Contact, contact, set_contact
from core.people.keys import ApiKey, issue_key, key_of, keys, revoke_key
from core.people.members import Member, NewMember, add_member, change_member, members, set_disabled
from core.people.model import Masked, Person
from core.people.sessions import Browser, Session, family_of, open_session, session_of, sign_out
from core.people.signing import WrongProof, prove, sign_in

__all__ = [
    "ApiKey", "Browser", "Contact", "Masked", "Member", "NewMember", "Person", "Session", "Unfit", "WrongProof",
    "add_member", "address", "by_phone", "change_member", "change_password", "contact", "erase", "family_of",
    "issue_key", "key_of", "keys", "members", "open_session", "prove", "remember", "revoke_key", "same", "session_of",
    "set_contact", "set_disabled", "set_password", "sign_in", "sign_out", "unmask", "view",
]  # fmt: skip
