"""What the processes of the pool are asked for, and how each is done."""

from services.documents.check import page_count
from services.documents.render import render_letter
from services.documents.upload import USED_UP, taken
from services.domain.documents import Rendered, RenderFailed, Upload
from services.domain.letter_content import LetterContent

Task = LetterContent | Upload


def done(task: Task) -> Rendered:
    """A letter set, or an upload taken, with what the print rules say of it. Raises RenderFailed."""
    match task:
        case LetterContent():
            return rendered(render_letter(task))
        case Upload():
            return taken(task.pdf)


def ended(task: Task) -> RenderFailed:
    """What to say of a task that its process didn't survive."""
    if isinstance(task, Upload):
        return RenderFailed(USED_UP)
    return RenderFailed("Setting the letter used up its time or memory and was ended.")


def rendered(pdf: bytes) -> Rendered:
    """A PDF of ours, looked at as the delivery provider will look at it."""
    return Rendered(pdf=pdf, page_count=page_count(pdf))
