"""What this floor itself keeps: releases of open data, what persons ask about their
data, and kept answers about the past."""

from .past import PastAnswer
from .persons import PersonRequest
from .releases import DataFile, DataRelease

__all__ = ["DataFile", "DataRelease", "PastAnswer", "PersonRequest"]
