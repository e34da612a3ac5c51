"""The checklist board (清单看板): which projects stand on it, in which order, and what each row says."""
