"""What Alembic runs to migrate: on the connection, and in the transaction, that it is given."""

from alembic import context

from tram_ext.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,
)
context.run_migrations()
