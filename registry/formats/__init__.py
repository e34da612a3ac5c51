"""How dates and numbers are written, by language (FORMAT_MODULE_PATH)."""
