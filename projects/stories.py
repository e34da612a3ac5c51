"""Stories for everybody: the list, one story, and its photographs."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.utils.cache import add_never_cache_headers
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from projects.filters import StoryFilters
from projects.models import Project, Result, Story, StoryPhoto
from projects.tables import Row, ledger
from registry.core.blobs import opened
from registry.core.paging import Listing

SIZE = 12
OTHERS = 3
SIZES = ("card", "full")


@require_safe
def stories(request):
    listing = Listing(StoryFilters(request.GET, Story.objects.visible_to(request.user), request=request), size=SIZE)
    context = {"listing": listing, "cards": cards(listing.page)}
    return render(request, "projects/stories.html", context, status=listing.status)


def cards(found):
    """Stories as `projects/_story_card.html` shows them: [{"story", "project", "photo", "benefited"}].

    `project` is a `Row`, `photo` the first one or None, `benefited` what `benefited_from` says. Four queries.
    """
    told = list(found)
    if not told:
        return []
    projects = Project.objects.filter(pk__in=[story.project_id for story in told])
    rows = {values["id"]: Row(values) for values in ledger(projects)}
    photos, benefited = {}, benefited_from(projects)
    for photo in StoryPhoto.objects.filter(story__in=[story.pk for story in told]):
        photos.setdefault(photo.story_id, photo)
    return [
        {
            "story": story, "project": rows[story.project_id], "photo": photos.get(story.pk),
            "benefited": benefited.get(story.project_id, []),
        }
        for story in told
    ]  # fmt: skip


def benefited_from(projects):
    """{project: how many benefited, as approved: one quantity a result, never added}. One query."""
    found = {}
    level = Result.Level.BENEFICIARY
    for result in Result.objects.filter(project__in=projects.values("pk"), level=level).approved().order_by("pk"):
        if result.actual is not None:
            found.setdefault(result.project_id, []).append(result.reached)
    return found


@require_safe
def story(request, pk):
    """One story. A withdrawn one is gone and says so; it keeps no word of what stood there."""
    found = Story.objects.visible_to(request.user).select_related("project__campaign").filter(pk=pk).first()
    if found is None:
        gone = get_object_or_404(Story, pk=pk, first_published_at__isnull=False)
        answer = render(request, "projects/story_gone.html", {"since": gone.status_at}, status=410)
        add_never_cache_headers(answer)  # browsers keep a 410 for ever, and the story may come back
        return answer
    others = Story.objects.visible_to(request.user).published().exclude(pk=pk)
    project = Project.objects.filter(pk=found.project_id)
    context = {
        "story": found,
        "project": Row(ledger(project)[0]),
        "benefited": benefited_from(project).get(found.project_id, []),
        "photos": found.photos.all(),
        "corrections": found.corrections.all(),
        "others": cards(others.order_by("-published_at", "-pk")[:OTHERS]),
        "is_public": found.status == Story.Status.PUBLISHED,
    }
    return render(request, "projects/story.html", context)


@require_safe
def story_photo(request, pk, size):
    """A photograph in one of its sizes, to whoever may read its story; kept by browsers for an hour only."""
    if size not in SIZES:
        raise Http404
    photo = get_object_or_404(StoryPhoto.objects.visible_to(request.user).select_related(size), pk=pk)
    return picture(getattr(photo, size))


def picture(blob):
    """The answer that shows a stored picture which was drawn anew. Http404 where its bytes are lost or altered."""
    try:
        content = opened(blob)
    except FileNotFoundError:
        raise Http404 from None
    headers = {
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, max-age=3600",
        "Last-Modified": http_date(blob.updated_at.timestamp()),
    }
    return FileResponse(content, content_type=blob.media_type, headers=headers)
