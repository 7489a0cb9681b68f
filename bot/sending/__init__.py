"""From the outbox to a platform: which message next, to which address, at which pace, and what became of it."""
