"""小微 (xiaowei): the operations bot of village groups."""
