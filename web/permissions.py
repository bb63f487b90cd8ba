"""What each role may do in the back office: one table, read by the guard and by nobody else."""

from collections.abc import Mapping

READS = frozenset({"home", "ratings.read", "tickets.read", "scores.read", "policy.read", "places.read", "ledger.read"})
# What is about others is for those who supervise, not for those who are rated or who handle.
OVERSEES = frozenset({"tasks.oversee", "alerts.read", "moved.read", "scores.export"})

ROLES: Mapping[str, frozenset[str]] = {
    "clerk": frozenset({"home", "ratings.read", "tickets.read", "tickets.act", "scores.read", "policy.read"}),
    "handler": READS | {"tickets.act"},
    "supervisor": READS | OVERSEES | {"tickets.act", "tickets.supervise", "messages.read"},
    "operator": READS
    | OVERSEES
    | {"policy.write", "places.write", "messages.read", "messages.send", "jobs.read", "jobs.retry"},
    "provincial": READS | OVERSEES | {"province.read"},
    "auditor": frozenset({"home", "audit.read", "policy.read"}),
    "admin": frozenset(
        {"home", "jobs.read", "jobs.retry", "messages.read", "messages.send", "policy.read", "places.read"}
    ),
}
ROLE_NAMES: Mapping[str, str] = {
    "clerk": "窗口人员",
    "handler": "承办人员",
    "supervisor": "监督管理人员",
    "operator": "运营人员",
    "provincial": "省级管理员",
    "auditor": "审计员",
    "admin": "系统管理员",
}


def may(role: str, permission: str) -> bool:
    return permission in ROLES.get(role, frozenset())
