"""UK postcodes as hybrid mail takes them (docs/print-rules.md, address 3 and 4)."""

import re
from typing import Final

# Royal Mail's postcode areas, with BF (British Forces), BX (no place) and the islands' GY, IM, JE.
_AREAS: Final = """
AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH
EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK
ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD
TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE
"""
# Patients who don't exist live in the NHS's pseudo area ZZ99, and the sandbox's letters go there.
_INVENTED: Final = "ZZ(?=99)"
# Of that area, patient records use these: an address in England not stated further, no fixed abode, not known
# (HES data dictionary, HOMEADD). No letter finds a real patient there.
_NOWHERE: Final = frozenset({"ZZ99 3CZ", "ZZ99 3VZ", "ZZ99 3WZ"})
_POSTCODE: Final = re.compile(
    rf"((?:{'|'.join([*_AREAS.split(), _INVENTED])})[0-9][0-9A-Z]?)([0-9][ABD-HJLNP-UW-Z]{{2}})"
)


def as_postcode(text: str) -> str | None:
    """The postcode in capitals with one space before its last three characters; None where it is none.

    It is one by its form and its area; whether anybody lives there is not known.
    """
    found = _POSTCODE.fullmatch("".join(text.split()).upper())
    postcode = f"{found[1]} {found[2]}" if found else ""
    return postcode if postcode and postcode not in _NOWHERE else None
