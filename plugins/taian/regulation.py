"""Tai'an's plan in its order: the little it sets, and plainly what its base rule must still answer."""

from typing import Final

from core.api import Cadence, Channel, GoalValue, Route, keys
from plugins.taian.matters_studied import RECTIFY_WITHIN, SEND_WITHIN, STUDY_EVERY, WARN_BEFORE
from plugins.taian.officers_decide import CITY_QUOTA, COUNTY_QUOTA, TERM
from plugins.taian.problems import PROBLEM_WITHIN
from plugins.taian.questions import ACROSS, DOWN, Q13, REG, weighed
from plugins.taian.survey_words import SHARE
from plugins.taian.swap_decide import CENTRES as SWAP_CENTRES
from plugins.taian.swap_decide import CHIEFS as SWAP_CHIEFS
from plugins.taian.swap_decide import DEPUTIES as SWAP_DEPUTIES
from plugins.taian.swap_decide import WARN as SWAP_WARN

BASE: Final = "本方案没有规定；三（一）2、三（二）2 指明依泰政办发〔2020〕5号和国家标准执行，原文尚未取得。"
CENTRES: Final = "各县市区、功能区政务服务中心"
RANKING: Final = "综合排名与通报"

REG["一"].rule(
    "TA-1",
    "成立市“好差评”专班，办公室设在监督考核科",
    machine=False,
    why_not="设立机构、确定人员，由管理员在组织机构中登记，不是规则。",
)

# 二、推进措施
REG["二（一）"].rule("TA-2.1a", "依申请事项全部纳入，结果自动分析、考核自动统计")
(
    REG["二（一）"]
    .rule("TA-2.1b", "推行回避式独立评价")
    .sets(keys.screened, value=True)
    .rule("TA-2.1c", "引入互动式评价，开发语音邀请功能")
    .sets(keys.voice_invitation, value=True)
)
REG["二（二）"].rule("TA-2.2", "经数据共享平台、数据中台、RPA 归集，应评尽评、应聚尽聚")
REG["二（三）"].rule("TA-2.3", "坚持自愿自主评价，不得强迫或者干扰；提高主动评价率")
(
    REG["二（四）"]
    .rule("TA-2.4", "谁办理谁负责，及时核实，差评 100% 整改反馈")
    .sets(
        keys.routing,
        (
            Route("staff-institution", about="staff"),
            Route("system-owner", about="system"),
            Route("item-institution", about="item"),
            Route("item-institution", about="process"),
            Route("staff-institution", dimension="staff"),
            Route("item-institution"),
        ),
    )
    .sets(keys.targets, (GoalValue("rectified", 1.0),))
    .leaves(keys.clocks, keys.extension, why="二（四）只写“及时”“立行立改”“明确完成时限”，没有任何天数。")
)
REG["二（五）"].rule("TA-2.5", "向有条件的乡镇（街道）、社区（村）延伸，现场一次一评、网上一事一评")
(
    REG["二（六）"]
    .rule(
        "TA-2.6",
        "设“办不成事”反映窗口：实时通知、督促整改、超期预警、晾晒通报、定期研判、兜底服务",
    )
    .sets(keys.unresolvable_matters, value=True)
    .leaves(
        SEND_WITHIN,
        RECTIFY_WITHIN,
        WARN_BEFORE,
        STUDY_EVERY,
        why="二（六）要求实时通知、督促整改、超期预警、定期研判，没有规定多少天、提前多久、多久一次；填了才计时和预警。",
    )
)
(
    REG["二（七）"]
    .rule("TA-2.7a", "各县市区、功能区政务服务中心每季度至少组织一次换位体验")
    .sets(keys.role_swap_days, value=True)
    .sets(SWAP_CENTRES, 1)
    .adds(keys.cadence, Cadence("组织换位体验活动", CENTRES, "quarter"))
    .rule("TA-2.7b", "各进驻部门分管领导每季度至少一次到大厅现场体验")
    .sets(SWAP_DEPUTIES, 1)
    .adds(keys.cadence, Cadence("到政务大厅现场体验", "各进驻部门分管领导", "quarter"))
    .rule("TA-2.7c", "业务科长、首席服务官每季度至少一次窗口坐班")
    .sets(SWAP_CHIEFS, 1)
    .adds(keys.cadence, Cadence("窗口坐班办理业务", "业务科长、首席服务官", "quarter"))
    .leaves(SWAP_WARN, why="二（七）没有规定季度结束前提前多久提醒。")
)
(
    REG["二（八）"]
    .rule("TA-2.8", "市中心招募 20 名、各县市区和功能区中心招募 10 名体验官")
    .sets(keys.experience_officers, value=True)
    .sets(CITY_QUOTA, 20)
    .sets(COUNTY_QUOTA, 10)
    .leaves(TERM, PROBLEM_WITHIN, why="二（八）没有规定聘期，也没有规定发现问题的整改期限。")
)
(
    REG["二（九）"]
    .rule("TA-2.9a", "按季度确定第三方评估对象和内容")
    .sets(keys.third_party_survey, value=True)
    .sets(keys.third_party_survey_every, "quarter")
    .adds(keys.cadence, Cadence("确定第三方评估对象和内容", "市“好差评”专班", "quarter"))
    .rule("TA-2.9b", "办事效率、服务态度、工作纪律、廉洁自律“四个满意度”，明察暗访、电话回访")
    .sets(keys.third_party_survey_topics, ("efficiency", "attitude", "discipline", "integrity"))
    .leaves(keys.callback, SHARE, why="二（九）没有规定回访的比例和量表。")
    .rule("TA-2.9c", "突出问题形成清单，反馈到单位，全程跟踪")
    .leaves(PROBLEM_WITHIN, why="二（九）要求及时反馈、全程跟踪，没有规定几天整改。")
)

# 三、考核内容
REG["三（一）1"].rule("TA-3.1a", "横向评价：进驻实体大厅和网上大厅的单位（部门）", waits=RANKING)
REG["三（一）2"].rule(
    "TA-3.1b",
    "评价内容按国家标准和泰政办发〔2020〕5号执行",
    machine=False,
    why_not="只指明依据，内容在所指的文件里；取得原文后作为本地规则填入。",
)
(
    REG["三（一）2"]
    .rule("TA-gap", "等级、分值、默认、评价期限、办理期限、申诉：本方案一概没有规定")
    .leaves(
        keys.grade_labels,
        keys.scores,
        keys.bad_grades,
        keys.rating_window,
        keys.after_window,
        keys.remind_after,
        keys.append,
        keys.audit,
        keys.feedback_scale,
        keys.appellants,
        keys.appeal_to,
        keys.min_sample,
        keys.defaults_count,
        why=BASE,
    )
)
(
    REG[ACROSS]
    .rule("TA-3.1c", "按季度综合五项因素排名，依四个季度成绩评选年度优胜单位", waits=RANKING)
    .sets(keys.bulletin, "quarterly")
    .sets(keys.index, Q13.then(weighed))
)
REG[DOWN].rule("TA-3.2", "纵向评价：县市区、功能区中心及基层窗口、事项、人员，六项因素按季度排名", waits=RANKING)

# 四、工作要求
REG["四（一）"].rule("TA-4c", "加强组织领导", machine=False, why_not="工作要求，没有可以执行或核对的条件。")
(
    REG["四（二）"]
    .rule("TA-4b", "引导群众使用“泰好办”小程序评价")
    .sets(keys.channels, (Channel("taihaoban", "“泰好办”小程序", "app"),))
)
REG["四（三）"].rule("TA-4a", "情况纳入绩效评价、季度考核、年度考核")
REG["四（四）"].rule("TA-4d", "做好总结提炼", machine=False, why_not="工作要求，没有可以执行或核对的条件。")
