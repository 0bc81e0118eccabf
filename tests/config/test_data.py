import pytest

from tests.config.refused import assert_refused


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("data.gird=[64, 64]", "data.gird: unknown key"),
        ("data.grid=[60, 64]", "data.grid: both sides must be multiples of 16 .* got [60, 64]"),
        ("data.intensity_range=[255, 0]", "data.intensity_range: must be two ascending values"),
        (
            "data={layout: cityscapes, bias_correction: {}, classes: {1: a}, spacing: [1, 1], "
            "grid: [64, 64]}",
            "data: bias_correction: must be null with layout cityscapes",
        ),
        (
            "data={layout: cityscapes, channel: 0, classes: {1: a}, spacing: [1, 1], grid: [8, 8]}",
            "data: channel: must be null with layout cityscapes",
        ),
        ("data.dicom={series: '*t2*'}", "data: dicom: must be left out with layout phantom"),
        (
            "data={layout: dicom, channel: 1, classes: {1: a}, spacing: [1, 1], grid: [64, 64]}",
            "data: channel: must be null with layout dicom, got 1",
        ),
        ("data.percentiles=[99, 1]", "data.percentiles: must be two ascending values"),
        ("data.classes={1: a, 3: b}", "data.classes: labels must be 1, 2, ... without gaps"),
        ("data.classes={1: a, 2: a}", "data.classes: names must differ, got twice 'a'"),
        ("data.classes={1: ' '}", "data.classes: names must be text on one line, got ' ' of 1"),
        ('data.classes={1: "a\\nb"}', "names must be text on one line, got 'a.*' of 1"),
        ("data.labels={205: 1, 600: 2}", "data: labels must map to each of the classes 1, 2, 3"),
        ("data.labels={0: 1, 2: 2, 3: 3}", "data.labels.0.*greater than or equal to 1"),
        ("data.unlisted_labels=skip", "data.unlisted_labels: .* got 'skip'"),
        ("data.channel=-1", "data.channel: .* greater than or equal to 0, got -1"),
        ("data.layout=folder", "data: folder: must be given with layout folder .* got none"),
        ("data.folder={images: '{id}.nii'}", "data: folder: .* got one with layout phantom"),
    ],
)
def test_a_broken_rule_is_one_line_that_names_the_key(override: str, message: str) -> None:
    assert_refused(override, message)
