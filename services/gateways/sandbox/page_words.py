"""What the sandbox's page says of one message."""

from services.gateways.sandbox.courses import Gateway, Step
from services.gateways.sandbox.desk import course_of
from services.gateways.sandbox.ledger import Acceptance
from services.reject_codes import reject_codes

GATEWAY_NAMES = {
    Gateway.SMS: "Notify text message",
    Gateway.LETTER: "Notify letter",
    Gateway.GP: "Docman document",
}


def said(step: Step | None) -> str:
    """A status with its rejection code, and Docman's numbers in words as well."""
    if step is None:
        return "accepted"
    meaning = reject_codes().meaning("docman", step.status)
    return " ".join(filter(None, (step.status, step.code, f"({meaning})" if meaning else "")))


def coming(step: Step | None, age: float) -> str:
    return f"{said(step)} in {duration(step.after - age)}" if step else ""


def callback(acceptance: Acceptance, age: float) -> str:
    """What is known of a letter's return."""
    returned_after = course_of(acceptance).returned_after
    if returned_after is None:
        return "–"
    if age < returned_after:
        return f"returned to sender in {duration(returned_after - age)}"
    states = {"done": "returned to sender, callback sent", "given up": "returned, callback failed"}
    return states.get(acceptance.callback, "returned to sender, callback due")


def duration(seconds: float) -> str:
    """Sandbox seconds for people: "45 s", "12 min", "3 h"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.0f} h"
