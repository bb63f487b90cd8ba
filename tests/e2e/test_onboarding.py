"""A place whose rules nobody here has read is brought on board in a browser, from its founding to its first rating."""

import re
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page

from core import tenants
from core.tenants import Founding, Tenant
from tests.core.test_rosters import book, saved
from tests.e2e.boarding import Desk, working
from tests.e2e.browser import tab
from tests.ports import loopback
from tests.web.api_world import Times
from tests.web.office import seat

PAPER = "示例市政务服务“好差评”办法"
OFFICERS = {"系统管理员": ("luo", "罗远"), "安全管理员": ("zhong", "钟宁"), "安全审计员": ("fang", "方文博")}
DRAFT = "评价办法"
STAFF = {"he": ("何静", "运营人员", ""), "tang": ("唐岚", "监督管理人员", ""), "wei": ("韦承", "承办人员", "tax")}
CHANNELS = {"窗口评价器": "窗口评价器", "窗口二维码": "二维码", "网上大厅": "网站"}
CLOSED = ("做：办结", {})
WORST, BEST = "非常不满意（1）", "非常满意（5）"
EXAMPLES = (
    ("办结后可以评价三个工作日", "第五条", (
        CLOSED, ("看：评价机会", {"状态": "可以评价", "截止于": "2026-03-06T00:00"}))),
    ("差评生成工单", "第八条", (
        CLOSED, ("做：评价", {"等级 第 1 项的值": WORST, "文字": "等了两个小时"}), ("看：工单", {"状态": "待核实"}))),
    ("好评不生成工单", "第八条", (CLOSED, ("做：评价", {"等级 第 1 项的值": BEST}), ("看：没有工单", {}))),
)  # fmt: skip
SHEETS: dict[str, Sequence[Sequence[Any]]] = {
    "区域": [["编码", "名称"], ["city", "示例市"]],
    "机构": [["编码", "名称", "区域编码", "职责"], ["tax", "示例市税务局", "city", "服务"]],
    "窗口": [["编码", "名称", "机构编码", "自助终端"], ["w1", "1号窗口", "tax", "否"]],
    "工作人员": [["工号", "姓名", "机构编码", "在岗"], ["li", "李四", "tax", "是"]],
    "事项": [["编码", "名称", "机构编码", "进驻大厅", "纳入评价"], ["invoice", "发票领用", "tax", "是", "是"]],
}


@dataclass
class Town:
    """Whoever sits down there gets a browser of their own."""

    chromium: Browser
    address: str
    now: datetime
    open: AsyncExitStack

    async def desk(self, slug: str, username: str, given: Mapping[str, str]) -> Desk:
        """Somebody signs in for the first time."""
        found = Desk(await self.open.enter_async_context(tab(self.chromium, self.address)), self.now)
        await found.page.goto(f"/t/{slug}/sign-in")
        await found.sign_in(username, given[username])
        return found

    async def at_work(self, tenant: Tenant, who: str) -> Desk:
        """Somebody who has worked there for long."""
        found = Desk(await self.open.enter_async_context(tab(self.chromium, self.address)), self.now)
        await found.tab.sit(await self.open.enter_async_context(seat(self.address, tenant, who, self.now)))
        await found.page.goto(f"/t/{tenant.slug}/admin")
        return found


@asynccontextmanager
async def town(chromium: Browser, address: str, now: datetime) -> AsyncIterator[Town]:
    async with working(now), AsyncExitStack() as found:
        yield Town(chromium, address, now, found)


async def founded(desk: Desk, slug: str, full: str) -> dict[str, str]:
    """The place in one form; the first passwords by username."""
    await desk.door("建立地区")
    await desk.fill({"全称": full, "简称": "示例", "代号": slug, "行政区划代码": "451300"})
    for role, (username, name) in OFFICERS.items():
        await desk.fill({f"{role}用户名": username, f"{role}姓名": name})
    await desk.press("建立")
    rows = await desk.page.locator("main tbody tr").all()
    told = [await each.locator("td").all_inner_texts() for each in rows]
    return {username: password for _, _, username, password in told}


async def let_in(officer: Desk, security: Desk) -> dict[str, str]:
    """One makes the accounts, another says what each is for."""
    found: dict[str, str] = {}
    for username, (name, role, body) in STAFF.items():
        await officer.door("人员账号")
        await officer.follow("新建账号")
        await officer.fill({"用户名": username, "姓名": name})
        await officer.press("新建账号")
        found[username] = await officer.reads("p.secret")
        await security.door("人员账号")
        await security.page.get_by_role("link", name=name).click()
        await security.named("角色").select_option(label=role)
        await security.fill({"机构编码": body})
        await security.press("保存角色与范围")
    return found


async def approved(tang: Desk) -> None:
    """By another person, who has seen what holds and what is proposed."""
    await tang.door("规则草案")
    await tang.follow(DRAFT)
    await tang.press("批准")


async def tried(lu: Desk) -> str:
    await lu.door("开通")
    await lu.follow("试评")
    await lu.press("开始试评")
    return await lu.reads("table.tried")


async def ruled(lu: Desk) -> None:
    """The paper is registered, and its rules are written with their clauses, as far as handing them in."""
    await lu.follow("本级规则")
    await lu.follow("本级文件")
    await lu.fill({"标题": PAPER, "文号": "示政发〔2026〕3号", "印发日期": "2026-01-05"})
    await lu.press("登记文件")
    await lu.door("规则草案")
    await lu.fill({"名称": DRAFT})
    await lu.press("新建")
    await lu.regulate("评价期限", "第五条", [{"期限": "3", "期限单位": "工作日"}])
    await lu.regulate("评价渠道", "第六条", [{"名称": label, "属于": kind} for label, kind in CHANNELS.items()])
    await lu.choose("实名要求", "第七条", "不要求实名")
    await lu.follow("对照与批准")
    await lu.press("提交批准")


async def answered(lu: Desk) -> None:
    await lu.door("开通")
    await lu.follow("开放问题")
    while await lu.page.locator("section.open").count():
        card = lu.page.locator("section.open").first
        await card.locator("input[type=radio]").first.check()
        await lu.fill({"依据": "2026年第3号会议纪要"}, "section.open >> nth=0")
        await lu.press("保存回答", "section.open >> nth=0")
    await lu.follow("回到开通的全部各项")


async def imported(lu: Desk, folder: Path) -> None:
    """The organisation from one workbook: chosen, looked at, taken in."""
    sheet = folder / "机构与人员.xlsx"
    sheet.write_bytes(saved(book(SHEETS)))
    await lu.follow("机构与人员名录")
    await lu.follow("导入工作簿")
    await lu.page.get_by_label("名册文件").set_input_files(sheet)
    await lu.press("上传")
    await lu.press("检查")
    await lu.page.get_by_role("button", name="写入 5 行").wait_for()
    await lu.press("写入 5 行")
    await lu.page.get_by_role("link", name="看机构与人员").wait_for()


async def connected(lu: Desk) -> str:
    """A key for the screen at the window, and one for the system of the hall: what the latter reports by."""
    await lu.door("开通")
    await lu.follow("还没有给评价器发放密钥")
    await lu.fill({"设备名称": "1号窗口评价器", "窗口或终端的编码": "w1"})
    await lu.press("发放")
    await lu.door("开通")
    await lu.follow("还没有给业务系统发放报送服务事件的密钥")
    await lu.fill({"系统名称": "大厅办件系统"})
    await lu.page.get_by_label("报送办件和服务事件").check()
    await lu.press("发放")
    return await lu.reads("p.secret")


async def exemplified(lu: Desk) -> None:
    """Three sentences of the regulation, each step by step, and all of them run."""
    for sentence, clause, steps in EXAMPLES:
        await lu.door("例子")
        await lu.press("写一个例子")
        await lu.fill({"这个例子说明的规则": sentence, "条款": clause})
        for nth, (word, said) in enumerate(steps, start=1):
            await lu.step(nth, word, said)
        await lu.press("保存", "p.exgo")
    await lu.door("例子")
    await lu.press("全部运行")
    await lu.page.get_by_text("3 个成立").wait_for()


async def signed(desk: Desk) -> None:
    await desk.door("开通")
    await desk.page.get_by_label("我看过规则").check()
    await desk.press("签字")


async def rated(page: Page, address: str, key: str, now: datetime) -> str:
    """A business system reports a service, and whoever was served opens the link and taps."""
    told = {"case": "B1", "event": "closed", "at": now.isoformat(), "item": "invoice", "staff": "li", "window": "w1",
            "mode": "window", "applicant": {"name": "王五", "phone": "13800000005"}}  # fmt: skip
    async with loopback(address, headers={"authorization": f"Bearer {key}"}) as system:
        answer = await system.post("/api/v1/service-events", json=told)
    assert answer.status_code == 201, answer.text
    await page.goto(f"/r/{answer.json()['invitation']['token']}")
    await page.click("button.g5")
    await page.wait_for_url(re.compile("/reasons"))
    await page.locator("form button.p").last.click()
    await page.wait_for_url(re.compile("/k/"))
    return await page.inner_text("main")


async def test_a_city_is_brought_on_board_and_a_citizen_rates(
    pool: object, address: str, chromium: Browser, times: Times, now: datetime, tmp_path: Path
) -> None:
    times.now = now
    name = secrets.token_hex(3)
    slug, full = f"city-{name}", f"示例市{name}"
    province = await tenants.create(Founding(f"prov-{name}", "某省", (), province=True, division="450000"), now=now)
    async with town(chromium, address, now) as here:
        lu = await here.at_work(province, "provincial")
        given = await founded(lu, slug, full)
        await lu.follow(f"去 {full} 接着开通")
        await lu.sign_in("provincial", given["provincial"])
        first = await lu.reads()
        await ruled(lu)
        await answered(lu)
        await imported(lu, tmp_path)
        given |= await let_in(await here.desk(slug, "luo", given), await here.desk(slug, "zhong", given))
        tang = await here.desk(slug, "tang", given)
        await approved(tang)
        key = await connected(lu)
        await exemplified(lu)
        found = await tried(lu)
        await signed(lu)
        await signed(tang)
        await tang.fill({f"输入“{full}”确认上线": full})
        await tang.press("上线", "#live")
        told = await tang.reads()
        citizen = await here.open.enter_async_context(tab(chromium, address, width=390))
        thanks = await rated(citizen.page, address, key, now)

    assert "未开始" in first, "the list of what is to be done is met before anything else"
    assert "没有" not in found and found.count("收到") == 15, found
    assert "已上线" in told and "回执" in thanks
    assert (await tenants.by_slug(slug)).live
