"""Shipped experiment configurations and splits, one YAML file each."""
