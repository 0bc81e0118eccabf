from pathlib import Path

import pytest
from hypothesis import strategies as st

from dscl_tf.errors import DataError
from dscl_tf.names import LONGEST, broken_name, check_name, path_in
from tests.data.effort import effort, holds


@pytest.mark.parametrize(
    "name", ["007", "patient 1 (left)", "a.b-c_d+e,f$", "größe", "脳", ".hidden", "x" * LONGEST]
)
def test_names_are_kept_as_they_are(name: str) -> None:
    assert check_name(name, "index.json") == name
    assert path_in(Path("masks"), name, ".png") == Path(f"masks/{name}.png")


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("/etc/passwd", "must hold no '/', got '/etc/passwd'"),
        ("p1_/../../../EVIL", "must hold no '/'"),
        (r"..\x", r"must hold no '\\\\'"),
        ("a\0b", r"must hold no '\\x00', got 'a\\x00b'"),
        ("a\nb", r"must hold no '\\n'"),
        ("a\x1b[31m", r"must hold no '\\x1b'"),
        ("a\udc80", r"must hold no '\\udc80'"),
        ("a\u2028b", r"must hold no '\\u2028'"),
        ("", "must hold more than dots, got ''"),
        ("..", "must hold more than dots, got '..'"),
        ("x" * (LONGEST + 1), "must have at most 220 bytes, got 221: 'x{80}'...$"),
        ("脳" * 100, "must have at most 220 bytes, got 300"),
        (7, "must be text, got 7"),
    ],
)
def test_what_is_no_name_is_refused(name: str, rule: str) -> None:
    with pytest.raises(DataError, match=f"^index.json: a name {rule}"):
        check_name(name, "index.json")
    with pytest.raises(DataError, match=f"^masks: a name {rule}"):
        path_in(Path("masks"), name)


SIGNS = st.text(alphabet="./\\ ab-_~$\0\n\u2028\u202eé脳", max_size=12)


@effort(50, 20000)
def test_any_text_is_a_file_of_the_folder_itself_or_refused(tmp_path: Path, examples: int) -> None:
    def check(name: str) -> None:
        if problem := broken_name(name):
            assert "\n" not in problem and len(problem) < 500
            with pytest.raises(DataError):
                path_in(tmp_path, name)
            return
        made = path_in(tmp_path, name, ".tmp")
        assert made.parent == tmp_path and made.resolve().parent == tmp_path.resolve()
        made.touch()
        assert [path.name for path in tmp_path.iterdir()] == [f"{name}.tmp"]
        made.unlink()

    holds(examples, check, name=SIGNS | st.text(max_size=300))
