"""Door 2: what the schedule asks for, turned into decisions."""
