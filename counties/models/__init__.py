from .designations import Certainty, Designation
from .divisions import Division, Level, Succession
from .postings import Posting

__all__ = ["Certainty", "Designation", "Division", "Level", "Posting", "Succession"]
