"""What this floor itself keeps: releases of open data, and what persons ask about their data."""

from .persons import PersonRequest
from .releases import DataFile, DataRelease

__all__ = ["DataFile", "DataRelease", "PersonRequest"]
