"""Django's engine `registry.core.database`: PostgreSQL, asked as whoever asks in each transaction (`base`)."""
