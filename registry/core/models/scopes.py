"""Who sees which rows: the querysets of models that need no rule of their own.

`within_scope_of(user)`: rows that a person works with. `visible_to(user)`: rows that a person may know of."""

from django.db.models import QuerySet


class InnerQuerySet(QuerySet):
    """Rows that nobody knows of but those who work with them: nothing is public by default."""

    def visible_to(self, user):
        return self.within_scope_of(user)


class OwnQuerySet(InnerQuerySet):
    """Rows that belong to one person, whom `owner` of the model names, and are nobody else's business."""

    def within_scope_of(self, user):
        return self.filter(**{self.model.owner: user}) if user.is_authenticated and user.is_active else self.none()


class PermittedQuerySet(InnerQuerySet):
    """Rows that those see, all of them, who hold the permission `seen_with` of the model, or else to view it."""

    def within_scope_of(self, user):
        view = f"{self.model._meta.app_label}.view_{self.model._meta.model_name}"
        may = user.is_authenticated and user.is_active and user.has_perm(getattr(self.model, "seen_with", view))
        return self.all() if may else self.none()


class HiddenQuerySet(QuerySet):
    """Nobody's business: the house itself reads them."""

    def visible_to(self, user):
        return self.none()
