"""A province founds a city in one form; whatever it cannot stand on is refused with the reason."""

import secrets
from collections.abc import AsyncGenerator
from datetime import datetime

import httpx
import pytest

from core import db, tenants
from core.tenants import Founding, Tenant, throwaway
from tests.web.api_world import Times
from tests.web.office import Seat, seat

FORM = {
    "name": "示例市", "short": "示例", "slug": "shili", "host": "", "division": "450900", "testing": "yes",
    "user.admin": "luo", "name.admin": "罗远", "user.security": "zhong", "name.security": "钟宁",
    "user.auditor": "fang", "name.auditor": "方文博",
}  # fmt: skip


@pytest.fixture
async def province(pool: object, now: datetime, times: Times) -> Tenant:
    times.now = now
    name = secrets.token_hex(4)
    return await tenants.create(Founding(f"prov-{name}", "某省", (), province=True, division="450000"), now=now)


@pytest.fixture
async def member(address: str, province: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, province, "provincial", now) as found:
        yield found


async def founded(member: Seat, **more: object) -> httpx.Response:
    return await member.post("/admin/province/cities/new", {**FORM, **more})


async def test_a_city_is_founded_with_a_place_for_its_founder_and_three_to_let_others_in(
    member: Seat, province: Tenant
) -> None:
    slug = province.slug.replace("prov", "shili")
    made = await founded(member, slug=slug, layer=["guangxi", "", ""], name=f"示例市{province.id}")
    tenant = await tenants.by_slug(slug)
    async with db.as_tenant(tenant.id) as unit:
        roles = await unit.fetch("SELECT username, role FROM member WHERE tenant_id = $1 ORDER BY role", tenant.id)
    elsewhere = await member.browser.get(f"/t/{slug}/admin/onboarding")

    assert made.status_code == 200 and made.text.count("<code>") == 4
    assert (tenant.parent, tenant.division, tenant.state) == (province.id, "450900", "founding")
    assert tenant.stack == ("guangxi",)
    assert [row["role"] for row in roles] == ["admin", "auditor", "provincial", "security"]
    assert elsewhere.status_code == 303, "the province's session opens no other tenant"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"layer": ["guangxi", "guangxi"]}, "选了两次"),
        ({"layer": ["shenzhen", "guangxi"]}, "上下级互为依据"),
        ({"layer": ["shenzhen", "taian"]}, "只能有一层市级规则"),
        ({"layer": ["nowhere"]}, "没有安装"),
        ({"division": "110100"}, "不在某省"),
        ({"division": "450000"}, "省级的代码"),
        ({"division": "4509"}, "六位行政区划代码"),
        ({"slug": "Shi Li"}, "小写字母开头"),
        ({"host": "http://x"}, "hcp.example.gov.cn"),
        ({"user.security": "luo"}, "三个不同的人"),
        ({"name": ""}, "请填写全称"),
    ],
)
async def test_what_it_cannot_stand_on_is_refused_where_it_stands(
    member: Seat, changed: dict[str, object], reason: str
) -> None:
    refused = await founded(member, **changed)

    assert refused.status_code == 422 and reason in refused.text
    assert "罗远" in refused.text, "what was typed is kept"
    assert all(each.slug != "shili" for each in await tenants.listing())


async def test_only_a_province_founds(address: str, member: Seat, province: Tenant, now: datetime) -> None:
    async with (
        throwaway(Founding("city", "某市", ()), now=now) as city,
        seat(address, city, "provincial", now) as there,
    ):
        refused = await founded(there)

    assert refused.status_code == 409
