"""Text to verdict, with its reasons."""
