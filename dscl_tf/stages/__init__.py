"""Training stages: pre-training, fine-tuning, run directories, resume."""
