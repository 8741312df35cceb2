"""How pages are read from the disk: without notes and indentation, which nobody sees and every page
would carry. It is done once, because a template is kept after that."""

import re
from typing import Any

from django.template.loaders import filesystem

NOTE = re.compile(r"\{#.*?#\}")
# A tag alone on its line draws nothing by itself; the line break before it is enough.
SILENT = (
    r"load|extends|block|endblock|if|elif|else|endif|for|empty|endfor|with|endwith|url(?=[^%]* as )"
)
ALONE = re.compile(rf"(?m)^(\{{% (?:{SILENT})\b(?:(?!%\}}).)*%\}})\n")
# So is what a line has only sometimes.
SOMETIMES = re.compile(r"(?m)^(\{% if (?:(?!endif).)*)(\{% endif %\})\n")
BREAK = re.compile(r"[ \t]*\n\s*")
BEFORE_ATTRIBUTE = re.compile(r'\n(?=[a-z-]+=")')


class Loader(filesystem.Loader):
    def get_contents(self, origin: Any) -> str:
        source: str = super().get_contents(origin)
        return shortened(source) if str(origin.name).endswith(".html") else source


def shortened(source: str) -> str:
    """Every run of white space with a line break in it becomes one line break, and within a tag one
    blank, so that what is alike is written alike."""
    source = BEFORE_ATTRIBUTE.sub(" ", BREAK.sub("\n", NOTE.sub("", source)))
    return SOMETIMES.sub(r"\1\n\2", ALONE.sub(r"\1", source)).strip()
