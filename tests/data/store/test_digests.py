import hashlib

import pytest

from dscl_tf.data.layouts.case import Case
from dscl_tf.data.store.digests import case_digests
from dscl_tf.errors import DataError


def test_digests_are_those_of_the_files(tmp_path):
    content = bytes(range(256)) * 10_000
    (tmp_path / "image").write_bytes(content)
    (tmp_path / "mask").write_bytes(b"mask")
    image, mask = (hashlib.sha256(part).hexdigest() for part in (content, b"mask"))
    assert case_digests(Case("1", tmp_path / "image", tmp_path / "mask")) == (image, mask)
    assert case_digests(Case("1", tmp_path / "image", None)) == (image, None)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"absent: must be a NIfTI file, got no such file$"):
        case_digests(Case("1", tmp_path / "absent", None))
