"""Run by Alembic, on the connection that ``bot.store.migrate`` hands over."""

from alembic import context

from bot.store.schema import CATALOGUE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=CATALOGUE,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
