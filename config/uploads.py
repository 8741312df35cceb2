"""How files that are sent are taken in: in memory, never on the disk, and only up to a size."""

import io
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler

BODIES = 4  # a request may be this many times as large as the largest file


class InMemoryOnlyHandler(MemoryFileUploadHandler):
    """Keep what is sent in memory: an original, with all that a camera wrote into it, must leave no
    trace on the disk. Of what is too large only its size is kept, so that a form can say so."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.most = settings.FILE_UPLOAD_MAX_MEMORY_SIZE
        self.held = 0  # by all files of this request together

    def handle_raw_input(self, *sent: Any, **_: Any) -> None:
        """Refuse at once what no form of the diary sends. Django's own would leave a large request
        to a handler that writes on the disk; this one is always at work."""
        _data, _meta, content_length, *_rest = sent
        if content_length > BODIES * self.most:
            raise RequestDataTooBig
        self.activated = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002
        self.held += len(raw_data)
        if self.held > self.most:
            self.file = io.BytesIO()
        else:
            self.file.write(raw_data)
