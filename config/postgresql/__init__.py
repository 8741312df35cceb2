"""PostgreSQL with the turn to write in one diary."""
