from .deeds import Deed, DeedPages, ReasonForm
from .panels import Panel
from .records import KnownSelect, RecordAdmin, RecordInline
from .trail import ChangeAdmin
from .users import UserAdmin

__all__ = [
    "ChangeAdmin",
    "Deed",
    "DeedPages",
    "KnownSelect",
    "Panel",
    "ReasonForm",
    "RecordAdmin",
    "RecordInline",
    "UserAdmin",
]
