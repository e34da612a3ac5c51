"""What this floor itself keeps: releases of open data."""

from .releases import DataFile, DataRelease

__all__ = ["DataFile", "DataRelease"]
