"""What the discipline role says about clues."""
