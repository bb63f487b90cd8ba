"""A small bar for one row: the shares of the five grades, each with its count in words."""

from collections.abc import Mapping

from markupsafe import Markup, escape

from web.charts import GRADES

WIDTH, HEIGHT = 160, 12


def strip(counts: Mapping[int, int], labels: Mapping[int, str]) -> Markup:
    total = sum(counts.values())
    said = "，".join(f"{labels[grade]} {counts[grade]:,}" for grade in GRADES if counts.get(grade))
    parts: list[str] = []
    x = 0.0
    for grade in GRADES:
        width = WIDTH * counts.get(grade, 0) / total if total else 0
        if width:
            parts.append(
                f'<rect class="ch-g{grade}" x="{x:.2f}" y="0" width="{max(width - 0.6, 0.6):.2f}" height="12"/>'
            )
        x += width
    shape = f'class="ch strip" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none"'
    head = f'{shape} role="img" aria-label="{escape(said)}"'
    drawn = f"<svg {head}><title>{escape(said)}</title>{''.join(parts)}</svg>"
    return Markup(drawn)  # noqa: S704 - every text is escaped
