"""Every shortcut is said once: the help sheet shows this table, and no page may listen to a key that is not in it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """``marked`` keys are those a page gives to one of its own controls by ``data-key``."""

    press: tuple[str, ...]
    does: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    keys: tuple[Key, ...]


SHEETS: tuple[Sheet, ...] = (
    Sheet("随处可用", (
        Key(("/",), "到搜索框", marked=True), Key(("Ctrl", "K"), "命令面板：输入名称、拼音或工单号直达"),
        Key(("?",), "打开这张快捷键表", marked=True), Key(("Esc",), "后退一步：离开输入框、收起菜单、关闭右侧或弹窗"),
        Key(("Ctrl", "Enter"), "提交正在填写的表单"), Key(("u",), "从详情回到列表", marked=True),
    )),
    Sheet("列表", (
        Key(("j",), "下一条，也可按 ↓"), Key(("k",), "上一条，也可按 ↑"), Key(("Enter",), "打开选中的一条"),
        Key(("x",), "勾选或取消勾选这一条"), Key(("Shift", "X"), "取消全部勾选"),
        Key(("[",), "上一页", marked=True), Key(("]",), "下一页", marked=True),
        Key(("z",), "撤销刚才的批量办理或认领，10 秒内", marked=True),
    )),
    Sheet("工单", (
        Key(("e",), "办理规定要求的下一步", marked=True), Key(("a",), "派单或转派", marked=True),
        Key(("c",), "登记联系", marked=True), Key(("n",), "右侧打开下一张工单", marked=True),
        Key(("p",), "右侧打开上一张工单", marked=True),
    )),
)  # fmt: skip
MARKED = frozenset(key.press[0] for sheet in SHEETS for key in sheet.keys if key.marked)
