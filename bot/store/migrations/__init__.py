"""The migrations: what brings a database from one release to the next."""
