"""What comes by post or email is recorded by hand, and moves letters as a provider's report would."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from services.by_hand import Comeback
from services.domain.errors import NotAllowed, NotFound, UserError
from services.domain.letter import Letter
from services.domain.people import User
from services.domain.vocabulary import Channel, Status
from services.importing.returns import Line, record_all
from tests.builders import ADMIN, ANALYST, BOB, MANAGER, SERVICE
from tests.sandbox_server import SandboxServer, sandbox_fixture  # noqa: F401 – pytest finds the fixture here
from tests.worlds import World, world

TODAY = date(2026, 11, 23)
HOUR = 3600.0


@pytest.fixture
def service(database_url: str, sandbox: SandboxServer) -> Iterator[World]:
    with world(database_url, sandbox.base_url) as made:
        yield made


def on_its_way(service: World, sandbox: SandboxServer, channel: Channel) -> Letter:
    """A letter that has arrived, as far as the provider knows."""
    letter_id = service.queued(channel)
    service.dispatch(channel)
    sandbox.advance(HOUR)
    service.clock.advance(HOUR)
    service.reconcile(channel)
    return service.get(letter_id)


def record(service: World, letter: Letter, *, user: User = ADMIN, **values: Any) -> str:
    given: dict[str, Any] = {"reference": letter.reference, "day": TODAY} | values
    return service.app.by_hand.record(SERVICE.id, user, Comeback(**given))


def test_a_posted_letter_that_is_back_is_failed(service: World, sandbox: SandboxServer) -> None:
    letter = on_its_way(service, sandbox, Channel.H)
    assert letter.status is Status.POSTED
    assert record(service, letter, note="Gone away") == "Returned to sender: Gone away"
    failed = service.get(letter.id)
    assert (failed.status, failed.reason_code) == (Status.FAILED, "returned-letter")
    assert (failed.reason, failed.row.pending_group) == ("Returned to sender: Gone away", True)
    last = service.history(letter.id)[-1]
    assert (last.user_id, last.to_status, last.code) == (ADMIN.id, Status.FAILED, "returned-letter")
    assert last.raw == {"recorded": "by hand", "day": "2026-11-23", "note": "Gone away"}


@pytest.mark.parametrize(
    ("said", "code", "reason"),
    [
        ({"code": "REJ01"}, "REJ01", "Patient is no longer registered at this practice"),
        ({"code": "XX7", "note": "Wrong person"}, "XX7", "Wrong person"),
        ({"note": "Wrong person"}, "4005", "Rejected by the practice: Wrong person"),
    ],
)
def test_a_practices_rejection_shows_its_code_and_words(
    service: World, sandbox: SandboxServer, said: dict[str, Any], code: str, reason: str
) -> None:
    letter = on_its_way(service, sandbox, Channel.GP)
    assert letter.status is Status.DELIVERED
    assert record(service, letter, **said) == reason
    failed = service.get(letter.id)
    assert (failed.status, failed.reason_code, failed.reason) == (Status.FAILED, code, reason)


def test_the_practice_may_resolve_what_was_recorded(service: World, sandbox: SandboxServer) -> None:
    """Docman reports the rejection, then that it is resolved: as if it had said both itself."""
    sandbox.script("rejected-then-resolved", gateway="gp")
    letter_id = service.queued(Channel.GP)
    service.dispatch(Channel.GP)
    sandbox.advance(70)
    service.clock.advance(70)
    service.reconcile(Channel.GP)
    record(service, service.get(letter_id), code="REJ01")
    sandbox.advance(HOUR)
    service.clock.advance(HOUR)
    service.reconcile(Channel.GP)
    assert service.get(letter_id).status is Status.DELIVERED


def test_recorded_twice_is_recorded_once(service: World, sandbox: SandboxServer) -> None:
    letter = on_its_way(service, sandbox, Channel.H)
    record(service, letter)
    before = service.history(letter.id)
    with pytest.raises(UserError, match="stands at"):
        record(service, letter)
    assert service.history(letter.id) == before


@pytest.mark.parametrize(
    ("channel", "said", "why"),
    [
        (Channel.GP, {}, "Give the practice's code"),
        (Channel.GP, {"code": "XX7"}, "not in the list"),
        (Channel.H, {"code": "REJ01"}, "Only practices"),
        (Channel.H, {"day": TODAY + timedelta(days=1)}, "in the future"),
        (Channel.H, {"day": TODAY - timedelta(days=1)}, "only left on"),
        (Channel.E, {"note": "back"}, "does not come back"),
        (Channel.H, {"reference": "WTT-nobody"}, "no letter"),
        (Channel.H, {"note": "x" * 401}, "longer than"),
    ],
)
def test_what_can_not_be_is_refused_and_changes_nothing(
    service: World, sandbox: SandboxServer, channel: Channel, said: dict[str, Any], why: str
) -> None:
    letter = on_its_way(service, sandbox, channel)
    with pytest.raises(UserError, match=why):
        record(service, letter, **said)
    assert service.get(letter.id) == letter


def test_a_letter_that_waits_has_not_come_back(service: World) -> None:
    letter = service.get(service.letter(Channel.H))
    with pytest.raises(UserError, match="has not left"):
        record(service, letter)


@pytest.mark.parametrize(("user", "kind"), [(BOB, NotFound), (MANAGER, NotAllowed), (ANALYST, NotAllowed)])
def test_others_may_not(service: World, sandbox: SandboxServer, user: User, kind: type[Exception]) -> None:
    """A therapist who did not write the letter learns nothing of it."""
    letter = on_its_way(service, sandbox, Channel.H)
    with pytest.raises(kind):
        record(service, letter, user=user)


def many(service: World, text: str) -> list[Line]:
    return record_all(service.app.by_hand, SERVICE.id, ADMIN, text.encode())


def test_many_come_by_a_file_and_each_bad_line_says_why(service: World, sandbox: SandboxServer) -> None:
    by_post, to_practice = (on_its_way(service, sandbox, channel) for channel in (Channel.H, Channel.GP))
    lines = many(
        service,
        "\ufeffReference;date;note;code\n"
        f"{by_post.reference};2026-11-23;Gone away;\n"
        "nobody;2026-11-23;;\n"
        "\n"
        f"{to_practice.reference};23/11/2026;;REJ01\n"
        f"{to_practice.reference};2026-11-23;;REJ01\n",
    )
    assert [(line.number, bool(line.reason)) for line in lines] == [
        (2, True),
        (3, False),
        (5, False),
        (6, True),
    ]
    assert "no letter nobody" in lines[1].problem
    assert "2026-11-20" in lines[2].problem
    assert {service.get(each.id).status for each in (by_post, to_practice)} == {Status.FAILED}


@pytest.mark.parametrize("text", ["", "reference,when\n", "reference,date,date\n", "\xff\xfe"])
def test_a_file_that_is_no_good_is_refused_as_a_whole(service: World, text: str) -> None:
    with pytest.raises(UserError, match="Nothing was"):
        record_all(service.app.by_hand, SERVICE.id, ADMIN, text.encode("latin-1"))
