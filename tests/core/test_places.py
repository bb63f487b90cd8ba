"""Places keep their official codes through every spreadsheet they pass."""

from datetime import datetime

import pytest

from core import audit, db, places
from core.audit import Actor
from core.errors import Malformed, UnknownCode
from core.places import Institution, Item, KindName, Loaded, Region
from core.tenants import Tenant

BY = Actor("member", "zhang")
REGIONS = "编码,名称,上级编码,级别\r\n11,全市,,city\r\n1101,东区,11,district\r\n"
INSTITUTIONS = (
    "编码,名称,区域编码,条线编码,上级编码,职责\r\ntax,税务局,11,,,服务\r\nbureau,政务局,11,,,政务服务管理\r\n"
)


async def load(tenant: Tenant, now: datetime, kind: KindName, text: str | bytes) -> Loaded:
    async with db.as_tenant(tenant.id) as unit:
        return await places.load(unit, kind, text if isinstance(text, bytes) else text.encode(), by=BY, now=now)


async def export(tenant: Tenant, kind: KindName) -> bytes:
    async with db.as_tenant(tenant.id) as unit:
        return await places.export(unit, kind)


async def test_the_same_file_again_changes_nothing_and_says_so(tenant: Tenant, now: datetime) -> None:
    first = await load(tenant, now, "region", REGIONS)
    again = await load(tenant, now, "region", REGIONS)

    assert (first.changed, first.unchanged, first.broken) == (2, 0, ())
    assert (again.changed, again.unchanged, again.broken) == (0, 2, ())


async def test_what_is_exported_can_be_loaded_elsewhere(tenant: Tenant, stranger: Tenant, now: datetime) -> None:
    await load(tenant, now, "region", REGIONS)
    await load(tenant, now, "institution", INSTITUTIONS)
    for kind in ("region", "institution"):
        await load(stranger, now, kind, await export(tenant, kind))

    assert await export(stranger, "region") == await export(tenant, "region")
    assert await export(stranger, "institution") == await export(tenant, "institution")
    async with db.as_tenant(stranger.id) as unit:
        assert await places.by_duty(unit, "bureau") == [Institution("bureau", "政务局", "11", duty="bureau")]


async def test_good_rows_load_and_broken_ones_are_listed_by_line(tenant: Tenant, now: datetime) -> None:
    await load(tenant, now, "region", REGIONS)
    file = (
        "code,name,region,duty\n"
        "a,甲局,11,服务\n"
        "b,,11,服务\n"
        "c,丙局,99,服务\n"
        "d,丁局,11,其他\n"
        "a,又一甲局,11,服务\n"
        "1.23E+17,戊局,11,服务\n"
        "f\0,己局,11,服务\n"
    )

    loaded = await load(tenant, now, "institution", file)

    assert loaded.changed == 1
    assert [(each.line, each.code) for each in loaded.broken] == [
        (3, "invalid"), (4, "unknown-code"), (5, "invalid"), (6, "conflict"), (7, "invalid"), (8, "invalid"),
    ]  # fmt: skip
    assert "99 不存在" in loaded.to_mend().decode("utf-8-sig")


async def test_children_may_stand_before_their_parents_but_not_above_themselves(tenant: Tenant, now: datetime) -> None:
    file = "编码,名称,上级编码\nc,丙,b\nb,乙,a\na,甲,\nx,子,y\ny,丑,x\nz,寅,x\n"

    loaded = await load(tenant, now, "region", file)

    assert loaded.changed == 3
    assert [each.line for each in loaded.broken] == [5, 6, 7]
    async with db.as_tenant(tenant.id) as unit:
        assert await places.ancestors(unit, "c") == ("c", "b", "a")


async def test_what_refers_to_a_refused_row_is_refused_with_it(tenant: Tenant, now: datetime) -> None:
    file = "编码,名称,上级编码\na,,\nb,乙,a\nc,丙,b\nd,丁,\n"

    loaded = await load(tenant, now, "region", file)

    assert loaded.changed == 1
    assert [each.line for each in loaded.broken] == [2, 3, 4]


async def test_a_spreadsheets_own_encoding_is_understood(tenant: Tenant, now: datetime) -> None:
    await load(tenant, now, "region", REGIONS.encode("gb18030"))

    async with db.as_tenant(tenant.id) as unit:
        assert await places.get(unit, "region", "1101") == Region("1101", "东区", "11", "district")


async def test_no_cell_runs_as_a_formula_and_none_is_lost(tenant: Tenant, now: datetime) -> None:
    evil = '=HYPERLINK("http://x")'
    async with db.as_tenant(tenant.id) as unit:
        await places.save(unit, [Region("1", evil), Region("2", "-1+1")], by=BY, now=now)

    file = await export(tenant, "region")

    assert "'=HYPERLINK" in file.decode("utf-8-sig")
    assert (await load(tenant, now, "region", file)).unchanged == 2


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", "名称\n甲\n".encode(), b'a\n"' + b"x" * 200_000])
async def test_a_file_that_is_no_table_is_refused_whole(tenant: Tenant, now: datetime, data: bytes) -> None:
    with pytest.raises(Malformed):
        await load(tenant, now, "region", data)


async def test_each_change_has_one_entry_with_before_and_after(tenant: Tenant, now: datetime) -> None:
    async with db.as_tenant(tenant.id) as unit:
        await places.save(unit, [Region("1", "旧名")], by=BY, now=now)
    async with db.as_tenant(tenant.id) as unit:
        changed = await places.save(unit, [Region("1", "新名")], by=BY, now=now)
        entries = await audit.of(unit, "region", "1")

    assert changed == 1
    assert [entry.act for entry in entries] == ["region.add", "region.change"]
    assert (entries[1].before["name"], entries[1].after["name"], entries[1].actor) == ("旧名", "新名", "member:zhang")


async def test_three_thousand_items_load_at_once(tenant: Tenant, now: datetime) -> None:
    await load(tenant, now, "region", REGIONS)
    await load(tenant, now, "institution", INSTITUTIONS)
    lines = "".join(f"{number:031d},事项{number},tax,是,否\n" for number in range(3000))

    loaded = await load(tenant, now, "item", "编码,名称,机构编码,进驻大厅,纳入评价\n" + lines)

    assert loaded.changed == 3000
    async with db.as_tenant(tenant.id) as unit:
        found = await places.get(unit, "item", f"{7:031d}")
        assert found == Item(f"{7:031d}", "事项7", "tax", in_scope=False)
        assert len(await places.listing(unit, "item", having="事项29", limit=2000)) == 111
        assert (await places.count(unit))["item"] == 3000


async def test_an_unknown_code_is_named(tenant: Tenant) -> None:
    async with db.as_tenant(tenant.id) as unit:
        with pytest.raises(UnknownCode, match="没有编码为“nobody”的工作人员"):
            await places.get(unit, "staff", "nobody")
