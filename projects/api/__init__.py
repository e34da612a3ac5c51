"""Projects, checklist steps, needs, pledges and circulars in the interface."""

from .circulars import CircularViewSet
from .needs import NeedViewSet
from .pledges import PledgeViewSet
from .projects import ProjectViewSet
from .steps import StepViewSet

__all__ = ["CircularViewSet", "NeedViewSet", "PledgeViewSet", "ProjectViewSet", "StepViewSet"]
