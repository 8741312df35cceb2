"""Where log-in tries and other limits are counted, for all processes together: in the database, or
in a Valkey or Redis where CACHE_URL names one."""

from typing import Any
from urllib.parse import urlsplit

from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from django.db import OperationalError, connections, router

from config.databases import is_here

PATIENCE = 3  # seconds to wait for the cache server
EXAMPLE = "rediss://:PASSWORD@cache.example.org"


def caches(url: str) -> dict[str, dict[str, Any]]:
    """Return Django's CACHES. Raises SystemExit, in one line that shows no password, where the
    address is none, or would send its password over a network in clear text."""
    if not url:
        database = {"BACKEND": "config.cache.OutspokenDatabaseCache", "LOCATION": "django_cache"}
        return {"default": database}
    said = urlsplit(url)
    if said.scheme not in ("redis", "rediss") or not said.hostname:
        raise SystemExit(
            f"CACHE_URL is not the address of a Valkey or Redis, such as {EXAMPLE}. "
            "Leave it out to count in the database."
        )
    if said.scheme == "redis" and not is_here(said.hostname):
        raise SystemExit(
            f"CACHE_URL names another machine without TLS. Use rediss, as in {EXAMPLE}"
        )
    options = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
    server = {"BACKEND": "config.cache.OutspokenRedisCache", "LOCATION": url, "OPTIONS": options}
    return {"default": server}


class OutspokenDatabaseCache(DatabaseCache):
    """Raise where nothing can be written. Django's own says nothing then, so that on a full disk
    every log-in seemed to be one try too many."""

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = None) -> bool:
        for _ in range(3):  # somebody else may take the key away between writing and looking
            if super()._base_set(mode, key, value, timeout):  # type: ignore[misc]
                return True
            if mode == "touch" or (mode == "add" and self._is_there(key)):
                return False
        raise OperationalError("The cache cannot be written")

    def _is_there(self, key: str) -> bool:
        connection = connections[router.db_for_write(self.cache_model_class)]
        table = connection.ops.quote_name(self._table)  # type: ignore[attr-defined]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {table} WHERE cache_key = %s", [key])  # noqa: S608
            return cursor.fetchone() is not None


class OutspokenClient(RedisCacheClient):
    """Say that the server is away as a database says it: whoever logs in reads that nothing could
    be saved, and nobody tries a password uncounted."""

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        return _outspoken(found) if name in ASKS else found


ASKS = ("add", "get", "set", "touch", "delete", "get_many", "has_key", "incr", "set_many")


def _outspoken(ask: Any) -> Any:
    from redis.exceptions import RedisError

    from diary.core.errors import BusyError

    def asked(*args: Any, **named: Any) -> Any:
        try:
            return ask(*args, **named)
        except RedisError as error:
            raise BusyError("The cache server of CACHE_URL does not answer") from error

    return asked


class OutspokenRedisCache(RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = OutspokenClient
