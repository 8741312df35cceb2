"""How files that are sent are taken in: in memory, never on the disk, and only up to a size."""

import io
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

BODIES = 4  # a request may be this many times as large as the largest file


class InMemoryOnlyHandler(FileUploadHandler):
    """Keep what is sent in memory: an original, with all that a camera wrote into it, must leave no
    trace on the disk. Of what is too large only its size is kept, so that a form can say so."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.most = settings.FILE_UPLOAD_MAX_MEMORY_SIZE
        self.held = 0  # by all files of this request together

    def handle_raw_input(self, *sent: Any, **more: Any) -> None:
        """Refuse at once what no form of the diary sends."""
        _data, _meta, content_length, *_ = sent
        if content_length > BODIES * self.most:
            raise RequestDataTooBig
        super().handle_raw_input(*sent, **more)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002
        self.held += len(raw_data)
        if self.held > self.most:
            self.file = io.BytesIO()
        else:
            self.file.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.file.seek(0)
        return InMemoryUploadedFile(
            self.file,
            self.field_name,
            self.file_name or "",
            self.content_type or "",
            file_size,
            self.charset,
            self.content_type_extra,
        )
