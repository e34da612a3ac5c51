"""Complete data sets from CSV files, for `load_dataset`."""

from .loading import Loaded, load
from .staging import Fault, Refused

__all__ = ["Fault", "Loaded", "Refused", "load"]
