"""Statements whose text holds words of the catalogue, such as the slug of the thermometer."""

from accounts import statements
from therapies.catalogue import catalogue


class Statement(statements.Statement):
    def edition(self) -> str:
        return catalogue().hash
