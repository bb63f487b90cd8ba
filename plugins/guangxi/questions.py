"""What the regulation leaves open is asked here, article by article; nothing in `regulation` answers for it."""

from datetime import date

from core.api import Regulation, Suggestion, keys, shapes

REG = Regulation(
    code="GX",
    title="广西壮族自治区政务服务“好差评”制度（试行）",
    document="桂数发〔2019〕21号",
    # 文号只载明年份，正文只说“自印发之日起”：当年最后一日必已施行，更早的日子文本不能证明。
    issued=date(2019, 12, 31),
    note="文本未载印发日期，按2019年最后一日起适用；取得印发日期后更正。",
)

Q3 = REG["第四条"].asks(
    "Q3",
    keys.formulas.field("over"),
    "机构、条线、地区的得分，是全部直接评价的平均，还是先算各工作人员的平均分再平均？",
    values=(
        Suggestion("ratings", "“所获直接评价的平均分”，按字面以每条评价为单位", "按评价平均"),
        Suggestion("staff-means", "“所有工作人员”的平均，避免业务量大的窗口左右全局", "按人员平均"),
    ),
    demo="ratings",
)
Q12 = REG["第四条"].asks(
    "Q12",
    keys.region_includes_below,
    "地区的得分是否包含下级地区？",
    values=(
        Suggestion(True, "“同一地区所有政务服务机构”，下级在本地区之内", "包含"),
        Suggestion(False, "各级中心分级管理（第二条），市本级与县分开比较", "只算本级"),
    ),
    demo=True,
)
Q23 = REG["第五条"].asks(
    "Q23",
    keys.dimensions,
    "对窗口工作人员作一个评价，还是按服务态度、服务质量、办事效率分别评价？",
    values=(
        Suggestion("one", "第八条、第十条都只说一个等级、一个分数", "一个评价"),
        Suggestion("three", "第五条把三个方面都列入评价内容", "三个评价"),
    ),
    demo="one",
)
Q2 = REG["第八条"].asks(
    "Q2",
    keys.defaults_count,
    "逾期默认的“非常满意”是否计入得分？",
    values=(
        Suggestion(True, "“默认为‘非常满意’等级”，等级对应分数，即计分", "计入"),
        Suggestion(False, "得分是“直接评价的平均分”，默认不是办事人员作出的评价", "不计入"),
    ),
    demo=True,
)
Q10 = REG["第八条"].asks(
    "Q10",
    keys.audit.field("when"),
    "只给了“不满意”“非常不满意”等级、没有勾选或填写内容的，是否也要审核？",
    values=(
        Suggestion("valid", "审核的对象是“文字评价的内容”，没有内容即无可审核，直接有效", "直接有效"),
        Suggestion("audit", "所有差评统一先经审核", "也要审核"),
    ),
    demo="valid",
)
Q9 = REG["第十三条"].asks(
    "Q9",
    keys.alerts,
    "“长期服务评价挂末”：按滚动一年还是自然年度考察，排名后多少算挂末，至少多少条评价才排名？",
    values=(
        Suggestion(
            {"year": "rolling", "streak": False, "bottom": 0.1, "min": 30},
            "滚动一年逐月都在后一成，样本不足三十条的不排名",
            "滚动一年，后10%",
        ),
        Suggestion(
            {"year": "calendar", "streak": False, "bottom": 0.1, "min": 30},
            "与第十六条的年度考核同步",
            "自然年度，后10%",
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
Q19 = REG["第十四条"].asks(
    "Q19",
    (keys.dispatcher, keys.verified_by),
    "差评由谁转给承办单位，由谁查实？",
    values=(
        Suggestion(
            {"dispatcher": "direct", "verified_by": "handler"},
            "审核通过后系统直接推送，由本机构查实（第六条：机构负责管理本机构窗口工作人员）",
            "系统推送，机构查实",
        ),
        Suggestion(
            {"dispatcher": "bureau", "verified_by": "bureau"},
            "审核内容的监督管理部门一并查实后转办",
            "监督管理部门查实后转办",
        ),
        Suggestion(
            {"dispatcher": "bureau", "verified_by": "handler"},
            "监督管理部门审核后转办，由机构查实",
            "监督管理部门转办，机构查实",
        ),
    ),
    demo={"dispatcher": "direct", "verified_by": "handler"},
    free=shapes.Fields({"dispatcher": keys.dispatcher.shape, "verified_by": keys.verified_by.shape}),
)
