"""Where a request comes from, in words that its member recognises: an address, a browser and a system."""

import re

from core.people import Browser
from web.visit import AnyConnection

# The first that is found is the one: the later ones stand in the names of the earlier, too.
_BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/(\d+)"), ("360 浏览器", r"QIHU|360[SE]E"), ("QQ 浏览器", r"QQBrowser/(\d+)"),
    ("微信", r"MicroMessenger/(\d+)"), ("火狐", r"(?:Firefox|FxiOS)/(\d+)"), ("奇安信浏览器", r"Qaxbrowser"),
    ("Chrome", r"(?:Chrome|CriOS|Chromium)/(\d+)"), ("Safari", r"Version/(\d+).* Safari/"), ("IE", r"MSIE |Trident/"),
)  # fmt: skip
_SYSTEMS = (
    ("鸿蒙", r"HarmonyOS|OpenHarmony"), ("安卓", r"Android"), ("iPhone", r"iPhone"), ("iPad", r"iPad"),
    ("Windows", r"Windows"), ("macOS", r"Mac OS X|Macintosh"), ("统信 UOS", r"UOS|Uos"), ("麒麟", r"Kylin"),
    ("Linux", r"Linux"),
)  # fmt: skip


def browser_of(connection: AnyConnection) -> Browser:
    """Behind a reverse proxy the server puts the visitor's own address here, where it trusts the proxy."""
    client = connection.client
    return Browser(client.host if client else "", in_words(connection.headers.get("user-agent", "")))


def in_words(agent: str) -> str:
    browser = next((_named(name, found) for name, at in _BROWSERS if (found := re.search(at, agent))), "其他程序")
    system = next((name for name, at in _SYSTEMS if re.search(at, agent)), "")
    return f"{browser}，{system}" if system else browser


def _named(name: str, found: re.Match[str]) -> str:
    version = found[1] if found.re.groups else ""
    return f"{name} {version}" if version else name
