"""What the processes of the pool are asked for, and how each is done."""

from services.documents.check import page_count
from services.documents.checklist import checklist_pdf
from services.documents.layout import check_layout
from services.documents.render import render_letter
from services.domain.documents import Checklist, Rendered, Upload
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
            return rendered(task.pdf)
        case Checklist():
            pdf = checklist_pdf(task)
            return Rendered(pdf=pdf, page_count=page_count(pdf))


def rendered(pdf: bytes) -> Rendered:
    """A letter's PDF, looked at as the delivery provider will look at it."""
    return Rendered(pdf=pdf, page_count=page_count(pdf), layout=check_layout(pdf))
