"""A template's bodies, each kept under its number; letters know theirs, and which were written together."""

import sqlalchemy as sa
from alembic import op

from services.store.types import Id, UtcTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


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
    op.add_column("services", sa.Column("logo", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("services", "logo")
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
