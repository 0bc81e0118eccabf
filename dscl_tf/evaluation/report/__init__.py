"""The report of an evaluation: one HTML page, its charts and overlays, and the runs' provenance."""

from dscl_tf.evaluation.report.page import write_report

__all__ = ["write_report"]
