"""The reference files of codes, read once: data/reject_codes.csv and data/practice_rejections.csv."""

from functools import cache
from pathlib import Path

from services.domain.reject_codes import RejectCodes, parse_reject_codes
from services.settings import ROOT


@cache
def reject_codes(folder: Path = ROOT / "data") -> RejectCodes:
    """The codes as the files in `folder` list them. A changed file is read at the next start."""
    codes = (folder / "reject_codes.csv").read_text(encoding="utf-8").splitlines()
    practice = (folder / "practice_rejections.csv").read_text(encoding="utf-8").splitlines()
    return parse_reject_codes(codes, practice)
