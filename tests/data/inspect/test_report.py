import dataclasses

from dscl_tf.data.inspect import inspect_store, text_report
from dscl_tf.data.inspect.finding import Finding


def test_the_report_has_a_summary_a_line_per_volume_and_no_warnings(store, tiny):
    lines = text_report(inspect_store(store, tiny)).splitlines()
    assert lines[0].startswith(f"{store.directory}: 5 volumes (5 labelled), ")
    assert [line.split()[0] for line in lines[-7:-2]] == list(store.volumes)
    assert lines[-8].split()[:2] == ["id", "slices"] and "p99" in lines[-8]
    assert lines[-1] == "no warnings"


def test_warnings_stand_under_a_heading(store, tiny):
    inspection = inspect_store(store, tiny)
    warnings = [Finding("001", "depth", 3, "volume 001: depth: 3"), Finding(None, "x", 1, "set: x")]
    report = text_report(dataclasses.replace(inspection, warnings=warnings))
    assert report.endswith("\n2 warnings:\n  volume 001: depth: 3\n  set: x")
    assert "\n1 warning:\n" in text_report(dataclasses.replace(inspection, warnings=warnings[:1]))
