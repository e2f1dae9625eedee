"""How a letter would look, before anything of it is kept."""

from dataclasses import dataclass
from typing import Final

from services.contents import content_of
from services.domain.documents import RenderFailed
from services.domain.layout import Layout
from services.domain.letter import Letter
from services.domain.merge_fields import MergeFieldProblem
from services.domain.people import Service
from services.ports.renderer import Renderer

_DPI: Final = 140  # sharp enough to be read at the width of half a screen


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """The pages as PNG and what the print rules say of them, or the problem why there are none.

    mark, where what was seen may be added, changes whenever any letter of it would say anything else.
    """

    pages: tuple[bytes, ...] = ()
    layout: Layout | None = None
    problem: str = ""
    mark: str = ""


def preview(renderer: Renderer, letter: Letter, service: Service) -> Preview:
    """The letter as it would be printed; a template or a value that doesn't fit is a problem, no error."""
    try:
        content = content_of(letter, service)
        [made] = renderer.render_many([content])
        if isinstance(made, RenderFailed):
            return Preview(problem=made.reason)
        numbers = range(1, made.page_count + 1)
        pages = tuple(renderer.page_png(made.pdf, number, _DPI) for number in numbers)
    except (MergeFieldProblem, RenderFailed) as problem:
        return Preview(problem=problem.reason)
    return Preview(pages=pages, layout=made.layout)
