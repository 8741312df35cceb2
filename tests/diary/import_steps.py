"""The three steps of bringing in temperatures, as a browser goes them."""

import re
from html.parser import HTMLParser

from django.core.files.uploadedfile import SimpleUploadedFile


class Fields(HTMLParser):
    """What the form on a page would send, buttons left out."""

    def __init__(self, html):
        super().__init__()
        self.sent, self.select, self.is_in = {}, "", False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.is_in = "/temperatures/" in given.get("action", "")
        name, value, kind = given.get("name"), given.get("value", ""), given.get("type", "text")
        kept = kind not in ("radio", "checkbox") or "checked" in given
        if tag == "select":
            self.select = name
        elif tag == "option" and (self.select not in self.sent or "selected" in given):
            self.sent[self.select] = value
        elif tag == "input" and self.is_in and name and kind != "file" and kept:
            self.sent[name] = value


def fields_in(page):
    return Fields(page.content.decode()).sent


def uploaded(client, url, text, name="thermo.csv", codec="utf-8"):
    file = SimpleUploadedFile(name, text.encode(codec), content_type="text/csv")
    return client.post(url, {"file": file, "do": "file"})


def looked(client, url, text, **chosen):
    """Go on to the last step with what the pages suggest, and what was chosen besides."""
    page = uploaded(client, url, text)
    assert page.status_code == 200, page.content.decode()
    return client.post(url, {**fields_in(page), **chosen, "do": "look"})


def saved(client, url, text, **chosen):
    look = looked(client, url, text, **chosen)
    assert look.status_code == 200, look.content.decode()
    return client.post(url, {"told_by": "caregiver", **fields_in(look), **chosen, "do": "save"})


def words(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())
