"""Nothing that could tell who wrote a complaint survives it, and the complaint does."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.redaction import MARK, left, redact

COMPLAINTS = [
    "窗口人员态度生硬，让我跑了三趟，材料清单没说清楚",
    "等了2个小时",
    "第3次",
    "5个工作日",
    "等了30分钟，10分钟才叫一个号，给1分",
    "我叫号等了半天，叫了三次才有人理",
    "我是第一次来办业务，工作人员不耐烦",
    "我是第五个取号的，从南门进来",
    "我是农民，不会用手机，小程序老是卡，系统一直转圈",
    "本人多次反映，本人曾多次到现场，本人于昨日前往大厅",
    "本人申请退税，本人符合条件，本人周三到的",
    "3楼2号窗口的人一直在玩手机，3号窗口没人",
    "B座3楼没有指示牌，2号楼3楼也没有",
    "提出三点整改意见，有一点多余",
    "打12345热线没人接",
    "交了50元，发票金额1200元",
    "2024年办的证到现在没好，3月份就交了材料",
    "1、材料不齐；2、态度差；3、效率低。",
    "前后跑了5-6次，2-3天一次，每次1.5小时",
    "微信小程序提交失败，QQ邮箱收不到，Wi-Fi 连不上",
    "一一推诿，三三两两聊天，小区里的老师也这么说",
]
PERSONAL = """
13800138000 | 138 0013 8000 | 138-0013-8000 | 138。0013。8000 | １３８００１３８０００ | 一三八零零一三八零零零
幺三八 零零幺三 八零零零 | 1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0 | 138\u200b0013\u200b8000 | ١٣٨٠٠١٣٨٠٠٠ | +86 13800138000
0755-12345678 | (0755) 1234 5678 | 075512345678 | 400-800-1234
11010119900307123X | 11010119900307123x | 110101 1990 0307 123X | 110101900307123 | E12345678 | EA1234567
91440300MA5FABCD1X | 9144 0300 MA5F ABCD 1X | 6222021234567890123 | 6222 0212 3456 7890 123
SZ20260309001 | SZ-2026-0309-001 | BJ1234 | 202603
粤B12345 | 粤B·D12345 | 粤 B 12345 | 粤BD12345 | 粤Z1234港
zhang.san@example.com | zhangsan＠qq.com | zhangsan (at) qq.com
10:35 | 10：35 | 10:35:20 | 上午十点三十五分 | 10点35 | 10点35分 | 下午三点半 | 下午3点 | 10时35分
2026年3月9日 | 二〇二六年三月九日 | 2026-03-09 | 2026/3/9 | 2026.03.09 | 3月9日 | 三月九号 | 本月9日
幸福路12号3栋501 | 深南大道1008号 | 幸福路十二号三栋五零一 | 幸福路12弄3号 | 阳光小区3栋2单元501室 | 红星村3组
3栋501 | 2单元501室
"""
PERSONAL = [each for line in PERSONAL.strip().splitlines() for each in line.split(" | ")]
INTRODUCED = """
我叫 王小明 | 我叫 买买提·艾力 | 我叫 张三 | 本人 李建国 | 本人 张三 | 我是 欧阳娜娜 | 我是 张三 | 我是： 张三
姓名： 王小明 | 微信： abc_def | 加V： hello_world | VX zhang_san | QQ 10001 | qq号是 一二三四五
流水号： A23 | 排队号 A023
"""
INTRODUCED = [tuple(each.split()) for line in INTRODUCED.strip().splitlines() for each in line.split(" | ")]
KNOWN = """
张三 = 张三 | 张三 = 张 三 | 张三 = 张　三 | 张三 = 张·三 | 张三 = 张\u200b三 | 张三 = 张先生 | 张三 = 张 女士
张三 = 张小姐 | 张三 = 张老师 | 张三 = 张同志 | 张三 = 小张 | 欧阳娜娜 = 欧阳女士 | 买买提·艾力 = 买买提艾力
Zhang San = zhang san | Zhang San = ZHANGSAN | AB-12 = ab12 | AB-12 = AB 12 | A7 = A7 | 12345 = 12345
"""
KNOWN = [tuple(each.split(" = ")) for line in KNOWN.strip().splitlines() for each in line.split(" | ")]
PIECES = """
1 a a1 1- 一 十 a. a@ @ 路 路12号 12弄 3栋50 月1 3月 11:1 上午 我叫 本人张 我是王
我姓 张 张三 微信a 粤B1 粤B12345 \ud800 \u202e1 😀 ﷺ ［
"""
CHINESE = st.text(
    st.sampled_from("窗口人员态度很差让我跑了一趟材料没说清楚，。！的是在小号点张李月日年室里路街三十零 \n"),
    max_size=40,
)
ANYTHING = st.text(st.characters(), max_size=200)
WITH_DIGITS = st.text(
    "0123456789零一二十年月日号点时分:：.-/ 　我叫是本人张三王路栋室微信vqxX粤B@a\x00\u202e\u200b", max_size=80
)


@pytest.mark.parametrize("complaint", COMPLAINTS)
def test_an_ordinary_complaint_stays_as_it_was_written(complaint: str):
    assert redact(complaint, ["赵六", "李四", "2026-0001"]) == complaint
    assert left(complaint, ["赵六", "李四", "2026-0001"]) == ()


@pytest.mark.parametrize("secret", PERSONAL)
def test_only_the_secret_goes(secret: str):
    assert redact(f"经办的说，{secret}。服务太差") == f"经办的说，{MARK}。服务太差"
    assert left(f"经办的说，{secret}。") != ()


@given(before=CHINESE, secret=st.sampled_from(PERSONAL), after=CHINESE)
@settings(deadline=None, max_examples=400)
def test_nothing_personal_survives_whatever_surrounds_it(before: str, secret: str, after: str):
    shown = redact(before + secret + after)

    assert secret not in shown
    assert left(shown) == ()


@given(before=CHINESE, secret=st.sampled_from(INTRODUCED), after=CHINESE)
@settings(deadline=None, max_examples=400)
def test_who_says_their_name_or_account_is_not_named(before: str, secret: tuple[str, str], after: str):
    said, name = secret

    assert said + name not in redact(before + said + name + after)


@given(before=CHINESE, secret=st.sampled_from(KNOWN), after=CHINESE)
@settings(deadline=None, max_examples=400)
def test_what_the_case_knows_of_a_person_is_not_shown(before: str, secret: tuple[str, str], after: str):
    known, written = secret

    assert written not in redact(before + written + after, [known])


@given(text=ANYTHING | WITH_DIGITS, known=st.lists(ANYTHING | WITH_DIGITS, max_size=3))
@settings(deadline=None, max_examples=400)
def test_any_text_is_redacted_once_and_for_all(text: str, known: list[str]):
    shown = redact(text, known)

    assert redact(shown, known) == shown
    assert left(shown, known) == ()
    assert len(shown) <= len(MARK) * len(text)


@given(text=WITH_DIGITS)
@settings(deadline=None)
def test_what_is_found_left_is_what_would_go(text: str):
    assert (left(text) == ()) == (redact(text) == text) or MARK in text


@pytest.mark.parametrize(
    "text", ["", MARK, f"{MARK}好", f"好{MARK}{MARK}", "［已隐", "\x00", "\ud800", "\u202e人", "👨‍👩‍👧", "۩ﷺ"]
)
def test_strange_texts_are_texts(text: str):
    assert redact(text) == text.replace(MARK * 2, MARK)


@pytest.mark.parametrize("piece", [*PIECES.split(), "1 ", " ", "\x00", MARK])
def test_no_text_takes_longer_than_its_length(piece: str):
    text = (piece * 10_000)[:10_000]
    started = time.perf_counter()

    redact(text, ["张三", "1a" * 20, "a" * 100])

    assert time.perf_counter() - started < 1
