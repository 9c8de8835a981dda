"""One fetched mail, one committed transaction."""
