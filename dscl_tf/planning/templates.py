"""Patterns of file names: what varies from volume to volume becomes `{id}`."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import PurePosixPath

from dscl_tf.data.io.endings import stem
from dscl_tf.planning.words import IMAGE_WORDS, names_a_role

# The end of a name that may say which image of a volume it is, such as _T1w, _0000 or -image.
SUFFIX = re.compile(r"[_.\-]([A-Za-z][A-Za-z0-9]*|\d{4})$")
PREFIX = re.compile(r"([A-Za-z]+)[_.\-]?(?=\d)")  # the word before a number, such as img of img001

Templates = dict[str, list[str]]


def templates_of(files: Sequence[str]) -> Templates:
    """Group files by pattern, the largest group first.

    A part of the path that varies among files which are otherwise alike is the id: the name of a
    folder, or else the file's name without what all names of its folder share at their end.

    Args:
        files: paths below the data set's folder, with `/`.

    >>> templates_of(["p1/t2.nii.gz", "p2/t2.nii.gz"])
    {'{id}/t2.nii.gz': ['p1/t2.nii.gz', 'p2/t2.nii.gz']}
    >>> list(templates_of(["img1_T1w.nii", "img2_T1w.nii"]))
    ['img{id}_T1w.nii']
    """
    by_folder = {file: _by_folder(file) for file in files}
    counts = Counter(template for found in by_folder.values() for template, _ in found)
    sizes = Counter(str(PurePosixPath(file).parent) for file in files)
    groups: Templates = defaultdict(list)
    rest = []
    for file in files:
        own = sizes[str(PurePosixPath(file).parent)]
        likely = [
            (counts[one] * (1000 if repeated else 1), one)
            for one, repeated in by_folder[file]
            if counts[one] > 1
        ]
        score, template = max(likely, default=(0, ""))
        if score > own or (score == own and names_a_role(stem(file))):
            groups[template].append(file)
        else:
            rest.append(file)
    for template, members in _by_name(rest).items():
        groups[template] += members
    return dict(sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])))


def _by_folder(file: str) -> list[tuple[str, bool]]:
    """Return the patterns in which a folder's name is the id, and whether the file repeats it."""
    *folders, name = PurePosixPath(file).parts
    found = []
    for place, folder in enumerate(folders):
        if names_a_role(folder):
            continue
        before, after = folders[:place], [*folders[place + 1 :], name]
        changed = [_with_id(part, folder) for part in after]
        repeated = len(folder) > 1 and changed[-1] != name
        found.append(("/".join([*before, "{id}", *changed]), repeated))
    return found


def _with_id(text: str, id: str) -> str:
    """Return a text with {id} in place of an id: where it stands alone or, if nowhere, anywhere."""
    alone, count = re.subn(rf"(?<![A-Za-z0-9]){re.escape(id)}(?![A-Za-z0-9])", "{id}", text)
    return alone if count or len(id) < 2 else text.replace(id, "{id}")


def _by_name(files: Sequence[str]) -> Templates:
    """Group files by folder, and by what the names in it have in common."""
    groups: Templates = defaultdict(list)
    folders: dict[tuple[str, str], list[str]] = defaultdict(list)
    for file in files:
        ending = PurePosixPath(file).name.removeprefix(stem(file))
        folders[str(PurePosixPath(file).parent), ending].append(file)
    for (folder, ending), members in folders.items():
        suffixes = Counter(_suffix(stem(file)) for file in members)
        prefix = _common_prefix([stem(file) for file in members])
        for file in members:
            suffix = _suffix(stem(file))
            shared = suffix if suffixes[suffix] > 1 else ""
            name = f"{prefix}{{id}}{shared}{ending}"
            groups[name if folder == "." else f"{folder}/{name}"].append(file)
    return groups


def _suffix(name: str) -> str:
    found = SUFFIX.search(name)
    return found[0] if found else ""


def _common_prefix(names: Sequence[str]) -> str:
    """Return the word for images that all names begin with, "" where there is none."""
    found = {match[0] if (match := PREFIX.match(name)) else "" for name in names}
    if len(found) != 1 or len(names) < 2:
        return ""
    (prefix,) = found
    return prefix if re.sub(r"[_.\-]", "", prefix).lower() in IMAGE_WORDS else ""


def joined(templates: Sequence[str]) -> str | None:
    """Return one pattern for templates that differ in one folder's name; None where there is none.

    >>> joined(["imagesTr/{id}.nii", "imagesTs/{id}.nii"])
    'imagesT*/{id}.nii'
    """
    parts = [template.split("/") for template in templates]
    if len(templates) < 2 or len({len(one) for one in parts}) > 1:
        return None
    columns = list(zip(*parts, strict=True))
    differing = [place for place, column in enumerate(columns) if len(set(column)) > 1]
    if len(differing) != 1 or differing[0] == len(columns) - 1:
        return None
    names = columns[differing[0]]
    if any("{id}" in name for name in names):
        return None
    start = len(_shared(names))
    end = len(_shared([name[start:][::-1] for name in names]))
    first = names[0]
    middle = f"{first[:start]}*{first[len(first) - end :] if end else ''}"
    return "/".join([*parts[0][: differing[0]], middle, *parts[0][differing[0] + 1 :]])


def _shared(texts: Sequence[str]) -> str:
    """Return what all texts begin with."""
    length = 0
    shortest = min(texts, key=len)
    while length < len(shortest) and all(text[length] == shortest[length] for text in texts):
        length += 1
    return shortest[:length]
