"""Security requirement 19: a letter being set reaches nothing outside itself."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from weasyprint import HTML

from services.documents.render import html_to_pdf, render_letter
from services.domain.documents import RenderRefused
from tests.unit.documents.samples import ONE_PAGE, page_texts

_PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ"
    "RU5ErkJggg=="
)


class _Listener(ThreadingHTTPServer):
    hits = 0


class _Count(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, _Listener)
        self.server.hits += 1
        if self.path.startswith("/redirect"):
            self.send_response(302)
            self.send_header("Location", "/target")
        else:
            self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def listener() -> Iterator[_Listener]:
    with _Listener(("127.0.0.1", 0), _Count) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield server
        server.shutdown()
        thread.join()


WAYS_OUT = {
    "image": '<img src="{url}/x.png">',
    "style": '<p style="background: url({url}/x.png)">x</p>',
    "font": "<style>@font-face {{ font-family: f; src: url({url}/f) }} p {{ font: 9pt f }}</style><p>x</p>",
    "import": '<style>@import "{url}/x.css";</style>',
    "stylesheet": '<link rel="stylesheet" href="{url}/x.css">',
    "attachment": '<link rel="attachment" href="{url}/x.txt">',
    "attached anchor": '<a rel="attachment" href="{url}/x.txt">x</a>',
    "SVG image": '<svg width="9" height="9"><image href="{url}/x.png" width="9" height="9"/></svg>',
    "SVG file": '<img src=\'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
    '<image href="{url}/x.png" width="9" height="9"/></svg>\'>',
    "SVG image by xlink": '<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">'
    '<image xlink:href="{url}/x.png" width="9" height="9"/></svg>',
    "SVG font": '<img src=\'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
    "<style>@font-face {{ font-family: f; src: url({url}/f) }}</style></svg>'>",
    "object": '<object data="{url}/x.svg"></object>',
    "embed": '<embed src="{url}/x.svg">',
    "base": '<base href="{url}/"><img src="x.png">',
    "list marker": '<ul style="list-style-image: url({url}/x.png)"><li>x</li></ul>',
    "content": "<style>p::before {{ content: url({url}/x.png) }}</style><p>x</p>",
    "redirect": '<img src="{url}/redirect">',
}

_SVG = "http://www.w3.org/2000/svg"
NOT_FOLLOWED = {
    "icon": '<link rel="icon" href="{url}/x.png">',
    "refresh": '<meta http-equiv="refresh" content="0; url={url}/x.txt">',
    "frame": '<iframe src="{url}/x.txt"></iframe>',
    "script": '<script src="{url}/x.txt"></script>',
    "film": '<video poster="{url}/x.png"><source src="{url}/x.txt"></video>',
    "link": '<a href="{url}/x.txt">x</a>',
    "SVG use": '<svg width="9" height="9"><use href="{url}/x.svg#a"/></svg>',
    "SVG import": f'<img src=\'data:image/svg+xml,<svg xmlns="{_SVG}" width="9" height="9">'
    '<style>@import "{url}/x.css";</style></svg>\'>',
    "XInclude": f'<img src=\'data:image/svg+xml,<svg xmlns="{_SVG}" xmlns:i="http://www.w3.org/2001/XInclude">'
    '<text y="9"><i:include href="{url}/x.txt" parse="text"/></text></svg>\'>',
    "XML entity": '<img src=\'data:image/svg+xml,<!DOCTYPE svg [<!ENTITY x SYSTEM "{url}/x.txt">]>'
    f'<svg xmlns="{_SVG}"><text y="9">%26x;</text></svg>\'>',
    "XML document type": '<img src=\'data:image/svg+xml,<!DOCTYPE svg SYSTEM "{url}/x.txt">'
    f'<svg xmlns="{_SVG}"><text y="9">x</text></svg>\'>',
    "XML style sheet": '<img src=\'data:image/svg+xml,<?xml-stylesheet href="{url}/x.css"?>'
    f'<svg xmlns="{_SVG}"><text y="9">x</text></svg>\'>',
}
MARKDOWN = ["![x]({url}/x)", "[x]({url}/x)", "<{url}/x>", "[x][1]\n\n[1]: {url}/x", "{url}/x"]


@pytest.mark.parametrize("way", WAYS_OUT)
def test_nothing_is_fetched_over_http(way: str, listener: _Listener) -> None:
    url = f"http://127.0.0.1:{listener.server_port}"
    with pytest.raises(RenderRefused, match="outside itself"):
        html_to_pdf(f"<p>before</p>{WAYS_OUT[way].format(url=url)}")
    assert listener.hits == 0


def test_the_listener_would_have_been_hit(listener: _Listener) -> None:
    """Control: with WeasyPrint's own fetcher the same page does reach the listener."""
    HTML(string=f'<img src="http://127.0.0.1:{listener.server_port}/redirect">').write_pdf()
    assert listener.hits == 2


@pytest.mark.parametrize("way", WAYS_OUT)
def test_no_file_is_read(way: str, tmp_path: Path) -> None:
    for name in ("x.txt", "x.css", "x.png", "x.svg", "f"):
        (tmp_path / name).write_text("canary")
    with pytest.raises(RenderRefused):
        html_to_pdf(f"<p>before</p>{WAYS_OUT[way].format(url=tmp_path.as_uri())}")


@pytest.mark.parametrize("way", NOT_FOLLOWED)
def test_what_weasyprint_does_not_follow(way: str, listener: _Listener, tmp_path: Path) -> None:
    """So there is nothing to refuse; should a later version follow it, it will be refused."""
    (tmp_path / "x.txt").write_text("canary")
    for url in (f"http://127.0.0.1:{listener.server_port}", tmp_path.as_uri()):
        pdf = html_to_pdf(f"<p>before</p>{NOT_FOLLOWED[way].format(url=url)}")
        assert "before" in page_texts(pdf)[0]
        assert "canary" not in page_texts(pdf)[0]
        with pikepdf.open(BytesIO(pdf)) as document:
            assert not document.attachments
    assert listener.hits == 0


@pytest.mark.parametrize("body", MARKDOWN)
def test_markdown_leads_nowhere(body: str, listener: _Listener) -> None:
    url = f"http://127.0.0.1:{listener.server_port}"
    pdf = render_letter(replace(ONE_PAGE, body=body.format(url=url)))
    assert url in page_texts(pdf)[0]
    with pikepdf.open(BytesIO(pdf)) as document:
        assert "/Annots" not in document.pages[0]
    assert listener.hits == 0


def test_a_relative_address_leads_nowhere() -> None:
    pdf = html_to_pdf('<p>before</p><img src="pyproject.toml">')
    assert page_texts(pdf) == ["before Page 1 of 1"]
    with pytest.raises(RenderRefused):
        html_to_pdf('<a rel="attachment" href="/etc/hostname">x</a>')


def test_data_is_allowed() -> None:
    assert b"/Image" in html_to_pdf(f'<p>x</p><img src="{_PIXEL}">')


@pytest.mark.parametrize("way", WAYS_OUT)
def test_in_a_letter_it_is_only_text(way: str, listener: _Listener) -> None:
    hostile = WAYS_OUT[way].format(url=f"http://127.0.0.1:{listener.server_port}")
    pdf = render_letter(replace(ONE_PAGE, body=hostile, title=hostile, patient_name=hostile))
    assert "".join(page_texts(pdf)).replace(" ", "").count(hostile.replace(" ", "")[:30]) >= 2
    assert listener.hits == 0
