"""Adapters between chat platforms and the bot."""
