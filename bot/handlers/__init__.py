"""Door 1: what people write, turned into decisions."""
