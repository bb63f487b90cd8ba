"""A notice is read as it was published, refused at its line, published by two, and moves only what was provisional."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from core import db, duties, people, tenants
from core.audit.model import SYSTEM
from core.calendars import actions, decide
from core.calendars.actions import OwnWork, Stale
from core.calendars.files import MOST_BYTES, text_of
from core.calendars.model import OwnDay
from core.calendars.notice import Unreadable, read
from core.clock import SHANGHAI
from core.errors import Invalid, Refused, TooLong, WrongState
from core.people import Member, NewMember
from core.people.members import Behalf
from core.policy.calendar import Calendar, YearNotice
from core.policy.holidays import SEED
from core.tenants import Tenant
from tests.core.notices import MAY_2019, SEPTEMBER_2015, YEARS, notice
from tests.web.office import rated, town

# What a later notice changed in the year of the one that is read here.
LATER = {date(2018, 12, 29), date(2018, 12, 31)}


def seeded(*years: int) -> Calendar:
    return Calendar({year: YearNotice(frozenset(SEED[year].off), SEED[year].work, 1, SEED[year].off) for year in years})


@pytest.mark.parametrize("year", YEARS)
def test_the_notices_of_sixteen_years_are_read_to_the_days_that_are_known(year: int) -> None:
    found = read(notice(year))
    years = decide.years_after(found, seeded(year - 1).years)
    after, known = decide.with_years(seeded(year - 1), years), seeded(year - 1, year)

    days = [*decide.days_of(year - 1), *decide.days_of(year)]
    assert [day for day in days if after.is_workday(day) != known.is_workday(day) and day not in LATER] == []
    assert found.title == f"国务院办公厅关于{year}年部分节假日安排的通知（国办发明电〔{year - 1}〕7号）"
    assert found.off[date(year, 1, 1)] == "元旦"


@pytest.mark.parametrize(
    "altered",
    [
        lambda text: text.replace("（", "(").replace("）", ")").replace("：", ":").replace("，", ","),
        lambda text: text.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        lambda text: text.replace("日", "日 ").replace("月", " 月 ").replace("。", "。\n"),
        lambda text: text.replace("至", "—"),
        lambda text: text.replace("周", "星期").replace("上班", "正常上班"),
        lambda text: "\n".join(text[at : at + 17] for at in range(0, len(text), 17)),
        lambda text: text.replace("月", "⽉").replace("日", "⽇"),
    ],
    ids=["half width", "full width", "blanks", "dashes", "long weekdays", "broken lines", "letters of a PDF"],
)  # fmt: skip
def test_however_it_was_copied_it_says_the_same(altered: Callable[[str], str]) -> None:
    plain, other = read(notice(2026)), read(altered(notice(2026)))

    assert (other.off, other.work) == (plain.off, plain.work)


@pytest.mark.parametrize(
    ("was", "becomes", "line", "says"),
    [
        ("1月4日（周日）上班", "1月4日（周六）上班", 7, "1月4日是周日，这里写的是周六"),
        ("放假调休，共9天", "放假调休，共8天", 8, "写的是共 8 天，按日期数是 9 天"),
        ("5月9日（周六）上班", "5月5日（周二）上班", 10, "5月5日前面写的是劳动节放假，这里又写劳动节调休上班"),
        ("5月9日（周六）上班", "5月8日（周五）上班", 10, "5月8日是周五，本来就上班"),
        ("6月19日（周五）至21日（周日）", "6月31日至21日", 11, "没有6月31日这一天"),
        ("9月25日（周五）至27日（周日）", "9月27日至25日", 12, "前后颠倒"),
        ("4月4日（周六）至6日", "4日（周六）至6日", 9, "没有写明是几月"),
        ("六、中秋节：9月25日（周五）至27日（周日）放假，共3天。\n", "", 15, "没有读到中秋节"),
        ("9月20日（周日）、10月10日（周六）上班", "9月20日（周日）、10月10日（周六）见面", 13, "读不懂"),
        ("现将2026年", "现将2025年", 6, "标题是 2026 年，这里写的是 2025 年"),
        ("10月10日（周六）上班", "2028年10月7日（周六）上班", 13, "不在 2026 年的安排里"),
        ("国务院办公厅关于2026年", "关于2026年", 1, "没有读到标题"),
        ("9月25日（周五）至27日（周日）放假，共3天。", "9月25日（周五）放假，9月25日（周五）放假。", 12, "写了两次"),
    ],
)
def test_what_contradicts_the_calendar_or_itself_is_refused_at_its_line(
    was: str, becomes: str, line: int, says: str
) -> None:
    text = notice(2026)
    assert was in text

    with pytest.raises(Unreadable) as refused:
        read(text.replace(was, becomes))

    assert [each.line for each in refused.value.faults if says in each.says] == [line], refused.value.faults


def test_every_fault_is_told_at_once_in_the_order_of_the_lines() -> None:
    text = notice(2026).replace("共9天", "共7天").replace("1月4日（周日）", "1月4日（周一）")
    text = text.replace("共7天。9月", "共6天。9月")

    with pytest.raises(Unreadable) as refused:
        read(text)

    assert [each.line for each in refused.value.faults] == [7, 8, 13]


@pytest.mark.parametrize(
    "text",
    [
        "", "一、元旦：1月1日放假", "国务院办公厅关于节假日安排的通知", "国务院办公厅关于2026年部分节假日安排的通知",
        "字" * 30_000,
    ],
)  # fmt: skip
def test_what_is_no_notice_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(Unreadable):
        read(text)


def test_an_adjustment_changes_one_holiday_of_a_year_that_is_known() -> None:
    first, told = date(2019, 5, 1), SEED[2019]
    off = {day: name for day, name in told.off.items() if day.month != first.month or day == first}
    work = told.work - {date(2019, 4, 28), date(2019, 5, 5)}
    before = Calendar({2019: YearNotice(frozenset(off), work, 1, off)})
    after = decide.with_years(before, decide.years_after(read(MAY_2019), before.years))

    assert [(f"{each.day:%m-%d}", each.after) for each in decide.differences(before, after, [2019])] == [
        ("04-28", "班（调休上班）"), ("05-02", "休（劳动节）"), ("05-03", "休（劳动节）"), ("05-04", "休（劳动节）"),
        ("05-05", "班（调休上班）"),
    ]  # fmt: skip
    assert after.kind(date(2019, 10, 1)) == "休"
    with pytest.raises(Unreadable, match="先载入 2019 年全年的通知"):
        decide.years_after(read(MAY_2019), {})


def test_a_memorial_day_of_its_own_is_read_without_a_heading() -> None:
    found = read(SEPTEMBER_2015)
    after = decide.with_years(seeded(2015), decide.years_after(found, seeded(2015).years))

    assert [after.kind(date(2015, 9, day)) for day in (3, 4, 6)] == ["休", "休", "班"]
    assert after.kind(date(2015, 10, 1)) == "休"


def test_new_years_days_of_the_year_before_need_that_year() -> None:
    with pytest.raises(Unreadable, match="先载入 2022 年的安排"):
        decide.years_after(read(notice(2023)), {})


def test_a_notice_is_taken_from_text_pages_and_word_files_and_from_nothing_else() -> None:
    text = notice(2026)
    page = "<html><head><title>x</title></head><body>" + "".join(f"<p>{line}</p>" for line in text.splitlines())
    same = [text.encode(), text.encode("gb18030"), text.encode("utf-16")]

    assert {read(text_of("a.txt", each)).work for each in same} == {read(text).work}
    assert read(text_of("a.html", page.encode())).off == read(text).off
    assert read(text_of("a.docx", _word(text))).off == read(text).off
    for name, content in {
        "a.pdf": b"%PDF-1.7", "a.png": b"\x89PNG\r\n", "a.docx": b"PK\x03\x04broken", "b.docx": _word(text, "</w:p"),
        "c.docx": _word(text, '<!DOCTYPE x [<!ENTITY a "aaaa">]>'),
    }.items():  # fmt: skip
        with pytest.raises(Invalid) as refused:
            text_of(name, content)
        assert refused.value.field == "file"
    with pytest.raises(TooLong):
        text_of("a.txt", b"x" * (MOST_BYTES + 1))


def _word(text: str, broken: str = "") -> bytes:
    said = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in text.splitlines())
    body = f'<w:document xmlns:w="w"><w:body>{said}</w:body></w:document>'
    types = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        part = f'<Override PartName="/word/document.xml" ContentType="{types}"/>'
        archive.writestr("[Content_Types].xml", f"<Types>{part}</Types>")
        archive.writestr("word/document.xml", broken + body if broken.startswith("<!") else body + broken)
    return file.getvalue()


@pytest.fixture
async def place(pool: object):
    late = datetime(2026, 12, 28, 9, 30, tzinfo=SHANGHAI)
    async with town(late) as found:
        yield found


async def officer(tenant: Tenant, name: str) -> Member:
    new = NewMember(name, f"{name}某", "operator", "A long pass phrase", must_change=False)
    member = await people.add_member(tenant.id, new, by=SYSTEM, now=datetime(2026, 12, 1, tzinfo=SHANGHAI))
    async with db.as_tenant(tenant.id) as unit:
        return next(each for each in await people.members(unit) if each.id == member)


async def clocks(tenant: Tenant) -> dict[str, tuple[datetime, bool]]:
    async with db.as_tenant(tenant.id) as unit:
        rows = await unit.fetch("SELECT name, due_at, provisional FROM clock WHERE tenant_id = $1", tenant.id)
    return {row["name"]: (row["due_at"], row["provisional"]) for row in rows}


def _in_place_of(member: Member) -> Behalf:
    return Behalf(member.id, member.username, member.name, db.ids.new())


async def test_who_wrote_it_in_anothers_place_leaves_it_to_a_third(place: Tenant) -> None:
    late = datetime(2026, 12, 28, 9, 30, tzinfo=SHANGHAI)
    one, other = await officer(place, "one"), await officer(place, "other")
    text = notice(2027)
    change_id = await actions.propose_notice(
        place, read(text), text, by=replace(one, behalf=_in_place_of(other)), now=late
    )

    for own in (one, other):
        with pytest.raises(OwnWork):
            await actions.publish(place, change_id, version=1, calendar=place.calendar.version, by=own, now=late)


async def test_two_people_publish_and_what_was_listed_is_what_moves(place: Tenant, now: datetime) -> None:
    late = datetime(2026, 12, 28, 9, 30, tzinfo=SHANGHAI)
    await rated(place, late)
    one, other = await officer(place, "one"), await officer(place, "other")
    before = await clocks(place)
    text = notice(2027)

    change_id = await actions.propose_notice(place, read(text), text, by=one, now=late)
    async with db.as_tenant(place.id) as unit:
        change = await actions.by_id(unit, change_id)
        after = actions.calendar_after(place, change)
        days = [each.day for each in decide.differences(place.calendar, after, change.years)]
        moves = await actions.moves(unit, place, after, days)
    waiting = await clocks(place)
    with pytest.raises(OwnWork):
        await actions.publish(place, change_id, version=1, calendar=place.calendar.version, by=one, now=late)
    for own in (replace(other, behalf=_in_place_of(one)), replace(one, behalf=_in_place_of(other))):
        with pytest.raises(OwnWork):
            await actions.publish(place, change_id, version=1, calendar=place.calendar.version, by=own, now=late)
    with pytest.raises(Stale):
        await actions.publish(place, change_id, version=2, calendar=place.calendar.version, by=other, now=late)
    await actions.publish(place, change_id, version=1, calendar=place.calendar.version, by=other, now=late)
    await duties.recount(await tenants.by_id(place.id), "", late)
    done = await clocks(place)

    assert waiting == before
    assert [each.what for each in moves.clocks.moves] and all(each.open is False for each in moves.clocks.moves)
    assert {each.what: each.after for each in moves.clocks.moves} == {
        name: at for name, (at, _) in done.items() if before[name][1]
    }
    assert {name: at for name, (at, provisional) in done.items() if not before[name][1]} == {
        name: at for name, (at, provisional) in before.items() if not provisional
    }
    assert any(each.before != each.after for each in moves.clocks.moves)
    assert (await tenants.by_id(place.id)).calendar.word(date(2027, 2, 8)) == "休（春节）"
    with pytest.raises(WrongState):
        await actions.publish(place, change_id, version=1, calendar=place.calendar.version, by=other, now=late)


async def test_days_of_ones_own_wait_together_and_a_firm_deadline_does_not_move(place: Tenant, now: datetime) -> None:
    late = datetime(2026, 12, 14, 9, 30, tzinfo=SHANGHAI)
    await rated(place, late)
    one, other = await officer(place, "one"), await officer(place, "other")
    before = await clocks(place)
    local = date(2026, 12, 16)

    first = await actions.propose_days(place, (OwnDay(local, "off", "市庆", "市政府令1号"),), by=one, now=late)
    again = await actions.propose_days(
        place, (OwnDay(local + timedelta(days=1), "off", "市庆", "市政府令1号"),), by=other, now=late
    )  # fmt: skip
    async with db.as_tenant(place.id) as unit:
        change = await actions.by_id(unit, first)
        moves = await actions.moves(unit, place, actions.calendar_after(place, change), [local])
    third = await officer(place, "third")
    with pytest.raises(OwnWork):
        await actions.publish(place, first, version=2, calendar=place.calendar.version, by=other, now=late)
    await actions.publish(place, first, version=2, calendar=place.calendar.version, by=third, now=late)
    fresh = await tenants.by_id(place.id)
    await duties.recount(fresh, "", late)

    assert (again, change.version, list(change.authors)) == (first, 2, ["one", "other"])
    assert fresh.calendar.word(local) == "本地放假（市庆）"
    assert moves.firm >= 1
    assert {name: at for name, at in (await clocks(place)).items() if not before[name][1]} == {
        name: at for name, at in before.items() if not at[1]
    }
    gone = await actions.propose_days(fresh, (OwnDay(local, "", "", "取消"),), by=one, now=late)
    await actions.publish(fresh, gone, version=1, calendar=fresh.calendar.version, by=other, now=late)
    assert (await tenants.by_id(place.id)).calendar.word(local) == "工作日"


async def test_what_changes_nothing_is_refused_and_a_calendar_changed_meanwhile_is_shown_anew(
    place: Tenant, stranger: Tenant
) -> None:
    late = datetime(2026, 12, 28, 9, 30, tzinfo=SHANGHAI)
    one, other = await officer(place, "one"), await officer(place, "other")
    with pytest.raises(Invalid, match="已经载入"):
        await actions.propose_notice(place, read(notice(2026)), "", by=one, now=late)
    with pytest.raises(Refused):
        await actions.propose_days(place, (OwnDay(date(2026, 12, 30), "", "", "x"),), by=one, now=late)
    change = await actions.propose_notice(place, read(notice(2027)), notice(2027), by=one, now=late)

    await tenants.set_day(place.id, date(2027, 3, 3), "off", now=late)
    with pytest.raises(Stale):
        await actions.publish(place, change, version=1, calendar=place.calendar.version, by=other, now=late)
    with pytest.raises(Refused):
        await actions.publish(stranger, change, version=1, calendar=stranger.calendar.version, by=other, now=late)
    async with db.as_tenant(place.id) as unit:
        kept = await actions.by_id(unit, change)
        missing = await actions.ready(unit, place, date(2027, 1, 4))

    assert kept.state == "open"
    assert not (await tenants.by_id(place.id)).calendar.published(2027)
    assert missing[0].href == "/calendar/notice"
