from .blob import Blob
from .record import Named, Record
from .trail import Change
from .user import User, UserRole

__all__ = ["Blob", "Change", "Named", "Record", "User", "UserRole"]
