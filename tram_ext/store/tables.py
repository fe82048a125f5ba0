"""The current tables; migrations hold their own frozen copies."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)

from tram_ext.store.types import UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

settings = Table(
    "settings",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("value", JSON, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("owner", String(100), nullable=False),
    Column("expires_at", Float, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(150), nullable=False, unique=True),
    Column("password_hash", Text),
    Column("role", String(20), nullable=False),
    Column("active", Boolean, nullable=False, server_default=true()),
    Column("created_on", UtcDateTime, nullable=False),
    Column("token_stamp", String(32), nullable=False, server_default=""),
    sqlite_autoincrement=True,
)

attack_releases = Table(
    "attack_releases",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("domain", String(100), nullable=False, unique=True),
    Column("version", String(50), nullable=False),
    Column("source", Text, nullable=False),
    Column("loaded_on", UtcDateTime, nullable=False),
)

attack_objects = Table(
    "attack_objects",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("attack_id", String(30), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("name", Text, nullable=False),
    Column("domain", String(100), nullable=False),
    Column("stix_id", String(150), nullable=False, server_default=""),
    Column("description", Text, nullable=False, server_default=""),
    Column("is_excerpt", Boolean, nullable=False, server_default=false()),
    Column("url", Text, nullable=False, server_default=""),
    Column("tactics", JSON, nullable=False),
    Column("aliases", JSON, nullable=False),
    Column("shortname", String(100), nullable=False, server_default=""),
    Column("position", Integer),
    Column("status", String(20), nullable=False),
    Column("revoked_by", String(30)),
    Column("version", Integer, nullable=False, server_default="1"),
    Index(None, "kind", "status"),
    sqlite_autoincrement=True,
)

documents = Table(
    "documents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("size", Integer, nullable=False),
    Column("content_type", String(200), nullable=False),
    Column("stored_name", String(100), nullable=False, unique=True),
    Column("created_by", ForeignKey("users.id")),
    Column("created_on", UtcDateTime, nullable=False),
    Column("purged_on", UtcDateTime),
    sqlite_autoincrement=True,
)

# Files of documents that were deleted or purged, until the files are deleted, too. Only these may ever be swept: a file
# that no row names may be another database's, or one that this database forgot when it was damaged.
given_up_files = Table(
    "given_up_files",
    metadata,
    Column("stored_name", String(100), primary_key=True),
    Column("given_up_on", UtcDateTime, nullable=False),
)

reports = Table(
    "reports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id"), index=True),
    # Kept by whoever adds or removes sentences: a page says how many there are, and counting a million takes longer
    # than the page. Before the text, so that reading it does not read that.
    Column("sentence_count", Integer, nullable=False, server_default="0", index=True),
    Column("name", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("ml_model", String(200), nullable=False),
    Column("created_by", ForeignKey("users.id")),
    Column("created_on", UtcDateTime, nullable=False),
    Column("updated_on", UtcDateTime, nullable=False),
    Column("use_for_training", Boolean, nullable=False, server_default=true()),
    Column("builtin", String(100), unique=True),
    Column("import_sha256", String(64), unique=True),
    Column("version", Integer, nullable=False, server_default="1"),
    # Null in no row: SQLite could not add it otherwise without copying the table.
    Column("uuid", String(36)),
    Index("uq_reports_uuid", "uuid", unique=True),
    sqlite_autoincrement=True,
)

# The headings, items, cells, code and captions of a report's text: [start, end, kind, level] each.
report_blocks = Table(
    "report_blocks",
    metadata,
    Column("report_id", ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True),
    # Of the text that the places belong to: while it is edited, they say nothing.
    Column("text_sha256", String(64), nullable=False),
    Column("blocks", JSON, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("status", String(20), nullable=False),
    Column("progress", Float, nullable=False, server_default="0"),
    Column("stage", String(100), nullable=False, server_default=""),
    Column("message", Text, nullable=False, server_default=""),
    Column("model", String(200)),
    Column("created_by", ForeignKey("users.id")),
    Column("created_on", UtcDateTime, nullable=False),
    Column("updated_on", UtcDateTime, nullable=False),
    Column("lease_owner", String(100)),
    Column("lease_expires", Float),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("cancel_requested", Boolean, nullable=False, server_default=false()),
    Column("report_id", ForeignKey("reports.id", ondelete="SET NULL"), index=True),
    Index(None, "status", "lease_expires"),
    sqlite_autoincrement=True,
)

sentences = Table(
    "sentences",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("report_id", ForeignKey("reports.id", ondelete="CASCADE"), nullable=False),
    Column("text", Text, nullable=False),
    Column("order", Integer, nullable=False),
    Column("disposition", String(10)),
    Column("start", Integer),
    Column("end", Integer),
    Column("page", Integer),
    Column("origin", String(30), nullable=False, server_default=""),
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint("disposition IN ('accept', 'reject')", name="disposition"),
    Index("ix_sentences_report_id_order_id", "report_id", "order", "id"),
    Index("ix_sentences_report_id_disposition", "report_id", "disposition"),
    sqlite_autoincrement=True,
)

mappings = Table(
    "mappings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("report_id", ForeignKey("reports.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("sentence_id", ForeignKey("sentences.id", ondelete="CASCADE"), nullable=False),
    Column("attack_object_id", ForeignKey("attack_objects.id"), nullable=False, index=True),
    Column("confidence", Float, nullable=False),
    Column("source", String(20), nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("disposition", String(10), CheckConstraint("disposition IN ('accept', 'reject')", name="disposition")),
    CheckConstraint("confidence >= 0 AND confidence <= 100", name="confidence"),
    UniqueConstraint("sentence_id", "attack_object_id"),
    sqlite_autoincrement=True,
)

trainings = Table(
    "trainings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("model", String(200), nullable=False),
    Column("state", String(20), nullable=False),
    Column("progress", Float, nullable=False, server_default="0"),
    Column("stage", String(100), nullable=False, server_default=""),
    Column("message", Text, nullable=False, server_default=""),
    Column("parameters", JSON, nullable=False),
    Column("created_by", ForeignKey("users.id")),
    Column("created_on", UtcDateTime, nullable=False),
    Column("updated_on", UtcDateTime, nullable=False),
    Column("lease_owner", String(100)),
    Column("lease_expires", Float),
    Column("cancel_requested", Boolean, nullable=False, server_default=false()),
    Column("elapsed_sec", Float),
    sqlite_autoincrement=True,
)

# A row of `trainings` that has one here is no training, but a check of labels.
label_checks = Table(
    "label_checks",
    metadata,
    Column("task_id", ForeignKey("trainings.id", ondelete="CASCADE"), primary_key=True),
    Column("found", JSON),
)

# Likewise: a row of `trainings` that has one here is the measurement of a learning curve.
learning_curves = Table(
    "learning_curves",
    metadata,
    Column("task_id", ForeignKey("trainings.id", ondelete="CASCADE"), primary_key=True),
    Column("found", JSON),
)

model_versions = Table(
    "model_versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("model", String(200), nullable=False),
    Column("number", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("file_name", String(200), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("card", JSON, nullable=False),
    Column("training_id", ForeignKey("trainings.id")),
    Column("created_by", ForeignKey("users.id")),
    Column("created_on", UtcDateTime, nullable=False),
    UniqueConstraint("model", "number"),
    Index(
        "uq_model_versions_active",
        "model",
        unique=True,
        sqlite_where=text("active"),
        postgresql_where=text("active"),
    ),
    sqlite_autoincrement=True,
)

review_actions = Table(
    "review_actions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("user_id", ForeignKey("users.id")),
    Column("user_name", String(150), nullable=False),
    # No foreign keys below: the log outlives what it speaks of.
    Column("report_id", Integer),
    Column("action", String(50), nullable=False),
    Column("target_kind", String(30), nullable=False),
    Column("target_id", Integer),
    Column("before", JSON),
    Column("after", JSON),
    Column("batch", String(32), nullable=False, index=True),
    Column("undoes", String(32)),
    # The techniques that were proposed, and those that the reviewer searched for, when a sentence was decided about.
    Column("shown", JSON(none_as_null=True)),
    Index(None, "report_id", "id"),
    Index(None, "user_id", "id"),
    Index(None, "target_kind", "target_id", "id"),
    sqlite_autoincrement=True,
)

undo_stack = Table(
    "undo_stack",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False),
    Column("report_id", ForeignKey("reports.id", ondelete="CASCADE"), index=True),
    Column("batch", String(32), nullable=False, unique=True),
    # The last row of the log that belongs to the action, its undoing or its redoing.
    Column("log_id", Integer, nullable=False),
    Column("undone", Boolean, nullable=False, server_default=false()),
    Index(None, "user_id", "report_id", "undone", "id"),
    sqlite_autoincrement=True,
)
