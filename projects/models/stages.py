"""The stages of a project and the table of its lawful moves (domain rules, section "Stages of a project").

Dates raise flags; only a person moves a stage, with a reason where it goes back.
"""

from itertools import pairwise

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.core.lifecycle import Fact, Lifecycle, Move, Staged, UnlawfulMove, moves_of


class Stage(models.TextChoices):
    PLANNED = "planned", _("planned")
    MATCHED = "matched", _("matched")
    SIGNED = "signed", _("signed")
    UNDER_WAY = "under_way", _("under way")
    FINISHED = "finished", _("finished")
    ACCEPTED = "accepted", _("accepted")
    AFTERCARE = "aftercare", _("aftercare")
    CLOSED = "closed", _("closed")
    SUSPENDED = "suspended", _("suspended")
    TERMINATED = "terminated", _("terminated")


COURSE = (
    Stage.PLANNED, Stage.MATCHED, Stage.SIGNED, Stage.UNDER_WAY,
    Stage.FINISHED, Stage.ACCEPTED, Stage.AFTERCARE, Stage.CLOSED,
)  # fmt: skip
"""The straight course; suspended and terminated are side exits."""

LANDED = COURSE[3:]
"""Landed (落地): under way or later. Side exits count by the stage that they left."""

OPEN = (Stage.PLANNED, Stage.MATCHED, Stage.SIGNED, Stage.UNDER_WAY, Stage.FINISHED, Stage.ACCEPTED, Stage.AFTERCARE)
"""Stages from which a project can be suspended or terminated."""

MOVE = "projects.move_project"

FACTS = {
    "lead": Fact(
        lambda project: project.participations.filter(role="lead").exists(),
        _("Name the leading organisation first (section “Parties”)."),
    ),
    "field": Fact(
        lambda project: project.project_fields.exists(),
        _("Choose at least one field of help first (section “Fields”)."),
    ),
    "funding": Fact(
        lambda project: (
            project.funding.standing().filter(state__in=("committed", "received")).exists() or project.results.exists()
        ),
        _("Enter what was committed, or the result agreed, first (section “Funding” or “Results”)."),
    ),
    "started": Fact(lambda project: bool(project.actual_start), _("Enter the day of the actual start first.")),
    "ended": Fact(lambda project: bool(project.actual_end), _("Enter the day of the actual end first.")),
    "checked": Fact(
        lambda project: not project.steps.blocking(("planned", "matched", "signed", "under_way", "finished")).exists(),
        _("Steps up to acceptance are still open: sign them off or waive them with a reason first."),
    ),
    "settled": Fact(
        lambda project: not project.steps.blocking([stage.value for stage in Stage]).exists(),
        _("Steps are still open: sign them off or waive them with a reason first."),
    ),
    "no_difficulty": Fact(
        lambda project: not project.difficulties.open().exists(),
        _("Difficulties are still open: settle them first."),
    ),
}
"""What a move needs, and what to do when it is missing."""

_needs = {
    Stage.MATCHED: ("field",),
    Stage.SIGNED: ("lead", "funding"),
    Stage.UNDER_WAY: ("lead", "started"),
    Stage.FINISHED: ("ended",),
    Stage.ACCEPTED: ("checked",),
    Stage.AFTERCARE: (),
    Stage.CLOSED: ("settled", "no_difficulty"),
}

_forward = [
    Move(here, there, label, MOVE, facts=_needs[there])
    for here, there, label in (
        (Stage.PLANNED, Stage.MATCHED, _("Record the match")),
        (Stage.MATCHED, Stage.SIGNED, _("Record the signing")),
        (Stage.SIGNED, Stage.UNDER_WAY, _("Record the start")),
        (Stage.UNDER_WAY, Stage.FINISHED, _("Record completion")),
        (Stage.FINISHED, Stage.ACCEPTED, _("Record acceptance")),
        (Stage.ACCEPTED, Stage.AFTERCARE, _("Hand over to aftercare")),
        (Stage.AFTERCARE, Stage.CLOSED, _("Close")),
    )
]
_direct = [
    Move(Stage.ACCEPTED, Stage.CLOSED, _("Close without aftercare"), MOVE, facts=_needs[Stage.CLOSED], reason=True)
]
_back = [Move(there, here, _("Go one stage back"), MOVE, reason=True, danger=True) for here, there in pairwise(COURSE)]
_resume = [Move(Stage.SUSPENDED, stage, _("Resume"), MOVE, reason=True) for stage in OPEN]

LIFECYCLE = Lifecycle(
    *_forward,
    *_direct,
    *_resume,
    *_back,
    *moves_of(OPEN, Stage.SUSPENDED, _("Suspend"), MOVE, reason=True, danger=True),
    *moves_of((*OPEN, Stage.SUSPENDED), Stage.TERMINATED, _("Terminate"), MOVE, reason=True, danger=True),
    facts=FACTS,
)


class OnCourse(Staged):
    """What moves along the course: a side exit leads back to where it was left, a locked phase stays where it is."""

    class Meta:
        abstract = True

    def moves_open_to(self, user):
        """A suspended project goes back to the stage that it left and to no other; a locked one goes nowhere."""
        moves = [] if self.is_locked else super().moves_open_to(user)
        if self.stage == Stage.SUSPENDED:
            moves = [move for move in moves if move.target in (self.left_stage, Stage.TERMINATED)]
        return moves

    def before_move(self, move, *, by, reason):
        """Keep the stage that a suspended or terminated project left; let it back there only."""
        if self.is_locked:
            raise UnlawfulMove(
                gettext("The project was carried into the next campaign: the stage of its earlier phase stays.")
            )
        if move.source == Stage.SUSPENDED and move.target not in (self.left_stage, Stage.TERMINATED):
            raise UnlawfulMove(
                gettext("A suspended project returns to the stage that it left: %s.")
                % self.state_label(self.left_stage)
            )
        if move.target in (Stage.SUSPENDED, Stage.TERMINATED):
            self.left_stage = self.left_stage or move.source
        else:
            self.left_stage = ""
