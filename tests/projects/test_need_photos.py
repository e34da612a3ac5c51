"""Photographs of needs: the public sees copies drawn anew, once the bureau has looked, while the need is out."""

import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from PIL import Image

from projects.actions.documents import hide_photo, show_photo
from projects.models import Document, Need
from registry.core.blobs import bytes_of, store
from tests.desk import page
from tests.factories import make_county_user, make_need, make_picture, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def photo_of(need, **overrides):
    exif = Image.Exif()
    exif[0x010E] = "SECRET PLACE"
    fields = {"kind": "photo", "need": need, "original_name": "13912345678.jpg", "title": "张三家13912345678"}
    return Document.objects.create(**fields | {"blob": store(make_picture(exif=exif), "a.jpg", by=None)} | overrides)


def seen(client, photo):
    answer = client.get(f"/needs/{photo.need.number}/photos/{photo.pk}/")
    return answer.status_code, b"".join(answer.streaming_content) if answer.status_code == 200 else b""


def test_the_public_sees_a_copy_without_its_place_and_nothing_of_the_file(client):
    photo = photo_of(make_need())
    assert seen(client, photo)[0] == 404
    show_photo(document=photo, by=make_user("bureau"), alt="漏水的屋顶")
    status, content = seen(client, photo)
    assert (status, Image.open(io.BytesIO(content)).format, b"SECRET" in content) == (200, "JPEG", False)
    assert b"SECRET" in bytes_of(photo.blob), "the file itself stays as it was"
    text = client.get(f"/needs/{photo.need.number}/").content.decode()
    assert f'src="/needs/{photo.need.number}/photos/{photo.pk}/" alt="漏水的屋顶"' in text
    assert [words in text for words in ("张三", "13912345678")] == [False, False]
    assert client.get(f"/documents/{photo.pk}/").status_code == 404


def test_a_copy_is_public_only_while_the_need_is(client):
    photo = photo_of(make_need())
    show_photo(document=photo, by=make_user("bureau"), alt="屋顶")
    Need.objects.filter(pk=photo.need_id).update(status="withdrawn")
    assert seen(client, photo)[0] == 404


def test_a_photograph_of_another_need_is_not_found_under_this_one(client):
    photo, other = photo_of(make_need()), make_need()
    show_photo(document=photo, by=make_user("bureau"), alt="屋顶")
    assert client.get(f"/needs/{other.number}/photos/{photo.pk}/").status_code == 404


def test_hiding_takes_a_reason_and_takes_the_copy_away(client):
    photo, bureau = photo_of(make_need()), make_user("bureau")
    show_photo(document=photo, by=bureau, alt="屋顶")
    with pytest.raises(ValidationError, match="原因"):
        hide_photo(document=photo, by=bureau, reason=" ")
    hide_photo(document=photo, by=bureau, reason="有人要求")
    assert seen(client, photo)[0] == 404


def test_only_the_bureau_shows_photographs_and_only_those_of_needs():
    need = make_need()
    photo = photo_of(need)
    with pytest.raises(PermissionDenied):
        show_photo(document=photo, by=make_county_user(need.county), alt="屋顶")
    with pytest.raises(ValidationError, match="需求的照片"):
        show_photo(document=photo_of(need, kind="need_sheet"), by=make_user("bureau"), alt="屋顶")
    with pytest.raises(ValidationError, match="电话号码"):
        show_photo(document=photo, by=make_user("bureau"), alt="电话13912345678")
    with pytest.raises(ValidationError):
        show_photo(document=photo, by=make_user("bureau"), alt="")


def test_the_database_keeps_a_copy_with_its_description():
    photo = photo_of(make_need())
    for wrong in ({"shown_alt": "屋顶"}, {"shown": photo.blob}):
        with pytest.raises(IntegrityError, match="document_shown_photo"), transaction.atomic():
            Document.objects.filter(pk=photo.pk).update(**wrong)


def test_the_desk_asks_for_a_description_and_for_the_persons_shown(client):
    client.force_login(make_user("bureau"))
    photo = photo_of(make_need())
    address = page(photo, "deed", "show")
    assert address in client.get(page(photo)).content.decode()
    assert client.post(address, {"alt": "屋顶"}).status_code == 400
    assert client.post(address, {"alt": "屋顶", "agreed": "on"}).status_code == 302
    assert Document.objects.get().shown_alt == "屋顶"
    text = client.get(page(photo)).content.decode()
    assert (address in text, page(photo, "deed", "hide") in text) == (False, True)
