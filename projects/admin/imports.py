"""The import of ledgers at the desk."""

from projects.imports.frames import DESK
from projects.imports.routes import routes_in
from registry.core.desk_pages import desk_page_at

for route, name, view in routes_in(DESK):
    desk_page_at(f"import/{route}", name, "projects.view_ledgerimport")(view)
