"""Where the wizard stands: at the desk, or among the pages of counties and organisations."""

from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True)
class Frame:
    """`name` is how its addresses are called; `is_desk` decides what stands around the pages."""

    name: str
    is_desk: bool

    def url(self, page="", *args):
        return reverse(f"{self.name}-{page}" if page else self.name, args=args)

    @property
    def home(self):
        return self.url()

    @property
    def template(self):
        """The address of the workbook that people fill in."""
        return self.url("template")


DESK = Frame("admin:import", is_desk=True)
MY = Frame("my-import", is_desk=False)
