"""A place says its notices in its own words, which name nobody to the rated and keep every version that went out."""

from datetime import datetime, timedelta

import pytest

from core import db
from core.audit.model import Actor
from core.errors import Conflict, Invalid
from core.outbox import actions as outbox
from core.outbox import jobs, texts
from core.outbox.sms import Message
from core.outbox.words import NOTICES, SAMPLE, Said, filled, parts, said, title_of, wrong
from core.people import Person
from core.people import actions as people
from core.tenants.model import Tenant

OPERATOR = Actor("member", "operator")
REMINDER = NOTICES["sms.reminder"]


@pytest.mark.parametrize("kind", sorted(NOTICES))
def test_the_built_in_words_keep_their_own_rules(kind: str) -> None:
    notice = NOTICES[kind]

    text = said(kind, SAMPLE, "测试", "https://hcp.test")

    assert wrong(notice, Said(notice.body, notice.subject)) == {}
    assert "{" not in text.body + text.subject and "https://hcp.test/k/" in text.body


@pytest.mark.parametrize(
    ("kind", "body", "says"),
    [
        ("sms.reminder", " ", "恢复自带文字"),
        ("sms.reminder", "【测试】请评价 {连接}", "是否想写“链接”？"),
        ("sms.reminder", "【测试】请评价", "请写上 {链接}"),
        ("sms.reminder", "请评价 {链接}", "签名"),
        ("sms.reminder", "【测试】请评价 {链接", "没有成对"),
        ("sms.reminder", "【测试】请评价 https://example.com {链接}", "诈骗短信"),
        ("sms.reminder", "【测试】{链接}" + "字" * 300, "最多 300 个字"),
        ("sms.notice", "【测试】{提醒内容} {办件号} {链接}", "能认出评价人"),
        ("mail.notice", "{提醒内容} {电话} {链接}", "能认出评价人"),
        ("sms.notice", "【测试】{链接}", "请写上 {提醒内容}"),
    ],
)
def test_what_may_not_be_sent_is_refused_with_what_to_do(kind: str, body: str, says: str) -> None:
    notice = NOTICES[kind]

    assert says in wrong(notice, Said(body, notice.subject))["body"]


def test_a_title_is_a_few_plain_words_and_a_subject_one_line() -> None:
    title, mail = title_of("decision", "申诉有了复核决定"), NOTICES["mail.notice"]

    assert wrong(title, Said("复核结果")) == {}
    assert "不能用变量" in wrong(title, Said("{地区}复核"))["body"]
    assert set(wrong(mail, Said(mail.body, "一\n二"))) == {"subject"}


def test_a_long_message_is_counted_in_the_parts_it_is_paid_as() -> None:
    assert [parts("字" * size) for size in (1, 70, 71, 134, 135)] == [1, 1, 2, 2, 3]
    assert parts("🙂" * 36) == 2


def test_a_placeholder_reaches_no_further_than_its_value() -> None:
    assert filled("{地区.__class__}{ 地区 }｛办件号｝", {"place": "测试", "case": "{链接}"}) == "测试{链接}"


async def test_the_newest_words_are_sent_and_older_ones_can_be_read(tenant: Tenant, now: datetime) -> None:
    async with db.as_tenant(tenant.id) as unit:
        person = await people.remember(unit, Person("张三", phone="13800138000"))
        payload = {"case": "A-1", "path": "/r/x"}
        message = await outbox.post(unit, "sms.reminder", payload, now, person_id=person)
        await texts.put(unit, REMINDER, Said("【测试】一：{链接}"), seen=0, by=OPERATOR, now=now)
        await texts.put(unit, REMINDER, Said("【测试】二：{链接}"), seen=1, by=OPERATOR, now=now)
        same = await texts.put(unit, REMINDER, Said("【测试】二：{链接}"), seen=2, by=OPERATOR, now=now)
    gateway = Kept()
    await jobs.Delivery(gateway, "https://hcp.test")(tenant, str(message), now)

    async with db.as_tenant(tenant.id) as unit:
        await texts.put(unit, REMINDER, None, seen=2, by=OPERATOR, now=now + timedelta(days=1))
        versions = await texts.history(unit, "sms.reminder")
        own = await texts.own(unit, "sms.reminder")
        audited = await unit.fetchval(
            "SELECT count(*) FROM audit WHERE tenant_id = $1 AND act = 'notice.set'", tenant.id
        )

    assert [each.text for each in gateway.taken] == ["【测试】二：https://hcp.test/r/x"]
    assert [(each.number, each.said and each.said.body) for each in versions] == [
        (3, None), (2, "【测试】二：{链接}"), (1, "【测试】一：{链接}"),
    ]  # fmt: skip
    assert own is None and same is not None and same.number == 2 and audited == 3


class Kept:
    """A gateway that takes everything."""

    def __init__(self) -> None:
        self.taken: list[Message] = []

    async def send(self, message: Message, now: datetime) -> None:  # noqa: ARG002 - it takes them at any time
        self.taken.append(message)


async def test_words_written_over_somebody_elses_are_refused_and_nothing_wrong_is_kept(
    tenant: Tenant, stranger: Tenant, now: datetime
) -> None:
    async with db.as_tenant(tenant.id) as unit:
        await texts.put(unit, REMINDER, Said("【测试】一：{链接}"), seen=0, by=OPERATOR, now=now)
        with pytest.raises(Conflict):
            await texts.put(unit, REMINDER, Said("【测试】二：{链接}"), seen=0, by=OPERATOR, now=now)
        with pytest.raises(Invalid):
            await texts.put(unit, REMINDER, Said("没有签名"), seen=1, by=OPERATOR, now=now)
        kept = await texts.history(unit, "sms.reminder")
    async with db.as_tenant(stranger.id) as unit:
        others = await texts.every(unit)

    assert len(kept) == 1 and others == {}
