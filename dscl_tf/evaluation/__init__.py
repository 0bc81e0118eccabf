"""Whole-volume prediction, metrics, tables and the report."""
