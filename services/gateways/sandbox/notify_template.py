"""How Notify fills in a text message's template (its REST documentation, "Send a text message")."""

import re
from collections.abc import Mapping
from typing import Any

from services.gateways.sandbox.notify_errors import NotifyRefusal

SMS_CHARACTERS = 918
_PLACEHOLDER = re.compile(r"\(\(([^()]+)\)\)")


def fill_template(template: str, personalisation: Any) -> str:
    """The message's text. Raises NotifyRefusal 400 when a value is missing or the text is too long."""
    values = _personalisation(personalisation)
    names = dict.fromkeys(_PLACEHOLDER.findall(template))
    missing = [name for name in names if values.get(_key(name)) is None]
    if missing:
        raise NotifyRefusal(400, "BadRequestError", f"Missing personalisation: {', '.join(missing)}")
    body = _PLACEHOLDER.sub(lambda found: values[_key(found[1])] or "", template)
    if len(body) > SMS_CHARACTERS:
        limit = f"Text messages cannot be longer than {SMS_CHARACTERS} characters."
        raise NotifyRefusal(400, "BadRequestError", f"{limit} Your message is {len(body)} characters")
    return body


def _personalisation(given: Any) -> Mapping[str, str | None]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise NotifyRefusal(400, "ValidationError", f"personalisation {given} is not of type object")
    return {_key(name): None if value is None else str(value) for name, value in given.items()}


def _key(name: str) -> str:
    """Notify finds a placeholder's value whatever its case, spaces, hyphens and underscores."""
    return re.sub(r"[\s_-]", "", name).lower()
