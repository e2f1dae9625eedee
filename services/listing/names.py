"""How names are found and shown: a part of a name finds it, in any letter case or accent."""

from hashlib import sha256

from services.domain.spelling import fold


def search_key(surname: str, forename: str) -> str:
    """What a folded part of a name is looked for in: both orders of the name."""
    last, first = fold(surname), fold(forename)
    return f"{last} {first}\n{first} {last}"


def listed_name(surname: str, forename: str) -> str:
    """As lists show it: "SMITH, Ann"."""
    return f"{surname.upper()}, {forename}"


def patient_reference(patient_id: str) -> str:
    """What stands for a patient's name where it may not be seen: the same for all their letters."""
    return f"Patient {sha256(patient_id.encode()).hexdigest()[:8].upper()}"
