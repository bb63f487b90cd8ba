"""What the parts of the third-party survey have in common: its rules, its choices, and the codes of its records."""

from typing import Final

from core.api import keys, shapes, vocab

SHARE: Final = keys.Key(
    "third_party_survey_share", "回访调查的抽取比例", keys.EXTRAS, shapes.Number(0, 1),
    help="从参与评价的人里抽取多少回访。没有规定的，每一轮抽样时填写样本量。", example="0.05",
)  # fmt: skip
TRIES: Final = keys.Key(
    "third_party_survey_tries", "打几次不通才算无法联系", keys.EXTRAS, shapes.Whole(1, 20), "次",
    help="调查员至少联系几次没有接通，才能记为“无法联系”。", example="3",
)  # fmt: skip
CLOSE_WARN: Final = keys.Key(
    "third_party_survey_warn", "访问截止的提前提醒", keys.EXTRAS, shapes.Period(), stricter="longer",
    help="访问截止之前多久提醒主管部门。", example="3 个工作日",
)  # fmt: skip

SURVEY: Final = "survey"
STRATUM: Final = "survey_stratum"
INTERVIEW: Final = "interview"
COVERT: Final = "covert_visit"
SURVEYOR: Final = "surveyor"
PROBLEM: Final = "survey_problem"
CLAUSE: Final = "二（九）"

TOPICS: Final = tuple(vocab.SURVEY_TOPICS.items())
LABELS: Final = vocab.SURVEY_TOPICS
LEAST: Final = 1
MOST: Final = 5

WAYS: Final = (("phone", "电话回访"), ("covert", "明察暗访"))
ABOUT: Final = (
    ("all", "全部政务服务"), ("policy", "利企惠民政策"), ("new", "新提供的服务"), ("key", "重点服务事项"),
)  # fmt: skip
STRATA: Final = (
    ("region", "按地区"), ("level", "按层级"), ("line", "按条线"), ("institution", "按单位"), ("mode", "按服务方式"),
    ("none", "不分层"),
)  # fmt: skip
PLACE_STRATA: Final = tuple(each for each in STRATA if each[0] in ("region", "level", "line", "none"))
SOURCES: Final = (("student", "大学生"), ("journalist", "记者"), ("agency", "评估机构人员"), ("other", "其他"))
NO_CONTACT: Final = (("no-answer", "无人接听"), ("busy", "占线或关机"), ("later", "对方约了别的时间"))
UNFIT: Final = (("wrong-number", "号码不对"), ("not-them", "没有办过这件事"), ("staff", "本单位工作人员"))
