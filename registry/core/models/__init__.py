from .blob import Blob
from .calendar import CalendarDay
from .identity import Factor, FormerPassword, Guess, RecoveryCode, Session, SignIn
from .interface import Delivery, HookEvent, Scope, Subscription, Token, Usage
from .job import Job
from .notice import Channels, Notice, Outgoing, SavedView
from .once import Attempt, Once
from .record import Bilingual, Named, Record, in_both, in_one
from .scopes import InnerQuerySet
from .seal import Redaction, Seal, Veil
from .trail import Change
from .user import User, UserRole, reads_everything

__all__ = [
    "Attempt",
    "Bilingual",
    "Blob",
    "CalendarDay",
    "Change",
    "Channels",
    "Delivery",
    "Factor",
    "FormerPassword",
    "Guess",
    "HookEvent",
    "InnerQuerySet",
    "Job",
    "Named",
    "Notice",
    "Once",
    "Outgoing",
    "Record",
    "RecoveryCode",
    "Redaction",
    "SavedView",
    "Scope",
    "Seal",
    "Session",
    "SignIn",
    "Subscription",
    "Token",
    "Usage",
    "User",
    "UserRole",
    "Veil",
    "in_both",
    "in_one",
    "reads_everything",
]
