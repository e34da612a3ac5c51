"""Stories: checked by named rules before they go out, frozen then, and told of when they were corrected."""

import io

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from PIL import Image

from projects.actions.stories import MOST, add_photo, remove_photo
from projects.models import Project, Story, StoryCorrection, StoryPhoto
from registry.core.actions import move
from registry.core.blobs import bytes_of
from registry.core.lifecycle import UnlawfulMove
from registry.core.models import Change
from tests.counting import queries_of
from tests.desk import filled, page
from tests.factories import (
    make_county_user,
    make_division,
    make_field,
    make_funding,
    make_organisation,
    make_picture,
    make_project,
    make_result,
    make_story,
    make_story_photo,
    make_user,
)
from tests.lifecycles import LifecycleRules

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
PHONE, IDENTITY, CARD, EMAIL = "13912345678", "130726198001011234", "6222 0212 3456 7890 123", "a.b@example.org"
PERSONAL = [
    PHONE,
    "139 1234 5678",
    "１３９１２３４５６７８",
    "0311-87654321",
    "一三九一二三四五六七八",
    IDENTITY,
    CARD,
    EMAIL,
]
PERSONAL += ["微信：zhangsan88", "QQ 12345678"]


def unpublish(story):
    Project.objects.filter(pk=story.project_id).update(visibility="internal")


class TestTheTableOfStories(LifecycleRules):
    model = Story
    untrue = {
        "personal": lambda it: Story.objects.filter(pk=it.pk).update(text=f"请打电话{PHONE}"),
        "children": lambda it: Story.objects.filter(pk=it.pk).update(text="三年级的学生说"),
        "described": lambda it: make_story_photo(it, alt=""),
        "consented": lambda it: make_story_photo(it, consent="not_asked"),
        "open_project": unpublish,
    }

    def make_in(self, state, towards=""):
        return make_story(state)


@pytest.mark.parametrize(
    ("status", "columns", "constraint"),
    [
        ("draft", "status = 'published', first_published_at = now()", "story_published_after_check"),
        ("published", "first_published_at = NULL", "story_first_published"),
        ("published", "checked_at = NULL, checked_by_id = NULL", "story_published_after_check"),
        ("checked", "checked_at = NULL", "story_checked"),
        ("published", "published_at = NULL", "story_published"),
        ("draft", "status = 'flying'", "status_check"),
    ],
)
def test_the_database_refuses_a_story_that_makes_no_sense(status, columns, constraint):
    make_story(status)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE projects_story SET {columns}")


# The check before publishing


@pytest.mark.parametrize("personal", PERSONAL)
@pytest.mark.parametrize("place", ["name", "text", "quote", "said_by", "source"])
def test_whatever_the_public_would_read_is_searched_for_personal_data(place, personal):
    story = make_story(**{place: f"联系 {personal} 。"})
    (finding,) = story.findings("personal")
    assert finding.place == str(Story._meta.get_field(place).verbose_name)
    assert personal not in finding.text
    with pytest.raises(UnlawfulMove):
        story.move_to("checked", by=make_user("bureau"))


@pytest.mark.parametrize("place", ["alt", "caption", "credit"])
def test_the_words_of_a_photograph_are_searched_too(place):
    story = make_story()
    make_story_photo(story, **{place: f"拍摄者电话{PHONE}"})
    assert [finding.rule for finding in story.findings()] == ["personal"]


@pytest.mark.parametrize(
    "harmless",
    ["XM-2020-0412", "投入3000余万元", "2020年10月28日至29日", "53130000MJ0123456X",
     "受益352402人次", "110个大棚、62个县", "12345热线"],
)  # fmt: skip
def test_numbers_that_are_nobody_s_are_let_through(harmless):
    assert make_story(text=harmless).findings("personal") == []


@pytest.mark.parametrize("words", ["留守儿童", "三年级学生", "12岁", "八岁的女孩", "小学操场", "two children"])
def test_a_text_about_children_asks_whether_one_can_be_told(words):
    story, bureau = make_story(text=f"{words}。"), make_user("bureau")
    assert [finding.rule for finding in story.findings()] == ["children"]
    with pytest.raises(UnlawfulMove, match="未成年人"):
        move(story, to="checked", by=bureau)
    Story.objects.filter(pk=story.pk).update(children="unnamed")
    assert move(story, to="checked", by=bureau).status == "checked"


@pytest.mark.parametrize("words", ["72岁的老人", "大棚", "扶老助残"])
def test_a_text_about_others_does_not(words):
    assert make_story(text=words).findings("children") == []


def test_a_story_is_never_out_before_its_project(client):
    story = make_story("published", project=make_project())
    assert not Story.objects.visible_to(AnonymousUser()).exists()
    assert client.get(f"/stories/{story.pk}/").status_code == 410
    with pytest.raises(UnlawfulMove, match="请先发布项目"):
        make_story("checked", project=make_project()).move_to("published", by=make_user("bureau"))


def test_the_desk_names_each_rule_and_where_it_is_broken(client):
    client.force_login(make_user("bureau"))
    story = make_story(text=f"学生家长电话{PHONE}")
    make_story_photo(story, alt="", consent="not_asked")
    panel = next(one for one in client.get(page(story)).context["panels"] if one.slug == "check")
    told = [tuple(cell["text"] for cell in row["cells"][1:]) for row in panel.rows]
    assert told == [
        ("✗ 需修改", "正文", "电话号码 139…"), ("✗ 需修改", "正文", "学生"), ("✗ 需修改", "第 1 张照片", ""),
        ("✗ 需修改", "第 1 张照片", ""), ("✓ 未发现问题", "", ""),
    ]  # fmt: skip
    answer = client.post(page(story, "move", "checked"), {"reason": ""})
    assert (answer.status_code, Story.objects.get().status) == (409, "draft")
    assert PHONE not in answer.content.decode()


# Frozen


@pytest.mark.parametrize("status", ["checked", "published"])
@pytest.mark.parametrize("column", ["name", "text", "quote", "said_by", "source", "children"])
def test_what_was_checked_cannot_be_changed_by_anybody(status, column):
    story = make_story(status)
    value = "agreed" if column == "children" else "改写"
    with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
        Story.objects.filter(pk=story.pk).update(**{column: value})
    with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE projects_story SET status = 'draft', {column} = %s", [value])


@pytest.mark.parametrize("status", ["checked", "published"])
def test_photographs_of_what_was_checked_neither_come_nor_change_nor_go(status):
    story = make_story()
    photo = make_story_photo(story)
    bureau = make_user("bureau")
    for target in {"checked": ["checked"], "published": ["checked", "published"]}[status]:
        move(story, to=target, by=bureau)
    changes = (
        lambda: make_story_photo(story), lambda: StoryPhoto.objects.update(alt="改写"), lambda: photo.delete(),
        lambda: StoryPhoto.objects.update(consent="agreed"),
    )  # fmt: skip
    for change in changes:
        with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
            change()
    with pytest.raises(ValidationError, match="退回草稿"):
        add_photo(story=story, upload=upload(), by=bureau, alt="大棚")


def test_a_published_story_is_not_deleted():
    story = make_story("withdrawn")
    with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
        story.delete()
    make_story().delete()


# Corrected in the open


def test_a_corrected_story_says_when_and_why(client):
    story, bureau = make_story("published", text="大棚150座。"), make_user("bureau")
    move(story, to="withdrawn", by=bureau, reason="座数有误")
    gone = client.get(f"/stories/{story.pk}/")
    assert gone.status_code == 410
    assert "no-cache" in gone["Cache-Control"], "a browser would keep it for ever"
    assert "已撤回" in gone.content.decode()
    assert "大棚150座" not in gone.content.decode()
    move(story, to="draft", by=bureau, reason="更正")
    Story.objects.filter(pk=story.pk).update(text="大棚160座。")
    move(story, to="checked", by=bureau)
    with pytest.raises(UnlawfulMove, match="更正了什么"):
        move(story, to="published", by=bureau)
    with pytest.raises(UnlawfulMove, match="删去电话"):
        move(story, to="published", by=bureau, reason=f"经核实{PHONE}")
    assert not StoryCorrection.objects.exists()
    move(story, to="published", by=bureau, reason="座数由150更正为160")
    text = client.get(f"/stories/{story.pk}/").content.decode()
    assert "大棚160座。" in text
    assert "更正</strong>: 座数由150更正为160" in text


def test_what_was_told_of_a_correction_stays():
    correction = StoryCorrection.objects.create(story=make_story(), why="更正")
    for change in (lambda: StoryCorrection.objects.update(why="别的"), correction.delete):
        with pytest.raises(IntegrityError, match="correction stays"), transaction.atomic():
            change()


def test_the_first_publication_tells_of_no_correction():
    story = make_story("checked")
    move(story, to="published", by=make_user("bureau"))
    assert not StoryCorrection.objects.exists()
    assert Story.objects.get().first_published_at is not None


# Photographs


def upload(content=None, name="照片.jpg"):
    return SimpleUploadedFile(name, content or make_picture(), content_type="image/jpeg")


def located():
    """A photograph that says where, when and by which device it was taken."""
    exif = Image.Exif()
    exif[0x010F], exif[0x9003] = "SECRETCAM", "2020:10:28 10:00:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (38.0, 51.0, 0.0), 3: "E", 4: (115.0, 29.0, 0.0)})
    return make_picture(size=(2400, 1600), exif=exif, comment=b"private comment")


def test_a_photograph_comes_in_without_its_place_and_in_two_sizes():
    content = located()
    assert Image.open(io.BytesIO(content)).getexif().get_ifd(0x8825), "the sample tells its place"
    photo = add_photo(story=make_story(), upload=upload(content), by=make_user("bureau"), alt="大棚", consent="nobody")
    for blob, longest in ((photo.full, 1600), (photo.card, 640)):
        kept = bytes_of(blob)
        picture = Image.open(io.BytesIO(kept))
        assert (picture.format, max(picture.size), dict(picture.getexif())) == ("JPEG", longest, {})
        assert [words for words in (b"Exif", b"SECRETCAM", b"private comment") if words in kept] == []
    assert (photo.width, photo.height) == (1600, 1067)
    assert Change.objects.filter(table_name="projects_storyphoto", action="story.photo").exists()


@pytest.mark.parametrize("content", [b"<svg/>", b"\xff\xd8\xff\xe0 no picture", b"%PDF-1.4"])
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(ValidationError, match="不是能读取的图片"):
        add_photo(story=make_story(), upload=upload(content), by=make_user("bureau"), alt="大棚")
    assert not StoryPhoto.objects.exists()


def test_a_photograph_without_a_description_is_refused():
    with pytest.raises(ValidationError) as refusal:
        add_photo(story=make_story(), upload=upload(), by=make_user("bureau"), alt="")
    assert list(refusal.value.message_dict) == ["alt"]


def test_a_story_takes_so_many_photographs_and_no_more():
    story, bureau = make_story(), make_user("bureau")
    for _number in range(MOST):
        make_story_photo(story)
    with pytest.raises(ValidationError, match="最多 12 张"):
        add_photo(story=story, upload=upload(), by=bureau, alt="大棚")


def test_only_the_bureau_adds_and_removes_photographs():
    county = make_division()
    story = make_story(project=make_project(county=county))
    officer = make_county_user(county)
    with pytest.raises(PermissionDenied):
        add_photo(story=story, upload=upload(), by=officer, alt="大棚")
    photo = make_story_photo(story)
    with pytest.raises(PermissionDenied):
        remove_photo(photo=photo, by=officer, reason="不用了")
    with pytest.raises(ValidationError, match="原因"):
        remove_photo(photo=photo, by=make_user("bureau"), reason=" ")
    remove_photo(photo=photo, by=make_user("bureau"), reason="不清楚")
    assert not StoryPhoto.objects.exists()


def test_a_photograph_is_added_on_the_desk_from_the_page_of_its_story(client):
    client.force_login(make_user("bureau"))
    story = make_story()
    address = page(StoryPhoto, "add") + f"?story={story.pk}"
    fields = {"upload": upload(), "alt": "大棚", "caption": "", "credit": "", "consent": "nobody", "position": "100"}
    assert client.post(address, fields).url == f"{page(story)}#photos"
    photo = story.photos.get()
    text = client.get(page(story)).content.decode()
    assert f'src="/stories/photos/{photo.pk}/card/" alt="大棚"' in text
    bad = client.post(address, fields | {"upload": upload(b"nothing")})
    assert (bad.status_code, story.photos.count()) == (200, 1)
    assert client.get(page(StoryPhoto, "add")).url == page(Story, "changelist")
    changed = client.post(page(photo), filled(client.get(page(photo)), caption="春天的大棚"))
    assert changed.url == f"{page(story)}#photos"
    assert story.photos.get().caption == "春天的大棚"


@pytest.mark.parametrize("size", ["card", "full"])
def test_a_photograph_is_shown_to_those_who_may_read_its_story(client, size):
    story = make_story()
    photo = make_story_photo(story)
    address = f"/stories/photos/{photo.pk}/{size}/"
    assert client.get(address).status_code == 404
    bureau = make_user("bureau")
    for target in ("checked", "published"):
        move(story, to=target, by=bureau)
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert b"".join(answer.streaming_content) == bytes_of(getattr(photo, size))
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    move(story, to="withdrawn", by=bureau, reason="更正")
    assert client.get(address).status_code == 404
    assert client.get(f"/stories/photos/{photo.pk}/huge/").status_code == 404


# The pages


def told(county=None, field=None):
    project = make_project(
        visibility="published",
        stage="under_way",
        lead=make_organisation(),
        county=county or make_division(),
        field=field,
    )
    make_funding(project, "720000")
    make_result(project, 1526)
    return make_story("published", project=project, quote="日子好过了", said_by="村民")


def test_the_list_shows_published_stories_by_county_and_field(client):
    county, field = make_division(name="阜平县"), make_field(name="健康")
    here, there = told(county, field), told()
    draft = make_story()
    text = client.get("/stories/").content.decode()
    assert [one.name in text for one in (here, there, draft)] == [True, True, False]
    for words in ("阜平县", "72 万元", "1,526 人次"):
        assert words in text
    for query in (f"county={county.code}", f"field={field.code}", f"search={here.name}"):
        text = client.get(f"/stories/?{query}").content.decode()
        assert [one.name in text for one in (here, there)] == [True, False]
    assert client.get("/stories/?year=2020").status_code == 400


def test_the_page_of_a_story_tells_it_with_its_project(client):
    story = told()
    text = client.get(f"/stories/{story.pk}/").content.decode()
    for words in (story.text, "日子好过了", "村民", story.project.number, "72 万元", "1,526 人次"):
        assert words in text
    assert client.get("/stories/999999/").status_code == 404
    assert client.get(f"/stories/{make_story().pk}/").status_code == 404


def test_a_draft_is_read_beforehand_by_those_who_work_with_it(client):
    story = make_story()
    client.force_login(make_user("bureau"))
    assert "仅您和办理该项目的人可见" in client.get(f"/stories/{story.pk}/").content.decode()


def test_one_story_and_three_cost_the_same(client):
    told()
    one = queries_of(client, "/stories/")
    told(), told()
    assert queries_of(client, "/stories/") == one
