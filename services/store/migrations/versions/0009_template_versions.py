"""A template's bodies, each kept under its number; letters know theirs, and which were written together.

Also the letterhead's logo, and a time of its own for each channel until what was sent counts as stuck.
"""

import sqlalchemy as sa
from alembic import op

from services.store.types import Id, UtcTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


_WATCHED = ["status", "in_doubt", "status_at", "reason_code", "removed_at"]
_IN_HOURS = """
    INSERT INTO settings (service_id, key, value, changed_at, changed_by)
    SELECT service_id, names.name, CAST(CAST(CAST(CAST(value AS VARCHAR) AS INTEGER) * 24 AS VARCHAR) AS {json}), changed_at,
           changed_by
    FROM settings, (
        SELECT 'gp_stuck_hours' AS name UNION SELECT 'e_stuck_hours' UNION SELECT 'h_stuck_hours'
    ) AS names
    WHERE key = 'stuck_after_days'
"""


def _watch(columns: list[str]) -> None:
    """The index of what is on its way holds every column that the header's counts ask for."""
    on_its_way = sa.text("status IN ('queued', 'sent', 'sent_for_processing') AND removed_at IS NULL")
    op.drop_index("ix_letters_on_its_way", table_name="letters")
    op.create_index(
        "ix_letters_on_its_way", "letters", columns, sqlite_where=on_its_way, postgresql_where=on_its_way
    )


def upgrade() -> None:
    op.create_table(
        "template_versions",
        sa.Column("service_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("template_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["service_id", "template_id"],
            ["templates.service_id", "templates.id"],
            name=op.f("fk_template_versions_service_id_template_id"),
        ),
        sa.PrimaryKeyConstraint("service_id", "id", name=op.f("pk_template_versions")),
    )
    op.create_index(
        "uq_template_versions_number",
        "template_versions",
        ["service_id", "template_id", "number"],
        unique=True,
    )
    op.execute(
        "INSERT INTO template_versions (service_id, id, template_id, number, body, user_id) "
        "SELECT service_id, id, id, 1, body, '' FROM templates"
    )
    op.drop_column("templates", "body")
    op.add_column(
        "templates", sa.Column("dual_mode", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("templates", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.add_column("letters", sa.Column("template_version", sa.Integer(), server_default="1", nullable=False))
    op.add_column("letters", sa.Column("pair", Id, nullable=True))
    paired = sa.text("pair IS NOT NULL")
    op.create_index(
        "ix_letters_pair", "letters", ["service_id", "pair"], sqlite_where=paired, postgresql_where=paired
    )
    # A letter has a letterhead's logo now, perhaps none: letters that wait are set anew.
    op.execute("UPDATE letters SET document_id = NULL WHERE status IN ('pending', 'failed') AND NOT uploaded")
    _watch(["service_id", "created_by", "channel", *_WATCHED])
    kind = "JSON" if op.get_bind().dialect.name == "postgresql" else "VARCHAR"
    op.execute(_IN_HOURS.format(json=kind))
    op.execute("DELETE FROM settings WHERE key = 'stuck_after_days'")
    op.add_column("services", sa.Column("logo", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("services", "logo")
    _watch(["service_id", "created_by", *_WATCHED])
    op.drop_index("ix_letters_pair", table_name="letters")
    op.drop_column("letters", "pair")
    op.drop_column("letters", "template_version")
    op.add_column("templates", sa.Column("body", sa.Text(), server_default="", nullable=False))
    op.execute(
        "UPDATE templates SET body = (SELECT v.body FROM template_versions v WHERE "
        "v.service_id = templates.service_id AND v.template_id = templates.id AND v.number = templates.version)"
    )
    op.drop_column("templates", "version")
    op.drop_column("templates", "dual_mode")
    op.drop_index("uq_template_versions_number", table_name="template_versions")
    op.drop_table("template_versions")
