"""Somebody at a browser without JavaScript: opens pages, fills in forms, presses buttons."""

from __future__ import annotations

from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode
from starlette.testclient import TestClient

PASSWORD = "ein langer Satz für die Tür"


class Clerk:
    """Reads pages as text and sends forms as a browser would, hidden fields included."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.status = 0
        self.location = ""
        self.headers: dict[str, str] = {}
        self.html = ""
        self.path = ""

    def log_in(self, name: str, password: str = PASSWORD) -> Clerk:
        self.open("/anmelden")
        return self.press("Anmelden", name=name, password=password)

    def open(self, path: str) -> Clerk:
        return self._got(self.client.get(path), path)

    def post(self, path: str, **fields: Any) -> Clerk:
        """Sends a form that no page offers."""
        return self._got(self.client.post(path, data=fields), path)

    def press(self, button: str, **fields: Any) -> Clerk:
        """Presses the button of this name, with some fields of its form filled in."""
        page = LexborHTMLParser(self.html)
        for form in page.css("form"):
            for candidate in form.css("button"):
                if candidate.attributes.get("form"):
                    continue
                if candidate.text(deep=True).strip().startswith(button):
                    return self._send(form, candidate, fields)
        for candidate in page.css("button[form]"):
            if candidate.text(deep=True).strip().startswith(button):
                form = page.css(f"form#{candidate.attributes['form']}")[0]
                path = str(form.attributes["action"])
                return self._got(self.client.get(path, params=fields), path)
        raise AssertionError(f"no button „{button}“ on {self.path}: {self.text[:800]}")

    def _send(self, form: LexborNode, button: LexborNode, fields: dict[str, Any]) -> Clerk:
        values: dict[str, Any] = {}
        for element in form.css("input, textarea, select"):
            name = element.attributes.get("name")
            if not name or element.attributes.get("form"):
                continue
            values.setdefault(name, [])
            kind = element.attributes.get("type", "")
            if kind in ("checkbox", "radio") and "checked" not in element.attributes:
                continue
            if element.tag == "select":
                chosen = element.css_first("option[selected]") or element.css_first("option")
                values[name].append((chosen.attributes.get("value") if chosen else "") or "")
            elif element.tag == "textarea":
                values[name].append(element.text(deep=True))
            else:
                values[name].append(element.attributes.get("value") or "")
        if button.attributes.get("name"):
            values[str(button.attributes["name"])] = [button.attributes.get("value") or ""]
        for name, value in fields.items():
            assert name in values, f"the form has no field {name}: {sorted(values)}"
            values[name] = value if isinstance(value, list) else [str(value)]
        path = button.attributes.get("formaction") or form.attributes.get("action") or self.path
        if (form.attributes.get("method") or "get").lower() == "get":
            return self._got(self.client.get(path, params=values), path)
        return self._got(self.client.post(path, data=values), path)

    def _got(self, response: Any, path: str) -> Clerk:
        self.status = response.status_code
        self.headers = dict(response.headers)
        self.html = response.text
        self.path = path
        self.location = response.headers.get("location", "")
        if self.status == 303:
            location, status = self.location, self.status
            self.open(location)
            self.location = location
            del status
        return self

    @property
    def text(self) -> str:
        """What stands on the page, spaces folded."""
        page = LexborHTMLParser(self.html)
        main = page.css_first("main") or page.body
        return " ".join(main.text(deep=True, separator=" ").split()) if main else ""

    def all(self, selector: str) -> list[str]:
        """The texts of all elements that a CSS selector finds."""
        return [
            " ".join(each.text(deep=True, separator=" ").split()) for each in LexborHTMLParser(self.html).css(selector)
        ]
