"""This floor's lines of both walls. Strangers find everything of a release but who made it, and members its rows too;
of what persons ask about their data, and of kept answers, neither finds anything."""

from projects.database.rows import OPEN, SEEN
from projects.publishing.wall import NOTHING, WALL, Shown

from .models import DataFile, DataRelease, PastAnswer, PersonRequest

WALL |= {
    DataRelease: Shown(
        only=(
            "number", "as_of", "made_at", "fingerprint", "licence", "sets", "standards", "note", "status",
            "status_reason", "status_at", "withdrawn_at",
        ),
    ),
    DataFile: Shown(only=("release_id", "name", "blob_id")),
    PersonRequest: NOTHING,
    PastAnswer: NOTHING,
}  # fmt: skip

SEEN |= {DataRelease: OPEN, DataFile: OPEN, PersonRequest: "false", PastAnswer: "false"}
