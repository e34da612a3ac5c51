"""What strangers find in the place of releases: everything but who made them. The wall's lines for this floor."""

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
