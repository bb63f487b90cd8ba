"""A colour is good where words in it can be read on everything they stand on (WCAG 2.2, 1.4.3: 4.5 to 1)."""

import colorsys
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, Literal

from core.errors import Invalid

Theme = Literal["light", "dark"]
Rgb = tuple[int, int, int]
LEAST: Final = 4.5
# What words in the accent colour stand on; tests/core/test_brand.py compares it with web/static/app.css.
GROUNDS: Final[Mapping[Theme, tuple[str, ...]]] = {
    "light": ("#ffffff", "#f5f6f8", "#f8f9fb", "#f1f4f8"),
    "dark": ("#171d25", "#0f141a", "#1b222b", "#1e2630"),
}
# The words on a button of that colour.
INK: Final[Mapping[Theme, str]] = {"light": "#ffffff", "dark": "#0b1726"}
TOWARDS: Final[Mapping[Theme, Rgb]] = {"light": (0, 0, 0), "dark": (255, 255, 255)}
SAYS: Final[Mapping[Theme, str]] = {"light": "浅色", "dark": "深色"}
_SHORT = len("abc")
_WRITTEN = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
_TINT, _DEEPER = 0.14, 0.16


class Unreadable(Invalid):
    """``nearest`` is the colour closest to it that would be taken."""

    def __init__(self, detail: str, nearest: str, field: str) -> None:
        super().__init__(detail, field=field)
        self.nearest = nearest


def parsed(text: str, field: str) -> str:
    """``#1657B5`` and ``15b`` as #rrggbb; "" stays empty and means the colour of the house."""
    found = _WRITTEN.fullmatch(text.strip())
    if not text.strip():
        return ""
    if found is None:
        raise Invalid("请填写 # 加六位十六进制数的颜色，例如 #1657b5。", field=field)
    told = found[1].lower()
    return "#" + ("".join(letter * 2 for letter in told) if len(told) == _SHORT else told)


def checked(colour: str, theme: Theme, field: str) -> str:
    """Refuses a colour whose words could not be read, with the nearest that can."""
    if not colour or is_readable(colour, theme):
        return colour
    better = nearest(colour, theme)
    worst = min(contrast(colour, ground) for ground in (*GROUNDS[theme], INK[theme]))
    told = f"{colour} 在{SAYS[theme]}页面上的对比度只有 {worst:.2f}:1，低于 4.5:1，文字看不清。"
    raise Unreadable(f"{told}最接近的可用颜色是 {better}。", better, field)


def is_readable(colour: str, theme: Theme) -> bool:
    return all(contrast(colour, ground) >= LEAST for ground in (*GROUNDS[theme], INK[theme]))


def nearest(colour: str, theme: Theme) -> str:
    """Of the same hue, as little darker (in the dark: lighter) as it can be."""
    hue, light, depth = colorsys.rgb_to_hls(*(part / 255 for part in _rgb(colour)))
    steps: Sequence[float] = [light + (step / 256) * ((0 if theme == "light" else 1) - light) for step in range(257)]
    tried = (_hex(tuple(round(part * 255) for part in colorsys.hls_to_rgb(hue, each, depth))) for each in steps)
    return next(each for each in tried if is_readable(each, theme))


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    # The bend of the sRGB curve.
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _hex(parts: Sequence[int]) -> str:
    return "#" + "".join(f"{part:02x}" for part in parts)


def _mixed(one: str, other: Rgb, share: float) -> str:
    return _hex([round(a + (b - a) * share) for a, b in zip(_rgb(one), other, strict=True)])


@lru_cache(maxsize=256)
def sheet(light: str, dark: str) -> str:
    """The tokens of web/static/app.css that a place's own colours replace; "" where it has none."""
    rules: list[str] = []
    if light:
        rules.append(f":root{{{_tokens(light, 'light')}}}")
    if light and not dark:
        dark = nearest(light, "dark")
    if dark:
        tokens = _tokens(dark, "dark")
        rules.append(f"[data-theme=dark]{{{tokens}}}")
        rules.append(f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{tokens}}}}}")
    return "\n".join(rules)


def _tokens(colour: str, theme: Theme) -> str:
    tint = _tint(colour, theme)
    return (
        f"--acc:{colour};--acc-h:{_deeper(colour, theme)};--acc-fg:{INK[theme]};--acc-t:{tint};--sel:{tint};"
        f"--foc:{colour}"
    )


def _deeper(colour: str, theme: Theme) -> str:
    """Under the pointer: further from the ground, so that what stands on it is read the better."""
    return _mixed(colour, TOWARDS[theme], _DEEPER)


def _tint(colour: str, theme: Theme) -> str:
    """A breath of the colour on which words in the colour itself can still be read."""
    ground = GROUNDS[theme][0]
    shares = [_TINT * step / 14 for step in range(14, -1, -1)]
    return next(
        tint for share in shares if contrast(colour, tint := _mixed(ground, _rgb(colour), share)) >= LEAST
    )  # fmt: skip
