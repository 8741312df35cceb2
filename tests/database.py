"""Which tests CI runs on PostgreSQL too, beside SQLite: those whose truth depends on the database.
`make test-postgres` runs all; this prints them, so that nothing else has to be collected."""

DATABASE = {
    "accounts": "access",
    "config": "history postgresql",
    "diary": "check_in corrections moves races save_lock statements",
    "reminders": "rounds",
    "summary": "erasure round_trip",
}
FILES = frozenset(
    f"tests/{folder}/test_{name}.py" for folder, names in DATABASE.items() for name in names.split()
)

if __name__ == "__main__":
    print(*sorted(FILES))  # noqa: T201
