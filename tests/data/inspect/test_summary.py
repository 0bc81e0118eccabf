from dscl_tf.data.inspect.summary import summarise
from tests.data.inspect.made import facts


def test_ranges_and_counts_by_hand(made):
    volumes = [
        facts("a", slices=10, slice_spacing=8.0, slice_axis="axial"),
        facts("b", slices=12, slice_spacing=5.0, slice_axis="coronal", labelled=False),
        facts("c", slices=20, slice_spacing=6.0, volumes_ml={"ring": 40.0, "pool": 0.0}),
    ]
    volumes[1].volumes_ml.clear()
    summary = summarise(made, volumes, None)
    assert (summary["volumes"], summary["labelled"], summary["slices"]) == (3, 2, 42)
    assert summary["slices_per_volume"] == {"least": 10, "median": 12, "most": 20}
    assert summary["slice_spacing"] == {"least": 5, "median": 6, "most": 8}
    assert summary["slice_axes"] == {"axial": 2, "coronal": 1}
    assert summary["class_ml"] == {
        "ring": {"least": 40, "median": 70, "most": 100, "volumes": 2},
        "pool": {"least": 50, "median": 50, "most": 50, "volumes": 1},
    }
    assert summary["grid"] == [8, 6] and summary["percentiles"] == [1, 99]


def test_what_was_not_checked_is_said(made):
    (reason,) = summarise(made, [facts("a")], None)["not_checked"]
    assert reason == "outliers and alignment: 1 volume, at least 5 needed"
