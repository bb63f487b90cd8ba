"""A form as a browser without JavaScript would send it: every control with what it shows."""

from collections.abc import Mapping
from html.parser import HTMLParser

Sent = dict[str, list[str]]
Attrs = Mapping[str, str | None]


class _Form(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.wanted = form_id
        self.inside = False
        self.sent: Sent = {}
        self.select: tuple[str, list[tuple[str, bool]]] | None = None
        self.area: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found: Attrs = dict(attrs)
        if tag == "form":
            self.inside = found.get("id") == self.wanted
        name = found.get("name")
        if self.inside and tag == "option" and self.select:
            self.select[1].append((found.get("value") or "", "selected" in found))
        elif self.inside and name and "disabled" not in found:
            self._control(tag, name, found)

    def _control(self, tag: str, name: str, found: Attrs) -> None:
        if tag == "select":
            self.select = (name, [])
        elif tag == "textarea":
            self.area = (name, [])
        elif tag == "input" and (found.get("type") not in ("checkbox", "radio") or "checked" in found):
            self.sent.setdefault(name, []).append(found.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select" and self.select:
            name, options = self.select
            self.select = None
            chosen = [value for value, on in options if on] or [value for value, _ in options[:1]]
            self.sent.setdefault(name, []).extend(chosen)
        elif tag == "textarea" and self.area:
            name, text = self.area
            self.area = None
            self.sent.setdefault(name, []).append("".join(text).removeprefix("\n"))

    def handle_data(self, data: str) -> None:
        if self.area:
            self.area[1].append(data)


def form(html: str, form_id: str) -> Sent:
    parser = _Form(form_id)
    parser.feed(html)
    assert parser.sent, f"no form {form_id}"
    return parser.sent
