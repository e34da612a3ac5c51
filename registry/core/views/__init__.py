"""Pages that belong to the person who looks at them, whatever the role."""
