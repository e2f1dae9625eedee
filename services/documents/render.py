"""One letter's content as a PDF: the house template, set by WeasyPrint.

Nothing is fetched while a letter is set but what the page itself carries as `data:` (docs/security.md 19).
WeasyPrint is used by one thread at a time; `pool.RenderPool` gives each process a letter of its own.
"""

import base64
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from services.documents.house_fonts import HouseFace, LetterFonts, house_faces
from services.documents.markdown import to_html
from services.documents.structure import tidy_structure
from services.documents.window import fit_in_window
from services.domain.documents import RenderFailed, RenderRefused
from services.domain.letter_content import LetterContent, long_date, spaced_nhs_number

_TEMPLATES = Path(__file__).parent / "templates"
_VARIANT = "pdf/ua-1"


def render_letter(content: LetterContent) -> bytes:
    """The letter as a tagged PDF (PDF/UA-1), A4, with the address in the window of a C5 envelope.

    Raises RenderRefused where the address doesn't fit the window, RenderFailed where no page could be made.
    """
    return html_to_pdf(letter_html(content))


def letter_html(content: LetterContent) -> str:
    """The letter in the house template, which escapes every text; the body's HTML comes from its Markdown."""
    return _template().render(
        letter=content,
        body=to_html(content.body, size=16 if content.large_print else 12),
        letterhead=content.logo or _letterhead(),
        window=fit_in_window(content.recipient),
        letter_date=long_date(content.letter_date),
        date_of_birth=long_date(content.date_of_birth),
        nhs_number=spaced_nhs_number(content.nhs_number),
    )


def html_to_pdf(html: str) -> bytes:
    """Set a page of HTML with the house style sheet; RenderRefused if it asks for anything but `data:`."""
    config, css, faces = _fonts_and_css()
    sealed = _Sealed()
    try:
        page = HTML(string=html, url_fetcher=sealed)
        document = page.render(stylesheets=[css], font_config=config, pdf_variant=_VARIANT)
        document.fonts = LetterFonts(faces)
        pdf = document.write_pdf(finisher=tidy_structure, pdf_variant=_VARIANT)
    except FatalURLFetchingError:
        pdf = None
    if sealed.refused:
        raise RenderRefused("The letter refers to something outside itself, and nothing is fetched.")
    if not isinstance(pdf, bytes):
        raise RenderFailed("The letter could not be set.")
    return pdf


class _Sealed(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Fetches `data:` alone, and remembers a refusal: WeasyPrint swallows even fatal errors inside an SVG."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)
        self.refused = False

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        try:
            return super().fetch(url, headers)
        except Exception:
            self.refused = True
            raise


def prepare() -> None:
    """Load what every letter needs, so that the first one is not slower than the next."""
    _template()
    _fonts_and_css()


@cache
def _template() -> Template:
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    return environment.from_string((_TEMPLATES / "letter.html").read_text("utf-8"))


@cache
def _letterhead() -> str:
    """The letterhead's drawing as a data: address (as SVG; as PNG every letter would be ten times as big)."""
    drawing = (_TEMPLATES / "letterhead.svg").read_bytes()
    return "data:image/svg+xml;base64," + base64.b64encode(drawing).decode("ascii")


@cache
def _fonts_and_css() -> tuple[FontConfiguration, CSS, dict[bytes, HouseFace]]:
    """Made once a process: it is a third of the time of a letter."""
    config = FontConfiguration()
    text = (_TEMPLATES / "letter.css").read_text("utf-8")
    css = CSS(string=text, font_config=config, url_fetcher=_Sealed())
    return config, css, house_faces(css, config)
