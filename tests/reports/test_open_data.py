"""Open data: what is in the files equals the register as the public knows it, and says nothing else."""

from pathlib import Path

import pytest
from django.core.management import call_command

from registry.reports.open_data.actions import make_release

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def content(release, name):
    return (Path(release.files.get(name=name).blob.path)).name


def test_smoke(settings):
    call_command("load_reference", verbosity=0)
    call_command("load_demo", projects=30, verbosity=0)
    release, is_new = make_release(by=None)
    print({k: {x: v[x] for x in v if x != "example"} for k, v in release.sets.items()}, release.standards)
    for file in release.files.all():
        print(file.name, file.size)
        Path("/tmp/me/p7/d", file.name).write_bytes((settings.MEDIA_ROOT / file.blob.path).read_bytes())
    again, new = make_release(by=None)
    assert not new
    call_command("release_data", check=True)
