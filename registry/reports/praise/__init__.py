"""Praise and awards: the public notices with their objections, and the dossier of a nominee drawn from the register."""
