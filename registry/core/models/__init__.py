from .blob import Blob
from .calendar import CalendarDay
from .interface import Delivery, HookEvent, Scope, Subscription, Token, Usage
from .job import Job
from .notice import Channels, Notice, Outgoing, SavedView
from .once import Attempt, Once
from .record import Bilingual, Named, Record, in_both
from .seal import Redaction, Seal, Veil
from .trail import Change
from .user import User, UserRole

__all__ = [
    "Attempt",
    "Bilingual",
    "Blob",
    "CalendarDay",
    "Change",
    "Channels",
    "Delivery",
    "HookEvent",
    "Job",
    "Named",
    "Notice",
    "Once",
    "Outgoing",
    "Record",
    "Redaction",
    "SavedView",
    "Scope",
    "Seal",
    "Subscription",
    "Token",
    "Usage",
    "User",
    "UserRole",
    "Veil",
    "in_both",
]
