"""How far the PDFs are that a click needs, as a bar; a click that needs none shows none."""

from typing import Final

from streamlit.delta_generator import DeltaGenerator

from services.rendering import Progress

CUT_SHORT: Final = (
    "That was stopped while letters were being made into PDFs: nothing was printed, sent or downloaded. "
    "Do it again: the PDFs that were made are kept."
)


def bar(place: DeltaGenerator) -> Progress:
    """A bar in `place`, which holds one element, from the first time that it is told of letters."""

    def show(done: int, total: int) -> None:
        place.progress(done / total, text=_words(done, total))

    return show


def _words(done: int, total: int) -> str:
    if total == 1:
        return "The letter is being made into a PDF"
    return f"{done:,} of {total:,} letters made into PDFs"
