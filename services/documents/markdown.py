"""The body of a letter: from Markdown to HTML, and to plain lines.

HTML in a body is text, links are text with the address behind them, images are not known at all, and
code is not a thing that letters have (so an indented paragraph stays a paragraph). What a person types
as one line stays one line. Soft hyphens are left out, for they upset the widths of a table's columns.
Headings stand below the letter's title and leave no level out, whichever levels were typed.
"""

import re
from functools import cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from services.documents.metrics import text_width
from services.documents.page import POINTS_PER_MM

_TEXT_WIDTH, _CELL_PADDING = (
    170 * POINTS_PER_MM,
    4 * POINTS_PER_MM,
)  # templates/letter.css: the page, th and td
_BOLD = 1.1  # at most so much wider is a bold word
_SOFT_HYPHEN = "\u00ad"
_NOT_IN_LETTERS = [
    "html_block",
    "html_inline",
    "image",
    "autolink",
    "code",
    "fence",
    "backticks",
    "reference",
]
_TEXT_BLOCKS = {"paragraph_close", "heading_close", "tr_close"}


class _LetterHTML(RendererHTML):
    def link_open(self, *_: object) -> str:
        return ""

    def link_close(self, tokens: list[Token], index: int, *_: object) -> str:
        return escape(_address_behind(tokens, index))

    def list_item_open(self, *_: object) -> str:
        return "<li><div>"  # one element for all that isn't the bullet: structure.py makes it the item's body

    def list_item_close(self, *_: object) -> str:
        return "</div></li>"


@cache
def _parser() -> MarkdownIt:
    # maxNesting: beyond it the parser drops text; 100 is more than any letter nests
    options = {"html": False, "breaks": True, "maxNesting": 100}
    parser = MarkdownIt("commonmark", options, renderer_cls=_LetterHTML)
    return parser.enable("table").disable(_NOT_IN_LETTERS)


def to_html(body: str, *, size: float = 12) -> str:
    """The body as HTML, safe as it stands: nothing but text, lists, tables, headings and emphasis.

    In a table, cells are of the class "long-words" where the words, at `size` points, won't all fit unbroken.
    """
    parser = _parser()
    tokens = parser.parse(body)
    _put_headings_in_order(tokens)
    _let_long_words_break(tokens, size)
    html: str = parser.renderer.render(tokens, parser.options, {})
    return html.replace(_SOFT_HYPHEN, "")  # here, for it may have been typed as &shy;


def to_lines(body: str) -> list[str]:
    """The body as plain lines, not yet wrapped; an empty line stands between paragraphs."""
    lines: list[str] = []
    text = ""
    for token in _parser().parse(body):
        if token.type == "list_item_open":
            text += f"{token.info}{token.markup} " if token.info else "- "
        elif token.type == "inline":
            text += _inline_text(token.children or [])
        elif token.type in ("th_close", "td_close"):
            text += "   "
        elif token.type in _TEXT_BLOCKS:
            lines += text.rstrip().split("\n")
            text = ""
            if not token.hidden and token.type != "tr_close":
                lines.append("")
        elif token.type in ("bullet_list_close", "ordered_list_close", "table_close"):
            lines.append("")
    return lines


def _put_headings_in_order(tokens: list[Token]) -> None:
    """The first heading after the title, an h1, is an h2, and none is two below the one before (PDF/UA)."""
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    typed = sorted({heading.tag for heading in headings})
    level = 1
    for opening, closing in zip(headings[::2], headings[1::2], strict=True):
        level = min(typed.index(opening.tag) + 2, level + 1, 6)
        opening.tag = closing.tag = f"h{level}"


def _let_long_words_break(tokens: list[Token], size: float) -> None:
    """Where a table is too wide for the page, in the columns that have more than their share of it."""
    cells: list[tuple[Token, int]] = []
    widths: list[float] = []  # of the columns with no word broken, in points
    for place, token in enumerate(tokens):
        match token.type:
            case "table_open":
                cells, widths = [], []
            case "tr_open":
                column = 0
            case "th_open" | "td_open":
                text = _inline_text(tokens[place + 1].children or [])
                words = [text_width(word, size * _BOLD) for word in re.split("[ \t\n]", text)]
                widths += [_CELL_PADDING] * (column + 1 - len(widths))
                widths[column] = max([widths[column], *(word + _CELL_PADDING for word in words)])
                cells.append((token, column))
                column += 1
            case "table_close" if sum(widths) > _TEXT_WIDTH:
                for cell, column in cells:
                    if widths[column] > _TEXT_WIDTH / len(widths):
                        cell.attrSet("class", "long-words")


def _inline_text(tokens: list[Token]) -> str:
    parts = []
    for index, token in enumerate(tokens):
        if token.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        elif token.type == "link_close":
            parts.append(_address_behind(tokens, index))
        else:
            parts.append(token.content)
    return "".join(parts).replace(_SOFT_HYPHEN, "")


def _address_behind(tokens: list[Token], close: int) -> str:
    """The address of the link that closes here, in brackets, for paper can't be clicked."""
    opening = next(token for token in reversed(tokens[:close]) if token.type == "link_open")
    return f" ({opening.attrs['href']})"
