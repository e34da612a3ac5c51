"""Rights of persons: how long what is personal is kept, what is held on somebody, and how it is erased."""
