"""The one catalogue of the process: what the sources say, and the rules drawn from it."""

from functools import cache
from pathlib import Path

from therapies.catalogue.load import load
from therapies.catalogue.shapes import Catalogue

FOLDER = Path(__file__).parent


@cache
def catalogue() -> Catalogue:
    """Return the catalogue, read once. Raises CatalogueError naming the file and the entry."""
    return load(FOLDER)
