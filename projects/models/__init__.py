from .campaigns import Campaign, CampaignBureau, Field, Scheme
from .chases import Chase, ChaseNotice
from .checklists import ProjectStep, Side
from .circulars import Circular, CircularFigure, CircularPart
from .difficulties import Difficulty, Measure
from .documents import Document
from .doubts import DataCheckNote
from .events import AgendaItem, Agreement, Attendance, Decision, Event, Signatory
from .funding import Funding
from .imports import LedgerImport, LedgerRow
from .lamps import LampRule
from .listing import Listed, ListedCount, ListedGram, ListedRank
from .marks import ProjectMark
from .monthly import MonthlyReport, ReportedMoney, ReportedResult
from .needs import Need, NeedItem
from .objections import Objection
from .pledges import Instalment, Pledge, PledgeItem
from .project import Participation, Project, ProjectField, Site
from .publications import Publication
from .reasons import StandardReason
from .recognition import Commendation, Statement
from .results import Result
from .stories import Story, StoryCorrection, StoryPhoto
from .templates import ChecklistTemplate, TemplateStep
from .wordings import PaperWording

__all__ = [
    "AgendaItem",
    "Agreement",
    "Attendance",
    "Campaign",
    "CampaignBureau",
    "Chase",
    "ChaseNotice",
    "ChecklistTemplate",
    "Circular",
    "CircularFigure",
    "CircularPart",
    "Commendation",
    "DataCheckNote",
    "Decision",
    "Difficulty",
    "Document",
    "Event",
    "Field",
    "Funding",
    "Instalment",
    "LampRule",
    "LedgerImport",
    "LedgerRow",
    "Listed",
    "ListedCount",
    "ListedGram",
    "ListedRank",
    "Measure",
    "MonthlyReport",
    "Need",
    "NeedItem",
    "Objection",
    "PaperWording",
    "Participation",
    "Pledge",
    "PledgeItem",
    "Project",
    "ProjectField",
    "ProjectMark",
    "ProjectStep",
    "Publication",
    "ReportedMoney",
    "ReportedResult",
    "Result",
    "Scheme",
    "Side",
    "Signatory",
    "Site",
    "StandardReason",
    "Statement",
    "Story",
    "StoryCorrection",
    "StoryPhoto",
    "TemplateStep",
]
