"""Papers of the matching: agreements, built in or in the bureau's own wording, the sheet of a meeting, the handbook."""
