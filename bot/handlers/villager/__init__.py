"""What is decided about a villager's words."""
