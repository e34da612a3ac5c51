from .authorities import Authority, Origin, RegisteredLevel
from .memberships import Membership
from .organisations import Enterprise, FormerName, Kind, Organisation

__all__ = [
    "Authority",
    "Enterprise",
    "FormerName",
    "Kind",
    "Membership",
    "Organisation",
    "Origin",
    "RegisteredLevel",
]
