"""The sequences of patients in a plain folder, such as T2 and ADC, by the names of their files."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePosixPath

from dscl_tf.data.io.endings import stem
from dscl_tf.errors import UsageError
from dscl_tf.planning.ids import ids_of, widest
from dscl_tf.planning.spelling import any_spelling, ids_in_any_case
from dscl_tf.planning.templates import templates_of
from dscl_tf.text import named

SEQUENCE = re.compile(
    r"t1(w|n|c|ce|gd|wce|wi|map)?|t2(w|f|wi|s|star|map)?|mprage|flair|tirm|stir|dir|pdw?|mri?|ct|"
    r"ncct|cta|pet|suv|dwi|adc|hbv|b\d{2,4}|b0|swi|dce|asl|cb[fv]|mtt|tmax|tof|lge|cine|bold|"
    r"water|fat|inphase|outphase",
    re.IGNORECASE,
)
FIRST = ("ct", "mr", "t1", "t2", "pd", "flair")  # show anatomy, so one of these comes first
NUMBER = re.compile(r"_(\d{4})$")  # as nnU-Net names channels: NAME_0000
ENOUGH = 0.75  # of the patients must have a sequence

Groups = dict[str, list[str]]


def find_sequences(files: Sequence[str], others: Sequence[str] = ()) -> dict[str, str]:
    """Return the patterns of sequences that nearly all patients have, by the sequences' names.

    Names of files or folders must say that they are sequences, or number them as nnU-Net does from
    0000, and the ids in one must be those in the others.

    Args:
        files: images, as paths below the data set's folder, with `/`.
        others: paths that are no images.

    Returns:
        none, or two and more; those that show anatomy come first.

    Raises:
        DataError: names of one sequence differ in capital letters, and no pattern fits them alone.

    >>> find_sequences(["adc/1.nii", "adc/2.nii", "t2/1.nii", "t2/2.nii"])
    {'t2': 't2/{id}.nii', 'adc': 'adc/{id}.nii'}
    >>> find_sequences(["a/1.nii", "a/2.nii", "b/1.nii", "b/2.nii"])
    {}
    """
    groups = _by_word(files) or _by_number(files)
    patterns = {name: pattern_of(members, name) for name, members in groups.items()}
    listed = {name: ids_in_any_case(pattern, files) for name, pattern in patterns.items()}
    ids = {name: {*found} for name, found in listed.items() if len(found) == len({*found}) > 1}
    if len(ids) < 2:
        return {}
    most = ids[max(ids, key=lambda name: len(ids[name]))]
    kept = [name for name, found in ids.items() if _alike(found, most)]
    in_groups = {file for members in groups.values() for file in members}
    rest = templates_of([file for file in files if file not in in_groups])
    if len(kept) < 2 or ENOUGH * len(next(iter(rest.values()), ())) > len(most):
        return {}
    return {name: any_spelling(patterns[name], files, others) for name in sorted(kept, key=_rank)}


def wished_sequences(
    files: Sequence[str], names: Sequence[str], others: Sequence[str] = ()
) -> dict[str, str]:
    """Return the patterns of the sequences that the user names, in that order.

    Args:
        files: images, as paths below the data set's folder, with `/`.
        names: words in names of files or folders, or numbers as nnU-Net has them.
        others: paths that are no images.

    Raises:
        UsageError: no file is of one of them.
        DataError: names of one differ in capital letters, and no pattern fits them alone.

    >>> wished_sequences(["a/1.nii", "a/2.nii", "b/1.nii", "b/2.nii"], ["b", "a"])
    {'b': 'b/{id}.nii', 'a': 'a/{id}.nii'}
    >>> wished_sequences(["1_0000.nii", "2_0000.nii"], ["0000"])
    {'0': '{id}_0000.nii'}
    """
    groups = _by_name(files, names)
    if absent := [name for name in names if name not in groups]:
        raise UsageError(
            "`channels`: must be words in the names of files or folders, got "
            f"{absent[0]}, which no image's path holds: {named(sorted(files), 3)}"
        )
    return {
        str(int(name)) if name.isdecimal() else name: any_spelling(
            pattern_of(groups[name], name), files, others
        )
        for name in names
    }


def has_sequences(files: Sequence[str], names: Sequence[str]) -> bool:
    """Whether each name is a word in the path of a file, of its own.

    >>> has_sequences(["p1_T2.nii", "p1_ADC.nii"], ["T2", "ADC"])
    True
    >>> has_sequences(["T2_ADC/p1.nii"], ["T2", "ADC"])
    False
    """
    return count_sequences(files, names) == len(names)


def count_sequences(files: Sequence[str], names: Sequence[str]) -> int:
    """Return how many of the names are the last of them in the path of a file.

    >>> count_sequences(["ct_1/mask.nii", "mr_1/mask.nii"], ["ct", "mr", "pet"])
    2
    """
    return len(_by_name(files, names))


def pattern_of(files: Sequence[str], name: str) -> str:
    """Return the pattern of the files of one sequence.

    >>> pattern_of(["T2_01.nii", "T2_02.nii"], "T2")
    'T2_{id}.nii'
    """
    found = [_outside(one, members, name) for one, members in templates_of(files).items()]
    return widest(list(dict.fromkeys(found)), files)


def twins(pattern: str, files: Sequence[str]) -> dict[str, str]:
    """Return patterns of other files with the same ids as those of `pattern`, `pattern` first.

    They may be further sequences, or scans of other patients; only the user knows.

    Returns:
        by the word that tells each from the first, or by the pattern where no single word does.

    >>> twins("a/{id}.nii", ["a/1.nii", "a/2.nii", "b/1.nii", "b/2.nii"])
    {'a': 'a/{id}.nii', 'b': 'b/{id}.nii'}
    """
    own = set(ids_of(pattern, files))
    fitting = {
        one: set(ids_of(one, files))
        for one, members in templates_of(files).items()
        if len(ids_of(pattern, members)) < len(members)
    }
    others = [one for one, ids in fitting.items() if _alike(ids, own)]
    found = {pattern: pattern, **{one: one for one in others}} if others else {}
    words = {one: set(_words(one)) - {"id"} for one in found}
    shared = set.intersection(*words.values()) if words else set()
    telling = {one: words[one] - shared for one in found}
    if any(len(one) != 1 for one in telling.values()):
        return found
    by_word = {next(iter(telling[one])): one for one in found}
    return by_word if len(by_word) == len(found) else found


def _by_name(files: Sequence[str], names: Sequence[str]) -> Groups:
    """Group files by the last of these names in their paths."""

    def word(file: str) -> str | None:
        places = {name: _last(name, file) for name in names}
        best = max(places, key=lambda name: places[name])
        return best if places[best] >= 0 else None

    return _grouped(files, word)


def _by_word(files: Sequence[str]) -> Groups:
    """Group files by the last word for a sequence in their paths, as it is mostly written."""
    common = set.intersection(*({word.lower() for word in _words(file)} for file in files))
    spelled: dict[str, Counter[str]] = defaultdict(Counter)

    def word(file: str) -> str | None:
        found = [one for one in _words(file) if SEQUENCE.fullmatch(one)]
        found = [one for one in found if one.lower() not in common]
        if found:
            spelled[found[-1].lower()][found[-1]] += 1
        return found[-1].lower() if found else None

    groups = _grouped(files, word)
    return {spelled[key].most_common(1)[0][0]: members for key, members in groups.items()}


def _by_number(files: Sequence[str]) -> Groups:
    """Group files by the number at the end of their names, if all have one and the first is 0."""
    groups = _grouped(files, lambda file: m[1] if (m := NUMBER.search(stem(file))) else None)
    named_so = sum(map(len, groups.values())) == len(files)
    if not named_so or sorted(map(int, groups)) != list(range(len(groups))):
        return {}
    return {str(int(number)): groups[number] for number in sorted(groups)}


def _grouped(files: Sequence[str], key: Callable[[str], str | None]) -> Groups:
    groups: Groups = defaultdict(list)
    for file in files:
        if (found := key(file)) is not None:
            groups[found].append(file)
    return dict(groups)


def _outside(template: str, files: Sequence[str], name: str) -> str:
    """Return a template whose id does not hold the sequence's name at its beginning or end."""
    if template.count("{id}") > 1:
        return template
    number = rf"|{int(name):04d}" if name.isdecimal() else ""
    word = rf"(?:{re.escape(name)}{number})"
    ids = ids_of(template, files)
    for find, form in ((rf"^{word}[_.\-]", "{0}{{id}}"), (rf"[_.\-]{word}$", "{{id}}{0}")):
        ends = Counter(m[0] if (m := re.search(find, id, re.IGNORECASE)) else "" for id in ids)
        if len({end.lower() for end in ends}) == 1 and (end := ends.most_common(1)[0][0]):
            return template.replace("{id}", form.format(end))
    return template


def _alike(ids: set[str], others: set[str]) -> bool:
    """Whether nearly all ids are in both."""
    return len(ids & others) >= ENOUGH * len(ids | others) and len(ids & others) > 1


def _words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z0-9]+", str(PurePosixPath(text).with_name(stem(text))))


def _last(name: str, file: str) -> int:
    """Return where a name stands last in a path as a word of its own; -1 where it does not."""
    if name.isdecimal() and (number := NUMBER.search(stem(file))):
        return len(file) if int(number[1]) == int(name) else -1
    found = re.finditer(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", file, re.IGNORECASE)
    return max((match.start() for match in found), default=-1)


def _rank(name: str) -> tuple[int, str]:
    lower = name.lower()
    places = [place for place, one in enumerate(FIRST) if lower.startswith(one)]
    return (places[0] if places else len(FIRST), lower)


def names_of(patterns: Mapping[str, str]) -> list[str | int]:
    """Return names of channels as `data.channels` takes them: numbers where they are numbers.

    >>> names_of({"0": "{id}_0000.nii", "1": "{id}_0001.nii"}), names_of({"T2": "{id}.nii"})
    ([0, 1], ['T2'])
    """
    if all(name.isdecimal() for name in patterns):
        return [int(name) for name in patterns]
    return list(patterns)
