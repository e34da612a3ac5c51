"""Messages about a step name it in the language of who reads them, whatever language its writer reads."""

import pytest
from django.utils import translation

from projects.actions.chasing import chase_step
from projects.actions.checklists import move_step
from projects.actions.reminding import send_digests
from registry.core.dates import today
from registry.core.models import Notice
from registry.core.notices import in_words
from registry.core.workdays import next_working_day
from tests.factories import make_project, make_step, make_user

pytestmark = pytest.mark.django_db
NAMES = {"zh-hans": "竣工验收", "en": "Acceptance of the works"}


def returned(step, by):
    move_step(step=step, to="returned", by=by, reason="缺验收单")


def reopened(step, by):
    move_step(step=step, to="open", by=by, reason="验收单有误")


def chased(step, by):
    chase_step(step=step, by=by)


def due(step, by):
    send_digests(day=next_working_day(today()), by=None)


@pytest.mark.parametrize("written_in", NAMES)
@pytest.mark.parametrize(("status", "tell", "kind"), [
    ("done", returned, "returned"), ("verified", reopened, "returned"), ("open", chased, "chase"),
    ("open", due, "digest"),
])  # fmt: skip
def test_a_step_is_named_in_the_language_of_the_reader(status, tell, kind, written_in):
    doer = make_user("bureau")
    at = "2021-01-01T00:00Z"
    marks = {"done_by": doer, "done_at": at} if status != "open" else {}
    if status == "verified":
        marks |= {"verified_by": make_user("bureau"), "verified_at": at}
    step = make_step(
        make_project(), title=NAMES["zh-hans"], title_en=NAMES["en"], side="bureau", responsible=doer, status=status,
        due_on=today(), **marks,
    )  # fmt: skip
    with translation.override(written_in):
        tell(step, make_user("bureau"))
    notice = Notice.objects.get(kind=kind, recipient=doer)
    for language, name in NAMES.items():
        with translation.override(language):
            title, lines = in_words(notice)
            told = " ".join([title, *map(str, lines)])
        assert name in told
        assert not any(other in told for other in set(NAMES.values()) - {name})


def test_a_message_from_before_english_names_were_kept_is_told_by_the_chinese_one():
    doer = make_user("bureau")
    facts = {"what": "step", "title": NAMES["zh-hans"], "project": "敬老院改造", "reason": "", "by": ""}
    notice = Notice.objects.create(recipient=doer, kind="returned", facts=facts)
    with translation.override("en"):
        assert in_words(notice)[0] == "Returned: step “竣工验收”"
