"""Pictures, voice messages and papers: fetched once, checked, kept, and given out again."""
