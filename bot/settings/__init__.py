"""The county's files and the environment, read into frozen settings."""
