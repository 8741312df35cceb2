"""Asks diaries among 100,000 and among 100, all of 90 days and on PostgreSQL, in turn: the 95th
percentile of Today, History and a save, which plans read a large table whole, and sizes.

    .venv/bin/python -m bench.scale [--patients 100000] [--asks 200] [--folder FOLDER]

One diary is made as a family makes it; COPY multiplies it, with ids of its own for each. Rows lie
as many families write them, by day and not by diary. It takes about 30 GB in FOLDER. The figures
are printed, never asserted; docs/scale.md has those of the last run.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bench.postgres import NAME, Cluster

ROOT = Path(__file__).resolve().parent.parent
DAYS, FEW, AIM = 90, 100, 1.3
PAGES = ("Today", "History", "Save")
SERVER = {
    "shared_buffers": "2GB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "8GB",
    "effective_cache_size": "12GB",
}
COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, NULL), a.attgenerated <> '',
        coalesce((SELECT other.relname FROM pg_constraint f
            JOIN pg_class other ON other.oid = f.confrelid
            WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.conkey = ARRAY[a.attnum]), ''),
        EXISTS (SELECT FROM pg_constraint u WHERE u.conrelid = c.oid
            AND u.contype IN ('p', 'u') AND u.conkey = ARRAY[a.attnum]),
        EXISTS (SELECT FROM pg_constraint p WHERE p.conrelid = c.oid
            AND p.contype = 'p' AND p.conkey = ARRAY[a.attnum])
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0
        AND NOT a.attisdropped
    ORDER BY c.relname, a.attnum
"""
SIZES = """
    SELECT relname, n_live_tup, pg_table_size(relid), pg_indexes_size(relid)
    FROM pg_stat_user_tables ORDER BY pg_total_relation_size(relid) DESC LIMIT 12
"""
SEQUENCES = """
    SELECT s.oid::regclass, a.attname, t.relname
    FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i')
    JOIN pg_class t ON t.oid = d.refobjid
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
    WHERE s.relkind = 'S'
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--patients", type=int, default=100_000)
    parser.add_argument("--asks", type=int, default=200)
    parser.add_argument("--folder", type=Path, help="default: the folder for temporary files")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="diary-scale-") as data,
        tempfile.TemporaryDirectory(prefix="diary-scale-", dir=asked.folder) as folder,
    ):
        os.environ["DATA_DIR"] = data
        server = Cluster(Path(folder), **SERVER)
        server.make()
        server.start()
        try:
            run(server, asked.patients, asked.asks)
        finally:
            server.end()


def run(server: Cluster, patients: int, asks: int) -> None:
    server.run("createdb", *whom(server), "one")
    key = json.loads(answer_of("make", address(server, "one")))
    dump = server.folder / "dump"
    server.run("pg_dump", *whom(server), "-Fc", "-f", str(dump), "one")
    for name, number in (("few", FEW), ("many", patients)):
        began = time.monotonic()
        rows = multiply(server, dump, name, number)
        took = time.monotonic() - began
        print(f"{number} diaries: {rows:,} rows in {took:.0f} s", flush=True)
    print(*sizes(server, "many", patients), sep="\n")
    with asker(server, "few") as few, asker(server, "many") as many:
        for page in PAGES:
            report(page, *in_turn(few, many, page, key, (FEW, patients), asks))
        print(*many({"page": "plans", "key": key, "number": patients - 1}), sep="\n")


def whom(server: Cluster) -> tuple[str, ...]:
    return ("-h", str(server.folder), "-p", str(server.port), "-U", NAME)


def address(server: Cluster, name: str) -> str:
    return server.url.removesuffix(NAME) + name


def multiply(server: Cluster, dump: Path, name: str, number: int) -> int:
    """Fill a database with so many of the one diary; indexes and checks come after the rows."""
    import psycopg

    server.run("createdb", *whom(server), name)
    restore = ("pg_restore", *whom(server), "-d", name, "--exit-on-error")
    server.run(*restore, "--section=pre-data", str(dump))
    done = 0
    with (
        psycopg.connect(address(server, "one"), autocommit=True) as one,
        psycopg.connect(address(server, name), autocommit=True) as into,
    ):
        for table, columns, rows in copies(one, number):
            with (
                one.cursor().copy(f"COPY ({rows}) TO STDOUT (FORMAT BINARY)") as read,
                into.cursor().copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)") as write,
            ):
                for part in read:
                    write.write(part)
            done += into.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
        server.run(*restore, "--section=post-data", "-j", "2", str(dump))
        for sequence, column, table in into.execute(SEQUENCES).fetchall():
            highest = f'SELECT max("{column}") FROM "{table}"'  # noqa: S608
            into.execute(f"SELECT setval('{sequence}', coalesce(({highest}), 1))")
        into.execute("VACUUM ANALYZE")
        into.execute("CHECKPOINT")
    return done


def copies(one: Any, number: int) -> Iterator[tuple[str, str, str]]:
    """Give each table with its columns and the question for the rows of every diary. What belongs
    to no account is taken once."""
    tables: dict[str, list[tuple[Any, ...]]] = {}
    for table, *column in one.execute(COLUMNS).fetchall():
        tables.setdefault(table, []).append(tuple(column))
    cloned, steps = {"accounts_user"}, {}
    while more := {
        table
        for table, columns in tables.items()
        if table not in cloned and any(points_at in cloned for *_, points_at, _, _ in columns)
    }:
        cloned |= more
    for table, columns in tables.items():
        for name, kind, *_, is_key in columns:
            if is_key and kind in ("bigint", "integer"):
                highest = one.execute(
                    f'SELECT max("{name}") FROM "{table}"'  # noqa: S608
                ).fetchone()[0]
                steps[table] = (highest or 0) + 1
    for table, columns in tables.items():
        columns = [column for column in columns if not column[2]]
        names = ", ".join(f'"{column[0]}"' for column in columns)
        if table not in cloned:
            yield f'"{table}"', names, f'SELECT {names} FROM "{table}"'  # noqa: S608
            continue
        said = ", ".join(own(column, table, steps) for column in columns)
        key = next((f'"{column[0]}"' for column in columns if column[5]), "1")
        yield (
            f'"{table}"',
            names,
            f'SELECT {said} FROM (SELECT * FROM "{table}" ORDER BY {key}) each, '  # noqa: S608
            f"LATERAL generate_series(0, {number - 1}) k",
        )


def own(column: Sequence[Any], table: str, steps: dict[str, int]) -> str:
    """Return what the diary number `k` has in this column."""
    name, kind, _generated, points_at, is_unique, is_key = column
    where = f'each."{name}"'
    if kind == "uuid":
        return f"md5({where}::text || k)::uuid"
    if kind in ("bigint", "integer") and (is_key or points_at):
        step = steps.get(table if is_key and not points_at else points_at)
        return f"({where} + k * {step}::bigint)::{kind}" if step else where
    return f"k || {where}" if is_unique else where


def sizes(server: Cluster, name: str, patients: int) -> Iterator[str]:
    import psycopg

    with psycopg.connect(address(server, name), autocommit=True) as into:
        whole = into.execute("SELECT pg_database_size(current_database())").fetchone()[0]
        yield f"{whole / 1e9:.1f} GB, {whole / patients / 1000:.0f} kB a diary"
        yield f"{'table':32}{'rows':>12}{'MB':>8}{'indexes MB':>12}"
        for table, rows, size, indexes in into.execute(SIZES):
            yield f"{table:32}{rows:>12,}{size / 1e6:>8.0f}{indexes / 1e6:>12.0f}"


def surroundings(url: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": url}


def answer_of(what: str, url: str) -> str:
    words = [sys.executable, "-m", "bench.scale_asks", what]
    environment = surroundings(url)
    done = subprocess.run(words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
    return done.stdout.decode().splitlines()[-1]


@contextmanager
def asker(server: Cluster, name: str) -> Iterator[Any]:
    """Give what asks one database: a question in, a line of JSON out."""
    words = [sys.executable, "-m", "bench.scale_asks", "ask"]
    environment = surroundings(address(server, name))
    process = subprocess.Popen(
        words, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )

    def ask(question: dict[str, Any]) -> Any:
        assert process.stdin and process.stdout  # noqa: S101
        print(json.dumps(question), file=process.stdin, flush=True)
        return json.loads(process.stdout.readline())

    try:
        yield ask
    finally:
        process.kill()


def in_turn(
    few: Any, many: Any, page: str, key: str, numbers: tuple[int, int], asks: int
) -> tuple[list[float], list[float]]:
    """Return the milliseconds for diaries taken by chance, the same number of each database."""
    chance = random.Random(1)  # noqa: S311
    for ask in (few, many):  # templates and plans, that any diary needs once
        ask({"page": page, "key": key, "number": 0})
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(asks):
        for side, (ask, number) in enumerate(zip((few, many), numbers, strict=True)):
            took[side].append(ask({"page": page, "key": key, "number": chance.randrange(number)}))
    return took


def report(page: str, few: list[float], many: list[float]) -> None:
    p95 = [quantiles(took, n=20)[-1] for took in (few, many)]
    ratio = p95[1] / p95[0]
    said = "met" if ratio <= AIM else "not met"
    print(f"{page:10} p50 {median(few):6.1f} {median(many):6.1f} ms", end="   ")
    print(f"p95 {p95[0]:6.1f} {p95[1]:6.1f} ms   {ratio:.2f}x of {AIM}: {said}", flush=True)


if __name__ == "__main__":
    main()
