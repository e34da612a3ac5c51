"""A project's file (项目档案): everything that the register holds of it as one archive, in the reader's language."""

from .archive import KIND, ask_for_file, file_of

__all__ = ["KIND", "ask_for_file", "file_of"]
