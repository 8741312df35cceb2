"""The planted fault: the product's settings with a database that may lose what it acknowledged."""

import os

from config.settings import *  # noqa: F403
from config.settings import DATABASES

DATABASES["default"]["OPTIONS"]["init_command"] = os.environ["CARELESS"]
