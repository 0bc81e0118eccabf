"""What `dscl-tf data prepare` did, as JSON values and as lines for a person."""

from dataclasses import asdict
from typing import Any

from dscl_tf.data.inspect.window import loss_summary, window_losses
from dscl_tf.data.store import Changes, SliceStore
from dscl_tf.text import counted, named


def describe(store: SliceStore, changes: Changes, multiple: int) -> dict[str, Any]:
    """Return what is in a store, what was done to it and what was left aside, as JSON values.

    Args:
        store: the store, after the update.
        changes: what the update did.
        multiple: of which both sides of a training grid must be multiples.
    """
    entries = store.volumes.values()
    losses = window_losses(store, multiple)
    spacing, grid = store.settings["spacing"], store.settings["grid"]
    return {
        "store": str(store.directory),
        "volumes": len(entries),
        "labelled": sum(entry.labelled for entry in entries),
        "slices": len(store.images),
        **asdict(changes),
        # Pictures have no directions in a body to be missed.
        "not_oriented": [e.id for e in entries if not e.oriented and store.kind.anatomical],
        "supplied": asdict(store.supply) if store.supply else None,
        "labelled_voxels": _labelled_voxels(store),
        "outside_window": [asdict(loss) for loss in losses],
        "outside_window_in_words": loss_summary(losses, spacing, grid) if losses else None,
        "not_finite": {entry.id: entry.not_finite for entry in entries if entry.not_finite},
    }


def _labelled_voxels(store: SliceStore) -> dict[str, int]:
    """Return by class the labelled voxels in the masks' files, of the volumes that are stored."""
    totals = {name: 0 for name in store.settings["classes"].values()}
    names = {int(label): name for label, name in store.settings["classes"].items()}
    for entry in store.volumes.values():
        for count in entry.label_counts or ():
            totals[names[count.label]] += count.native
    return totals


def text(result: dict[str, Any]) -> str:
    """Return what `describe` gave as lines for a person."""
    kept, prepared, removed, skipped = (
        result[name] for name in ("kept", "prepared", "removed", "skipped")
    )
    volumes = counted(len(kept) + len(prepared), "volume")
    done = [f"{len(kept)} of {volumes} kept", f"{len(prepared)} prepared"]
    if removed:
        done.append(f"{len(removed)} removed ({named(removed)})")
    if skipped:
        done.append(f"{len(skipped)} skipped")
    changed = ", ".join(done) if prepared or removed or skipped else "nothing had changed"
    lines = [
        f"{result['store']}: {counted(result['volumes'], 'volume')} "
        f"({result['labelled']} labelled), {counted(result['slices'], 'slice')}; {changed}",
        *(f"skipped {id}: {message}" for id, message in skipped.items()),
        *_supplied(result),
    ]
    if not_oriented := result["not_oriented"]:
        lines.append(
            "taken as stored, no orientation in the header: "
            f"{counted(len(not_oriented), 'volume')} ({named(not_oriented)})"
        )
    if not_finite := result["not_finite"]:
        voxels = named([f"{id} {count}" for id, count in not_finite.items()])
        lines.append(
            "taken as background, NaN or infinite: "
            f"{counted(sum(not_finite.values()), 'voxel')} of "
            f"{counted(len(not_finite), 'volume')} ({voxels})"
        )
    if cut := result["outside_window_in_words"]:
        lines.append(f"cut off by the training grid: {cut}")
    return "\n".join(lines)


def _supplied(result: dict[str, Any]) -> list[str]:
    """Return what was supplied and used, and what was supplied and not used."""
    if (supply := result["supplied"]) is None:
        return []
    voxels = result["labelled_voxels"]
    used = f"{_part(supply, 'image')} and {_part(supply, 'mask')} found"
    if supply["masks"]:
        by_class = ", ".join(f"{name} {count}" for name, count in voxels.items())
        used += f", {counted(sum(voxels.values()), 'labelled voxel')} stored ({by_class})"
    if read := supply["entries_read"]:
        used += f"; dataset.json read: {_counts(read)}"
    lines = [f"supplied and used: {used}"]
    if images := supply["skipped_images"]:
        masks = f" and {counted(count, 'mask')}" if (count := supply["skipped_masks"]) else ""
        lines.append(f"supplied and skipped: {counted(images, 'image')}{masks}")
    if unused := supply["unused_files"]:
        examples = ", ".join(supply["examples"])
        lines.append(f"supplied and not used: {counted(unused, 'file')}, such as {examples}")
    if unread := supply["entries_unread"]:
        lines.append(f"not read in dataset.json: {_counts(unread)}")
    return lines


def _part(supply: dict[str, Any], noun: str) -> str:
    """Return how many images or masks are used, and of how many where some were skipped."""
    found, skipped = supply[f"{noun}s"], supply[f"skipped_{noun}s"]
    return f"{found - skipped} of {counted(found, noun)}" if skipped else counted(found, noun)


def _counts(entries: dict[str, int]) -> str:
    return ", ".join(
        f"{key} ({counted(count, 'entry', 'entries')})" for key, count in entries.items() if count
    )
