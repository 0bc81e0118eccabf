"""Pictures of what pre-training learnt; each function returns a PNG."""
