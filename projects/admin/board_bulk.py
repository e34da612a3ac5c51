from registry.core.desk_pages import desk_page_at
def deeds_of(user): return [("verify","批量销号"),("chase","催办")]
@desk_page_at("board/bulk/", "board_bulk", "projects.view_projectstep")
def bulk(request): pass
