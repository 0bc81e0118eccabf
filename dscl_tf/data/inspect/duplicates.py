"""Volumes that are the same image, by file or by sight."""

from collections.abc import Sequence

import numpy as np

from dscl_tf.data.inspect.facts import VolumeFacts
from dscl_tf.data.inspect.finding import Finding
from dscl_tf.data.inspect.thumbnails import unit

SAME_IMAGE = 0.999  # correlation of thumbnails


def duplicate_findings(
    volumes: Sequence[VolumeFacts], thumbnails: dict[str, np.ndarray]
) -> tuple[list[Finding], list[list[str]]]:
    """Find volumes that repeat an earlier volume of the store.

    "same-file": the image files have the same SHA-256. "near-duplicate": the thumbnails of all
    partitions correlate above 0.999. This finds copies with another scale, type or compression or
    with a little noise, but not copies that are flipped or shifted.

    Args:
        volumes: in the store's order.
        thumbnails: (partitions, side, side) by volume id; volumes without are compared by file.

    Returns:
        The warnings, and the groups of ids that show the same image.
    """
    findings: list[Finding] = []
    group_of: dict[str, list[str]] = {}
    by_file: dict[str, VolumeFacts] = {}
    seen = [facts.id for facts in volumes if facts.id in thumbnails]
    position = {id: index for index, id in enumerate(seen)}
    signatures = _signatures([thumbnails[id] for id in seen])
    for facts in volumes:
        twin = by_file.setdefault(facts.sha256, facts)
        earlier = twin.id
        if twin is not facts:
            message = f"volume {facts.id}: same-file: its image has the SHA-256 of {earlier}'s"
            if facts.labelled and twin.labelled and facts.mask_sha256 != twin.mask_sha256:
                message += ", but the masks differ"
            findings.append(Finding(facts.id, "same-file", 1, message))
        elif (index := position.get(facts.id, 0)) > 0:
            correlations = signatures[:index] @ signatures[index]
            best = int(correlations.argmax())
            if correlations[best] > SAME_IMAGE:
                earlier, value = seen[best], float(correlations[best])
                message = (
                    f"volume {facts.id}: near-duplicate: looks like {earlier}, correlation "
                    f"{value:.5f} (limit {SAME_IMAGE})"
                )
                findings.append(Finding(facts.id, "near-duplicate", value, message))
        group_of[facts.id] = group_of.get(earlier, [])
        group_of[facts.id].append(facts.id)
    groups = {id(group): group for group in group_of.values() if len(group) > 1}
    return findings, list(groups.values())


def _signatures(thumbnails: list[np.ndarray]) -> np.ndarray:
    flat = np.array([thumbnail.ravel() for thumbnail in thumbnails])  # (volumes, pixels)
    return unit(flat - flat.mean(axis=-1, keepdims=True)) if thumbnails else flat
