"""What strangers find in the place of releases: everything but who made them; and that the releases themselves are
everybody's. The lines of both walls for this floor."""

from projects.database.rows import OPEN, SEEN
from projects.publishing.wall import WALL, Shown

from ..models import DataFile, DataRelease

WALL |= {
    DataRelease: Shown(
        only=(
            "number", "as_of", "made_at", "fingerprint", "licence", "sets", "standards", "note", "status",
            "status_reason", "status_at", "withdrawn_at",
        ),
    ),
    DataFile: Shown(only=("release_id", "name", "blob_id")),
}  # fmt: skip

SEEN |= dict.fromkeys((DataRelease, DataFile), OPEN)
