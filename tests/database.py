"""Which tests CI runs on PostgreSQL too, beside SQLite: those whose truth depends on the database.
`make test-postgres` runs all; this prints them, so that nothing else has to be collected."""

DATABASE = {
    "accounts": "access growing_up invitations log memory sessions sharing",
    "config": "history postgresql",
    "diary": "corrections courses doses duty hidden_notes moves photos query_counts races "
    "save_lock sending sought statements team team_changes threads",
    "reminders": "calendar rounds",
    "summary": "clinic deletion erasure holds import retention round_trip",
}
FILES = frozenset(
    f"tests/{folder}/test_{name}.py" for folder, names in DATABASE.items() for name in names.split()
)

if __name__ == "__main__":
    print(*sorted(FILES))  # noqa: T201
