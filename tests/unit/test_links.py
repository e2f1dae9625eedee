"""The address in the patient's text message: it can't be guessed, and says nothing about anybody."""

from base64 import urlsafe_b64decode
from dataclasses import replace
from typing import Any

from pydantic import SecretStr

from services.domain.letter import Attempt
from services.domain.recipient import recipient_of
from services.domain.vocabulary import AttemptState, Channel
from services.links import link_to
from services.settings import Settings
from tests.builders import NOON, letter, patient

SETTINGS = Settings(public_url="https://letters.example", link_key=SecretStr("secret"))


def attempt(**values: Any) -> Attempt:
    sent = letter(Channel.E)
    return Attempt(
        id="attempt",
        letter_id=sent.id,
        number=1,
        channel=Channel.E,
        gateway="notify_sms",
        reference="reference-1",
        state=AttemptState.READY,
        document_id="document",
        sha256="0" * 64,
        recipient=recipient_of(sent),
        title=sent.title,
        created_at=NOON,
        **values,
    )


def secret_of(link: str) -> bytes:
    begin = "https://letters.example/l/"
    assert link.startswith(begin)
    encoded = link.removeprefix(begin)
    return urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))


def test_a_link_carries_256_bits_and_can_be_made_again() -> None:
    link = link_to(SETTINGS, "wherrymere", attempt())
    assert len(secret_of(link)) * 8 == 256
    assert link == link_to(SETTINGS, "wherrymere", attempt())


def test_each_attempt_service_and_key_has_links_of_its_own() -> None:
    other_key = Settings(public_url="https://letters.example", link_key=SecretStr("another"))
    links = [
        link_to(SETTINGS, "wherrymere", attempt()),
        link_to(SETTINGS, "wherrymere", replace(attempt(), reference="reference-2")),
        link_to(SETTINGS, "elsewhere", attempt()),
        link_to(other_key, "wherrymere", attempt()),
    ]
    assert len({secret_of(link) for link in links}) == len(links)


def test_nothing_about_the_patient_or_the_letter_is_in_it() -> None:
    somebody = recipient_of(letter(Channel.E, patient=patient(surname="Other", mobile="07700 900002")))
    other = replace(attempt(), recipient=somebody, title="Another title", letter_id="another letter")
    assert link_to(SETTINGS, "wherrymere", attempt()) == link_to(SETTINGS, "wherrymere", other)
    assert "reference-1" not in link_to(SETTINGS, "wherrymere", attempt())


def test_without_a_public_address_the_link_leads_to_this_machines_portal() -> None:
    here = Settings(portal_port=8599)
    assert link_to(here, "wherrymere", attempt()).startswith("http://127.0.0.1:8599/l/")
