"""What the processes of the pool are asked for, and how each is done."""

from services.documents.check import page_count
from services.documents.checklist import checklist_pdf
from services.documents.layout import check_layout
from services.documents.render import render_letter
from services.documents.upload import USED_UP, taken
from services.domain.documents import Checklist, Rendered, RenderFailed, Upload
from services.domain.letter_content import LetterContent

Task = LetterContent | Upload | Checklist


def done(task: Task) -> Rendered:
    """A letter set, or an upload taken, with what the print rules say of it; a checklist drawn.

    Raises RenderFailed.
    """
    match task:
        case LetterContent():
            return rendered(render_letter(task))
        case Upload():
            return taken(task.pdf)
        case Checklist():
            pdf = checklist_pdf(task)
            return Rendered(pdf=pdf, page_count=page_count(pdf))


def ended(task: Task) -> RenderFailed:
    """What to say of a task that its process didn't survive."""
    if isinstance(task, Upload):
        return RenderFailed(USED_UP)
    return RenderFailed("Setting the letter used up its time or memory and was ended.")


def rendered(pdf: bytes) -> Rendered:
    """A letter's PDF, looked at as the delivery provider will look at it."""
    return Rendered(pdf=pdf, page_count=page_count(pdf), layout=check_layout(pdf))
