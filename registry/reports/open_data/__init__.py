"""Open data: the public register as files with a field list, in the field's own standards, released and kept."""
