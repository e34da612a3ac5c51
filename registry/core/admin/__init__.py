from .calendar import CalendarDayAdmin
from .deeds import Deed, DeedPages, ReasonForm, Way
from .identity import SignInAdmin
from .interface import DeliveryAdmin, SubscriptionAdmin, TokenAdmin
from .large_lists import LargeListAdmin
from .list_files import in_money
from .outbox import OutgoingAdmin
from .panels import Panel
from .records import KnownSelect, RecordAdmin, RecordInline
from .seals import seals
from .trail import ChangeAdmin
from .users import UserAdmin

__all__ = [
    "CalendarDayAdmin",
    "ChangeAdmin",
    "Deed",
    "DeedPages",
    "DeliveryAdmin",
    "KnownSelect",
    "LargeListAdmin",
    "OutgoingAdmin",
    "Panel",
    "ReasonForm",
    "RecordAdmin",
    "RecordInline",
    "SignInAdmin",
    "SubscriptionAdmin",
    "TokenAdmin",
    "UserAdmin",
    "Way",
    "in_money",
    "seals",
]
