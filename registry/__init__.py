"""Cellar (core) and roof (settings, urls, desk) of the registry; see README.md beside this file."""
