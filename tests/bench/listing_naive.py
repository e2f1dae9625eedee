"""The plain way to show the list: read all letters into a frame at each rerun and filter that."""

from typing import Any, ClassVar

import pandas as pd
from sqlalchemy import Engine, select

from services.domain.people import Role, User
from services.domain.status import PENDING_GROUP_KEY
from services.listing.filters import Filters
from services.listing.names import search_key
from services.store.people_rows import same
from services.store.tables import letters, patients, practices, templates, users

_LETTERS = (
    select(
        *(
            letters.c[name]
            for name in ("id", "reference", "channel", "status", "created_at", "status_at", "title")
        ),
        *(letters.c[name] for name in ("reason_code", "reason", "closed_at", "template_id", "created_by")),
        *(patients.c[name] for name in ("surname", "forename", "nhs_number")),
        practices.c.ods_code.label("practice"),
        practices.c.name.label("practice_name"),
        templates.c.name.label("template"),
        *(users.c[name] for name in ("name", "provider", "team", "consortium")),
    )
    .select_from(letters)
    .join(patients, same(letters.c.patient_id, patients))
    .outerjoin(practices, same(patients.c.practice_id, practices))
    .join(templates, same(letters.c.template_id, templates))
    .join(users, same(letters.c.created_by, users))
    .where(letters.c.removed_at.is_(None))
)


class NaiveListing:
    """SQLAlchemy → pandas, with masks over texts and a value count for each facet."""

    FACETS: ClassVar = ("provider", "team", "consortium", "practice", "title", "created_by")

    def __init__(self, engine: Engine, service_id: str) -> None:
        self._engine = engine
        self._service_id = service_id

    def show(
        self, user: User, filters: Filters, size: int
    ) -> tuple[int, list[str], dict[str, dict[str, int]]]:
        """How many letters match, the ids of the first page (newest first), and the facets' counts."""
        with self._engine.connect() as connection:
            asked = _LETTERS.where(letters.c.service_id == self._service_id)
            frame = pd.read_sql(asked, connection)
        if user.role is Role.THERAPIST:
            frame = frame[frame["created_by"] == user.id]
        masks = _masks(frame, filters)
        found = frame[_all(frame, masks)].sort_values(["created_at", "id"], ascending=False)
        counts = {
            name: frame[_all(frame, {other: mask for other, mask in masks.items() if other != name})][name]
            .value_counts()
            .to_dict()
            for name in self.FACETS
        }
        return len(found), found["id"].head(size).tolist(), counts


def _masks(frame: pd.DataFrame, filters: Filters) -> dict[str, Any]:
    masks: dict[str, Any] = {
        name: frame[name].isin(filters.chosen(name)) for name in ("team", "practice") if filters.chosen(name)
    }
    if filters.created_from:
        start = pd.Timestamp(filters.created_from, tz="Europe/London")
        masks["created"] = pd.to_datetime(frame["created_at"], utc=True) >= start
    if filters.status:
        pending = frame["status"].isin(["pending", "failed"]) & frame["closed_at"].isna()
        chosen = (frame["channel"] + "." + frame["status"]).isin(filters.status)
        masks["status"] = chosen | (pending if PENDING_GROUP_KEY in filters.status else False)
    if filters.patient:
        names = zip(frame["surname"], frame["forename"], strict=True)
        sought = search_key(filters.patient, "").split("\n", maxsplit=1)[0].strip()
        masks["patient"] = pd.Series([sought in search_key(*name) for name in names], frame.index, dtype=bool)
    return masks


def _all(frame: pd.DataFrame, masks: dict[str, Any]) -> Any:
    found = pd.Series(data=True, index=frame.index)
    for mask in masks.values():
        found &= mask
    return found
