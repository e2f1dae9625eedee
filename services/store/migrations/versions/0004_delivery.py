"""How delivery providers stand, the pace of calls, whom a practice is reached by, and a store's origin."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from services.store.types import Id, UtcTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gateway_states",
        *_key(),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcTime(), nullable=True),
        sa.Column("rest_until", UtcTime(), nullable=True),
        sa.Column("probe_until", UtcTime(), nullable=True),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("answered_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("service_id", "id", name=op.f("pk_gateway_states")),
    )
    op.create_table(
        "call_slots",
        *_key(),
        sa.Column("next_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("service_id", "id", name=op.f("pk_call_slots")),
    )
    op.add_column("practices", _text("gateway", 30))
    op.add_column("attempts", _text("handed_with", 16))
    op.add_column("stray_reports", sa.Column("settled_at", UtcTime(), nullable=True))
    op.add_column("stray_reports", sa.Column("settled_by", Id, nullable=True))
    op.add_column("services", _text("origin", 40))
    _give_origins()


def _give_origins() -> None:
    connection = op.get_bind()
    services = sa.table("services", sa.column("service_id", Id), sa.column("origin", Id))
    for service_id in list(connection.scalars(sa.select(services.c.service_id))):
        connection.execute(
            sa.update(services).where(services.c.service_id == service_id).values(origin=str(uuid4()))
        )


def downgrade() -> None:
    op.drop_column("services", "origin")
    op.drop_column("stray_reports", "settled_by")
    op.drop_column("stray_reports", "settled_at")
    op.drop_column("attempts", "handed_with")
    op.drop_column("practices", "gateway")
    op.drop_table("call_slots")
    op.drop_table("gateway_states")


def _key() -> "list[sa.Column[str]]":
    return [sa.Column("service_id", Id, nullable=False), sa.Column("id", Id, nullable=False)]


def _text(name: str, length: int) -> "sa.Column[str]":
    return sa.Column(name, sa.String(length=length), server_default="", nullable=False)
