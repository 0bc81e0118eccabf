import pytest

from tests.config.refused import assert_refused


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("data.folder={images: a.nii}", "data.folder.images: must hold {id} and no other braces"),
        ("data.folder={images: '{id}{x}'}", "data.folder.images: must hold {id} and no other"),
        ("data.folder={images: '**/{id}'}", "data.folder.images: .* there is no .*, got '.*/{id}'"),
        ("data.folder={images: '../{id}'}", "data.folder.images: must be a path inside the source"),
        (
            "data.folder={images: '{id}', masks: '{id}'}",
            "data.folder: images and masks must differ",
        ),
    ],
)
def test_a_broken_rule_is_one_line_that_names_the_key(override: str, message: str) -> None:
    assert_refused(override, message)
