"""What the draft leaves open is asked here, in the order of its articles; nothing in `regulation` answers for it."""

from core.api import Regulation, Suggestion, keys, shapes

REG = Regulation(
    code="SZ",
    title="深圳市政务服务“好差评”实施办法（修订稿）（征求意见稿）",
    document="",
    issued=None,
    note="征求意见稿，未载文号和日期；自印发之日起实施，《深圳市政务服务“好差评”实施办法（试行）》"
    "（深政数规〔2019〕2号）同时废止。",
)

Q14 = REG["第八条"].asks(
    "Q14",
    keys.occasions,
    "全程网上办理和自助终端办理的事项，除服务事项、服务渠道外，是否也作总体评价？",
    values=(
        Suggestion(True, "第二十条以总体评价计算机构和辖区得分，网上办件不评总体则机构无从得分", "也评总体"),
        Suggestion(False, "第八条第二款、第十四条只列服务事项和服务渠道", "不评总体"),
    ),
    demo=True,
)
Q15 = REG["第十四条"].asks(
    "Q15",
    keys.batch_counts,
    "批量业务的一次评价，在得分里计一次还是按笔数计？",
    values=(
        Suggestion("once", "实行“一次评价”，评价人只作了一次选择", "计一次"),
        Suggestion("each", "“评价结果适用于本次批量办理的所有业务”，每笔各有一个结果", "按笔数计"),
    ),
    demo="once",
)
Q17 = REG["第十七条"].asks(
    "Q17",
    keys.occasions,
    "窗口服务办结时，除工作人员外，是否一并评价服务渠道？",
    values=(
        Suggestion(True, "第十四条：每次到窗口办理后可对工作人员和服务渠道各评价一次", "服务办结时评渠道"),
        Suggestion(False, "第十七条：服务办结时暂不对其他内容进行评价，渠道留到办结时评", "办结时评渠道"),
    ),
    demo=True,
)
Q7 = REG["第十六条"].asks(
    "Q7",
    keys.append.field("after_default"),
    "逾期默认为“非常满意”的，评价人此后还能否追加评价？",
    values=(
        Suggestion(False, "追加以“评价人做出评价后”为前提，默认不是评价人作出的", "不能"),
        Suggestion(True, "默认的结果也适用于该笔业务，允许评价人更正更符合实际", "能"),
    ),
    demo=False,
)
Q2 = REG["第十五条"].asks(
    "Q2",
    keys.defaults_count,
    "逾期默认的“非常满意”是否计入得分？",
    values=(
        Suggestion(True, "“该笔业务默认为‘非常满意’”，业务有了评价结果即计分", "计入"),
        Suggestion(False, "第二十条另统计主动评价情况，默认结果不反映评价人的意见", "不计入"),
    ),
    demo=True,
)
Q3 = REG["第二十条"].asks(
    "Q3",
    keys.formulas.field("over"),
    "机构和辖区得分，是全部总体评价的平均，还是先算各工作人员的平均分再平均？",
    values=(
        Suggestion("ratings", "“所产生总体评价得分的平均值”，按字面以每条评价为单位", "按评价平均"),
        Suggestion("staff-means", "避免业务量大的个别窗口左右机构得分", "按人员平均"),
    ),
    demo="ratings",
)
Q12 = REG["第二十条"].asks(
    "Q12",
    keys.region_includes_below,
    "市一级的辖区得分是否包含各区？",
    values=(
        Suggestion(True, "“辖区内所产生总体评价”，各区在市的辖区之内", "包含"),
        Suggestion(False, "分级考核时，市本级与各区分开比较", "只算本级"),
    ),
    demo=True,
)
Q8 = REG["第二十三条"].asks(
    "Q8",
    keys.ticket_per,
    "一次评价涉及几个部门的责任时，生成一张工单还是分单？",
    values=(
        Suggestion("one", "评价人只被联系一次，按最差的一项定承办单位，其余协办", "一张工单"),
        Suggestion("split", "按分工各自处理，期限和责任清楚", "按责任单位分单"),
    ),
    demo="one",
)
Q21 = REG["第二十三条"].asks(
    "Q21",
    (keys.routing, keys.clocks),
    "服务渠道的差评由谁处理？（联系评价人的期限按第二十四条的三个工作日）",
    values=(
        Suggestion("system-owner", "渠道差评多为系统体验，“由相应的系统管理部门负责处理”", "系统管理部门"),
        Suggestion("item-institution", "渠道随事项提供，事项管理部门最了解情况", "事项管理部门"),
        Suggestion("staff-institution", "大厅环境由派驻人员的单位负责", "人员管理部门"),
        Suggestion("bureau", "大厅和平台由政务服务管理部门统筹", "政务服务管理部门"),
    ),
    demo="system-owner",
)
Q4 = REG["第二十五条"].asks(
    "Q4",
    keys.appeal_pauses,
    "被评价人申请复核期间，哪些期限停止计算？",
    values=(
        Suggestion((), "条文没有中止的规定，十个工作日含复核在内", "都不停止"),
        Suggestion(("close",), "复核占用的时间不应由承办单位承担", "办结期限停止"),
    ),
    demo=(),
    free=keys.appeal_pauses.shape,
)
Q9 = REG["第二十六条"].asks(
    "Q9",
    keys.alerts,
    "“一年内”按滚动还是自然年度，“一周内连续”是否要求其间没有更好的评价，“排名靠后”取后多少、至少多少条评价才排名？",
    values=(
        Suggestion(
            {"year": "rolling", "streak": False, "bottom": 0.1, "min": 30},
            "滚动一年、一周内累计即算，样本不足三十条的不排名，排名后一成为靠后",
            "滚动一年，后10%",
        ),
        Suggestion(
            {"year": "calendar", "streak": True, "bottom": 0.1, "min": 30},
            "与年度考核同步；“连续”按字面，其间有更好评价即中断",
            "自然年度，须连续",
        ),
    ),
    demo={"year": "rolling", "streak": False, "bottom": 0.1, "min": 30},
    free=shapes.Fields(
        {
            "year": shapes.Choice[str]({"rolling": "滚动一年", "calendar": "自然年度"}),
            "streak": shapes.Flag(),
            "bottom": shapes.Number(0, 1, percent=True),
            "min": shapes.Whole(1),
        }
    ),
)
Q6 = REG["第二十七条"].asks(
    "Q6",
    keys.verdict_effects.field("mistaken_without_append"),
    "认定为误评而评价人没有追加评价的，原差评照计还是不计？",
    values=(
        Suggestion("keep", "“差评结果原则上不可更改”，没有追加就没有可据以替换的结果", "照计"),
        Suggestion("exclude", "误评属于无效差评，不应计入", "不计"),
    ),
    demo="keep",
)
Q11 = REG["第二十八条"].asks(
    "Q11",
    keys.feedback_bad_reopens,
    "评价人对整改情况仍非常不满意的，工单是否重新整改？",
    values=(
        Suggestion(True, "整改未得到认可，问题没有解决", "重新整改"),
        Suggestion(False, "条文只要求提示评价人评价，未规定重办；评价人可以追加评价", "办结"),
    ),
    demo=True,
)
