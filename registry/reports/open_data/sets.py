"""The five sets of open data: the one table from which files, field list and package are written."""

from .of_places import COUNTIES, NEEDS, ORGANISATIONS
from .of_projects import FUNDING, PROJECTS

SETS = {one.code: one for one in (PROJECTS, FUNDING, ORGANISATIONS, COUNTIES, NEEDS)}
