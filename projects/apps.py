from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = _("Projects")

    def ready(self):
        """The walls before the public and in the database are taken down for migrations and built after them."""
        import_module("projects.database.checks")
        made = ("listing.building", "publishing.wall", "database.document", "database.building")
        for name in made:
            wall = import_module(f"projects.{name}")
            if hasattr(wall, "before_migrations"):
                pre_migrate.connect(wall.before_migrations, sender=self)
            post_migrate.connect(wall.after_migrations, sender=self)
