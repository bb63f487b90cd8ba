"""Each code that a policy may use has one Chinese word, used on every screen and in every message."""

from collections.abc import Mapping
from typing import Final

Words = Mapping[str, str]

GRADES: Final[Mapping[int, str]] = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}

EVENTS: Final[Words] = {
    "accepted": "受理",
    "served": "现场服务完成",
    "approved": "审批",
    "issued": "出件",
    "closed": "办结",
    "call-ended": "通话结束",
}
MODES: Final[Words] = {"window": "窗口", "online": "网上", "kiosk": "自助终端", "hotline": "热线"}
KINDS: Final[Words] = {"instant": "即办件", "promised": "承诺件"}
COMPOSITES: Final[Words] = {"none": "单独办理", "batch": "批量办理", "theme": "主题服务", "package": "套餐式服务"}
WAYS: Final[Words] = {"phone": "电话", "sms": "短信", "visit": "上门", "online": "网上"}
COMPLEXITIES: Final[Words] = {"simple": "简单问题", "complex": "复杂问题"}
OBJECTS: Final[Words] = {
    "case": "整件事",
    "item": "服务事项",
    "staff": "工作人员",
    "channel": "服务渠道",
    "institution": "服务机构",
}
ABOUTS: Final[Words] = {"item": "事项", "process": "流程", "staff": "人员", "system": "系统"}
SUBJECTS: Final[Words] = {
    "staff": "工作人员",
    "institution": "政务服务机构",
    "line": "业务条线",
    "region": "地区",
    "item": "服务事项",
    "channel": "服务渠道",
}
TARGETS: Final[Words] = {
    "item-institution": "事项办理机构",
    "staff-institution": "人员管理单位",
    "system-owner": "系统管理部门",
    "lead-institution": "牵头部门",
    "bureau": "政务服务管理部门",
}
CLOCKS: Final[Words] = {
    "audit": "审核",
    "dispatch": "派单",
    "contact": "联系评价人",
    "notify": "告知被评价人",
    "verify": "核实",
    "reply": "答复",
    "rectify": "整改",
    "close": "办结工单",
    "complex": "复杂问题整改",
    "appeal": "申请复核",
    "decide": "作出复核决定",
    "callback": "回访",
}
SINCE: Final[Words] = {
    "rated": "评价",
    "opened": "生成工单",
    "dispatched": "派单",
    "contacted": "联系评价人",
    "verified": "核实属实",
    "noticed": "被评价人收到通知",
    "appealed": "提出复核申请",
    "rectified": "整改完成",
    "answered": "反馈评价人",
    "closed": "工单办结",
}
FINDINGS: Final[Words] = {
    "valid": "差评属实",
    "mistaken": "误评",
    "malicious": "恶意差评",
    "objective": "系统或客观原因",
}
EFFECTS: Final[Words] = {"append": "以追加评价为准", "exclude": "不计入", "keep": "照原评价计入"}
APPELLANTS: Final[Words] = {"staff": "工作人员", "institution": "政务服务机构", "platform": "服务平台"}
CHANNELS: Final[Words] = {
    "device": "窗口评价器",
    "qr": "二维码",
    "web": "网站",
    "app": "移动端",
    "kiosk": "自助终端",
    "hotline": "热线",
    "sms": "短信",
    "paper": "纸质表单",
}
MESSAGES: Final[Words] = {"sms": "短信", "message": "平台消息", "app": "移动端消息", "voice": "智能语音"}
IDENTITIES: Final[Words] = {"required": "实名", "encouraged": "鼓励实名", "none": "不要求实名"}
RATERS: Final[Words] = {"real-name": "实名评价", "anonymous": "匿名评价"}
SHOWN: Final[Words] = {
    "item": "事项名称",
    "case": "办件流水号",
    "staff-number": "窗口人员工号",
    "staff-name": "窗口人员姓名",
    "terminal": "终端机编号",
}
TASKS: Final[Words] = {
    "correct": "限期改正",
    "self-criticism": "书面检讨",
    "warn": "提醒警示",
    "interview": "约谈",
    "circular": "通报",
    "rectify": "限期整改",
    "replace": "更换人员",
    "credit": "纳入信用评价",
    "callback": "回访",
    "review": "核查预警",
    "inspect": "抽查",
}
METRICS: Final[dict[str, str]] = {
    "collected": "数据归集量",
    "good": "好评率",
    "active": "主动评价率",
    "rectified": "差评整改率",
    "answered": "差评反馈率",
    "on-time": "按时办结率",
    "callback": "实名差评回访率",
    "verified": "实名差评核实率",
    "innovation": "创新举措",
    "pilot": "试点完成情况",
}
_OURS: Final = frozenset(METRICS)


def bring(metrics: Words) -> None:
    """What installed extras count becomes a metric like any other."""
    METRICS.update(metrics)


def dismiss() -> None:
    """What was brought goes with the plugins that brought it."""
    for code in METRICS.keys() - _OURS:
        del METRICS[code]


ALERTS: Final[Words] = {
    "repeat-year": "一年内多次差评",
    "repeat-week": "一周内连续差评",
    "bottom-months": "连续数月排名靠后",
    "malicious-rater": "一年内多次恶意差评",
    "concentration": "问题集中",
    "suspicious-praise": "好评异常集中",
}
COUNTED: Final[Words] = {
    "valid-bad": "属实差评",
    "malicious": "恶意差评",
    "low-grade": "低等级评价",
    "top-grade": "最高等级评价",
}
ALERTED: Final[Words] = {**SUBJECTS, "platform": "服务平台", "rater": "评价人", "window": "窗口", "tag": "评价标签"}
CENSURES: Final[Words] = {"unsolved": "应解决而未解决", "false-report": "谎报、瞒报"}
EVERY: Final[Words] = {"month": "每月", "quarter": "每季度", "year": "每年"}
LEVELS: Final[Words] = {
    "province": "省级",
    "city": "市级",
    "county": "县区级",
    "town": "乡镇（街道）",
    "institution": "各部门",
}

# What a survey asks after, in the words of the regulations.
SURVEY_TOPICS: Final[Words] = {
    "efficiency": "办事效率",
    "attitude": "服务态度",
    "discipline": "工作纪律",
    "integrity": "廉洁自律",
    "awareness": "政策知悉度",
    "convenience": "办事便利度",
    "service": "服务满意度",
}
QUESTIONS: Final[Words] = {
    "choice": "单选",
    "multiple": "多选",
    "scale-5": "打分（1 至 5 分）",
    "scale-10": "打分（1 至 10 分）",
    "text": "文字",
    "yes-no": "是或否",
    "grade": "满意度等级",
}

# Through which a rating came, and whose it is.
CAME_THROUGH: Final[Words] = {
    "device": "窗口评价器",
    "qr": "手机扫码",
    "web": "网上评价",
    "app": "移动客户端",
    "kiosk": "自助终端",
    "hotline": "热线电话",
    "sms": "短信",
    "paper": "纸质评价表",
}
ORIGINS: Final[Words] = {
    "citizen": "本人评价",
    "agent": "代办人评价",
    "paper": "纸质评价",
    "default": "默认评价",
    "imported": "导入",
    "probe": "自检",
}
