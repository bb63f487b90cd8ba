"""Of Jilin's work plan (工作方案) only this much is for a machine; it has no trial period and outlives its annex."""

from datetime import date
from typing import Final

from core.api import Cadence, Regulation, keys

PLAN: Final = Regulation(
    code="jilin-plan-2020",
    title="吉林市建立政务服务“好差评”制度全面提升政务服务能力和水平工作方案",
    document="吉林市 2020年",
    issued=date(2020, 8, 9),
    note="方案没有署明日期，以附件细则的施行日期为准。",
)

HALL_BUILDING: Final = "是事项梳理、网上办理和大厅建设的任务，不是评价规则，没有可以由评价系统执行的条件。"

PLAN["一"].rule("JL-P7", "总体要求", machine=False, why_not="指导思想和工作目标，由以下各项落实。")

# 二、目标任务
PLAN["二（一）"].rule("JL-P8", "政务服务事项“统一标准”", machine=False, why_not=HALL_BUILDING)
PLAN["二（二）4"].rule("JL-P1", "好差评结果纳入部门年度绩效考核目标")
PLAN["二（三）"].rule(
    "JL-P5",
    "网上可办、一网通办、应进必进、一窗分类受理等比例要求",
    machine=False,
    why_not="是大厅建设的指标，不是评价规则；原文的百分号缺失，数字不宜照用。",
)
PLAN["二（四）"].rule("JL-P9", "政务服务事项“最多跑一次”", machine=False, why_not=HALL_BUILDING)
PLAN["二（五）3"].rule("JL-P6", "受理与办理分离、办理与监督评价分离")
PLAN["二（六）1"].rule("JL-P10", "制定工作细则", machine=False, why_not="细则已经制定，即本方案的附件。")
PLAN["二（六）2"].rule("JL-P2", "各级政务服务机构、各类政务服务平台及工作人员中开展评价，三个全覆盖")
PLAN["二（六）3"].rule(
    "JL-P3",
    "服务方式完备度、事项覆盖度、指南准确度、办理成熟度、服务成效度“五度”监管",
).sets(keys.five_degrees, value=True)

# 三、工作措施
PLAN["三（一）"].rule("JL-P11", "提高重视程度", machine=False, why_not="工作要求，没有可以执行或核对的条件。")
PLAN["三（二）"].rule("JL-P12", "强化协调配合", machine=False, why_not="工作要求，没有可以执行或核对的条件。")
PLAN["三（三）"].rule(
    "JL-P4", "每月调度各县（市）区、开发区和各部门的目标任务完成情况", waits="定期工作的提醒：每月调度"
).adds(keys.cadence, Cadence("目标任务完成情况调度", "市政务服务和数字化局", "month"))
