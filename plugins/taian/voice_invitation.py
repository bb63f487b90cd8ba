"""“语音邀请” (二（一）): who was served is called and asked, by voice, to rate on the keys of their telephone."""

from typing import Final

from core.api import Act, Extra, Fault, Field, Form, Kind, Page, Scene, State, Step, Story, Tell, keys

CALLED: Final = ("planned", "missed")
DROPPED: Final = {"drop_reason": "两次没有接通，不再打扰。"}


def agreed(scene: Scene) -> tuple[Fault, ...]:
    """Nobody is rung up who did not agree to it."""
    return () if scene.given["agreed"] else (Fault("agreed", "本人不同意接听的，不要登记语音邀请。"),)


def calls_shown(_: Scene) -> tuple[Story, ...]:
    """Answered, missed and called again, not wanted, and one to be called today."""
    called, missed = Step(1, "call"), Step(1.2, "miss")
    again = (missed, Step(3, "call"), Step(3.1, "reach"))
    told = (
        (9, (called, Step(1.1, "reach"))), (6, (called, *again)), (5, (called, missed, Step(30, "drop", DROPPED))),
        (3, (called, Step(1.1, "decline"))), (0.3, (called, missed)), (0.1, ()),
    )  # fmt: skip
    return tuple(
        Story("voice_call", {"phone": f"1390000700{nth}", "agreed": True}, days, "clerk", steps, ratable=True)
        for nth, (days, steps) in enumerate(told)
    )


VOICE_CALL: Final = Kind(
    "voice_call",
    "语音邀请",
    "请语音网关给办过事的人打一个电话，请他按键评价。评不评由他决定；夜间不打，等到早上。",
    Form((
        Field("case", "办件编号", "case"),
        Field("phone", "评价人的电话", "phone"),
        Field("agreed", "本人同意接听语音邀请", "flag"),
        Field("remark", "备注", "text", required=False, most=200),
    )),
    (
        State("planned", "待拨打"),
        State("called", "已交语音网关"),
        State("missed", "未接通"),
        State("reached", "已接通", ended=True),
        State("declined", "不愿评价", ended=True),
        State("dropped", "不再拨打", ended=True),
    ),
    acts=(
        Act("call", "拨打", ("bureau", "handler", "clerk"), CALLED, "called", effect="invite-by-voice",
            help="只拨打还可以评价的办件；按键的结果作为本人评价自动收到。"),
        Act("reach", "已接通", ("bureau", "handler", "clerk"), ("called",), "reached"),
        Act("miss", "未接通", ("bureau", "handler", "clerk"), ("called",), "missed"),
        Act("decline", "不愿评价", ("bureau", "handler", "clerk"), ("planned", "called", "missed"), "declined",
            help="评价自愿。对方不愿评价的，不再拨打。"),
        Act("drop", "不再拨打", ("bureau", "handler", "clerk"), ("planned", "missed"), "dropped", Form((
            Field("drop_reason", "原因", "text", most=200),
        ))),
    ),
    tells=(Tell("miss", ("clerk",), "语音邀请 {number} 未接通"),),
    files=("clerk", "handler", "bureau"),
    sees=("bureau", "clerk", "handler"),
    title="case",
    columns=("case",),
    same=("case",),
    repeats="refuse",
    case="case",
    check=agreed,
    clause="二（一）",
    series="YY",
)  # fmt: skip

VOICE_INVITATION: Final = Extra(
    "voice_invitation",
    "语音邀请评价",
    "经语音网关打电话邀请评价，按键就是评价；夜间不打，不愿评价的不再打。",
    keys.voice_invitation,
    "二（一）",
    kinds=(VOICE_CALL,),
    pages=(
        Page("calls", "语音邀请", "list", "voice_call", ("bureau", "handler", "clerk")),
        Page("board", "进度", "board", "voice_call", ("bureau",)),
    ),
    demo=calls_shown,
)  # fmt: skip
