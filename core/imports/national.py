"""The national interface's field names and codes, as data; where places differ in a code, each use is a dialect."""

from collections.abc import Mapping
from dataclasses import dataclass

# 国家接口字段 → our field. Spelling differs in case between places, so names are compared in lower case.
FIELDS: Mapping[str, str] = {
    "projectno": "case",
    "servicenumber": "number",
    "prostatus": "status",
    "acceptdate": "accepted_at",
    "resultdate": "closed_at",
    "servicetime": "at",
    "taskcode": "task",
    "taskhandleitem": "item",
    "promanagerno": "staff",
    "prochannel": "pro_channel",
    "projecttype": "project_type",
    "username": "applicant.name",
    "certtype": "applicant.id_type",
    "userpagetype": "applicant.id_type",
    "credittype": "applicant.id_type",
    "certkey": "applicant.id_number",
    "certkeygov": "applicant.id_number",
    "mobile": "applicant.phone",
    "phonenumber": "applicant.phone",
    "contactmobile": "applicant.phone",
    "handleusername": "agent.name",
    "handleuserpagetype": "agent.id_type",
    "handleuserpagecode": "agent.id_number",
    "pf": "pf",
    "satisfaction": "grade",
    "evaldetail": "tags",
    "writingevaluation": "text",
    "assessnumber": "assess",
    "evaluatetype": "assess",
    "assesstime": "rated_at",
    "isdefault": "is_default",
    "isprotion": "is_default",
    "anonymityflag": "anonymity",
    "isanonymity": "anonymity",
}

# Sent by the national interface, of no use here: named, so that only a column nobody knows is reported.
UNUSED = frozenset(
    {
        "areacode", "areaname", "deptcode", "orgcode", "orgname", "prodepart", "prodepartcode", "prodepartid",
        "officecode", "officename", "departmentname", "taskid", "taskname", "protaskcode", "protaskname",
        "submatter", "itemmatter", "tasktype", "proprojectno", "projectname", "servicename", "promisetime",
        "promiseday", "promisetype", "anticipateday", "anticipatetype", "eventtype", "type", "userprop",
        "promanager", "appstatus", "publicflag", "isopened", "effectivevalua", "answer", "answerstatus",
        "rectification", "reformcontent", "reformdate", "datasource", "appid", "appmark", "backurl",
        "customfields", "vcode", "satisfactionevaluate", "evaluatedetail", "servicecode", "evaluatefrom",
        "serviceattitudeevaluate", "serviceattitudeevaluatereason", "workattitudeevaluate",
        "workattitudeevaluatereason", "isabovelegalday", "ismediation", "isovercharge", "checkstate",
        "sync_sign", "sbsign", "sberrordesc",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Channel:
    """A code of the channel list; ``declared`` where the list itself says that nobody rated."""

    code: str
    declared: str = ""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one family of systems uses the codes that differ between them."""

    code: str
    title: str
    kinds: Mapping[str, str]
    channels: Mapping[str, Channel]


# 办件状态：1 待受理 is no service yet.
STATUSES: Mapping[str, str] = {"2": "accepted", "3": "closed"}
MODES: Mapping[str, str] = {"1": "online", "2": "window"}

_SHARED: Mapping[str, Channel] = {
    "1": Channel("web"),
    "2": Channel("app"),
    "3": Channel("qr"),
    "4": Channel("device"),
    "5": Channel("kiosk"),
}
DIALECTS: Mapping[str, Dialect] = {
    each.code: each
    for each in (
        Dialect("national", "即办件=1、承诺件=2；pf 只到 5", {"1": "instant", "2": "promised"}, _SHARED),
        Dialect(
            "reversed",
            "承诺件=1、即办件=2；pf 6 短信、7 系统默认评价",
            {"1": "promised", "2": "instant"},
            {**_SHARED, "6": Channel("sms"), "7": Channel("web", "default")},
        ),
        Dialect(
            "telephone",
            "即办件=1、承诺件=2；pf 6 电话、7 短信",
            {"1": "instant", "2": "promised"},
            {**_SHARED, "6": Channel("hotline"), "7": Channel("sms")},
        ),
    )
}
