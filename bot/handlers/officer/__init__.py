"""What is decided about an officer's private words: the desk."""
