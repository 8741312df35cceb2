"""The cache in the database, where log-in tries are counted."""

from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import OperationalError, connections, router


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
