"""How a message relates to what was said before it: whom it means, what it answers, what it goes on about."""
