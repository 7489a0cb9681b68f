"""Tables, queries and the one commit; rows never leave this package."""
