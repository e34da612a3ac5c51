"""Whatever the register does by itself is no finding: imports, undo, writes in bulk, the past, a restore."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from projects.models import Funding, Project
from registry.core.models import Change, Seal
from registry.core.sealing.anchors import anchor
from registry.core.sealing.chain import seal
from registry.core.sealing.verifying import verify
from registry.reports.as_of import as_of
from tests.core.test_sealing import own_anchors  # noqa: F401  every test here has anchors of its own
from tests.factories import make_enterprise, make_funding, make_organisation, make_project, make_step, make_user

from .undoing import bring_in, take_back


@pytest.mark.django_db
@pytest.mark.usefixtures("reference")
def test_an_import_its_undo_writes_in_bulk_and_a_look_at_the_past():
    project = make_project(lead=make_organisation())
    make_step(project, evidence=["contract", "photo"], due_on=None)
    line = make_funding(project, "1234567.89")
    bring_in(1, 2, 3, by=make_user("bureau"))
    then = timezone.now()
    seal()
    take_back()
    Funding.objects.filter(pk=line.pk).update(amount=None, qualifier="about")
    Project.objects.bulk_update([project], ["summary"])
    with as_of(then):
        assert Project.objects.count() == 4
    seal()
    anchor()
    report = verify()
    assert report.as_json()["found"] == {}
    assert report.counts["records"] == Change.objects.count()


@pytest.mark.django_db(transaction=True)
def test_a_restore_puts_the_chain_back_and_it_goes_on_from_there(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    make_project(name="蔬菜大棚")
    seal()
    anchor(at_once=True)
    call_command("backup", str(tmp_path / "backup"))
    make_enterprise()
    call_command("seal")
    assert Seal.objects.count() == 2
    call_command("restore", str(tmp_path / "backup"), replace=True)
    call_command("seal")
    report = verify()
    assert report.as_json()["found"] == {}
    assert (report.counts["seals"], report.counts["set aside"]) == (Seal.objects.count(), 1)
    assert Change.objects.filter(pk__lte=Seal.objects.first().upto_id, action="backup.restore").exists()
