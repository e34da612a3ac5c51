"""Signing up: how strangers apply to speak for an organisation, step by step, and where they wait for the answer."""
