from .campaigns import Campaign, CampaignBureau, Field, Scheme
from .checklists import ChecklistTemplate, ProjectStep, Side, TemplateStep
from .circulars import Circular, CircularFigure
from .difficulties import Difficulty, Measure
from .documents import Document
from .events import Agreement, Attendance, Decision, Event, NeedPresented, Signatory
from .funding import Funding
from .needs import Need, NeedItem
from .pledges import Pledge, PledgeItem
from .project import Participation, Project, ProjectField, ProjectMark, Site
from .reasons import StandardReason
from .recognition import Commendation, Statement, Story
from .results import Result

__all__ = [
    "Agreement",
    "Attendance",
    "Campaign",
    "CampaignBureau",
    "ChecklistTemplate",
    "Circular",
    "CircularFigure",
    "Commendation",
    "Decision",
    "Difficulty",
    "Document",
    "Event",
    "Field",
    "Funding",
    "Measure",
    "Need",
    "NeedItem",
    "NeedPresented",
    "Participation",
    "Pledge",
    "PledgeItem",
    "Project",
    "ProjectField",
    "ProjectMark",
    "ProjectStep",
    "Result",
    "Scheme",
    "Side",
    "Signatory",
    "Site",
    "StandardReason",
    "Statement",
    "Story",
    "TemplateStep",
]
