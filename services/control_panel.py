"""Changing a service's settings: a superuser's, checked before anything is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.access import Permission, check
from services.audit import note
from services.control import SETTINGS, Setting, controls
from services.domain import sms
from services.domain.audit import Deed
from services.domain.errors import UserError
from services.domain.people import User
from services.domain.sms import Length
from services.links import example_link
from services.ports.clock import Clock
from services.ports.gateway import Gateway
from services.ports.store import Store
from services.settings import Settings

_NOTHING_SAVED: Final = "Nothing was saved."


@dataclass(frozen=True, kw_only=True, slots=True)
class ControlPanel:
    """The use cases of the Control panel. Each raises NotAllowed by role."""

    store: Store
    clock: Clock
    settings: Settings
    gateways: Mapping[str, Gateway]

    def values(self, service_id: str, user: User) -> dict[str, Any]:
        """The present value of every setting."""
        check(user, Permission.CONTROL_PANEL)
        with self.store.read(service_id) as uow:
            return controls(uow)

    def choices(self, key: str) -> dict[str, str]:
        """What a setting may be, value and label; empty where it isn't one of a few."""
        channel = SETTINGS[key].carries
        return {each.name: each.label for each in self.gateways.values() if each.channel is channel}

    def length(self, sms_text: str) -> Length:
        """How long the text message would be, with a link in it."""
        return sms.length_of(sms.message(sms_text, example_link(self.settings)))

    def problem(self, key: str, value: Any) -> str:
        """Why a setting can't have this value, as a sentence; empty where it can."""
        setting, choices = SETTINGS[key], self.choices(key)
        if choices:
            return (
                "" if value in choices else f"{setting.label}: choose one of {', '.join(choices.values())}."
            )
        if key == "sms_text" and isinstance(value, str):
            return sms.why_not_sent(value, example_link(self.settings))
        return _out_of_bounds(setting, value)

    def change(self, service_id: str, user: User, values: Mapping[str, Any]) -> None:
        """Save these settings, all or none. They hold at once for every process.

        Raises UserError, with all that is wrong, for a value that can't be.
        """
        check(user, Permission.CONTROL_PANEL)
        if strangers := values.keys() - SETTINGS.keys():
            raise UserError(f"There is no setting {', '.join(sorted(strangers))}. {_NOTHING_SAVED}")
        problems = [problem for key, value in values.items() if (problem := self.problem(key, value))]
        if problems:
            raise UserError(" ".join([*problems, _NOTHING_SAVED]))
        with self.store.begin(service_id) as uow:
            before = controls(uow)
            for key, value in values.items():
                changed = {"setting": key, "from": before[key], "to": value}
                uow.settings.put(key, value, by=user.id, at=self.clock.now())
                note(uow, self.clock.now(), user.id, Deed.CHANGE_SETTING, **changed)
            uow.commit()


def _out_of_bounds(setting: Setting, value: Any) -> str:
    match setting.default:
        case bool():
            return "" if isinstance(value, bool) else f"{setting.label}: on or off."
        case int():
            is_one = isinstance(value, int) and not isinstance(value, bool) and value in setting.numbers
            low, high = setting.numbers[0], setting.numbers[-1]
            return "" if is_one else f"{setting.label}: a number from {low} to {high}."
        case _:
            text = isinstance(value, str) and value.strip() and value.isprintable()
            fits = text and len(value) <= setting.most
            return "" if fits else f"{setting.label}: one line of at most {setting.most} characters."
