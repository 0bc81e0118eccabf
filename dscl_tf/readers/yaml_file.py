"""YAML without the surprises: a key that is repeated is an error, and so is text that explodes."""

from typing import Any

import yaml

from dscl_tf.text import shortened

MOST_NODES = 1_000_000  # with aliases written out
MERGE = "tag:yaml.org,2002:merge"


def parse_yaml(text: str) -> Any:
    """Return the value of a YAML text.

    >>> parse_yaml("{a: [1, 2]}")
    {'a': [1, 2]}
    >>> parse_yaml("{a: 1, a: 2}")
    Traceback (most recent call last):
    yaml.error.YAMLError: must name each key once, got twice 'a' in line 1

    Raises:
        yaml.YAMLError: it is no YAML, a mapping names a key twice, or it is nested too deeply or,
            with its aliases written out, too long.
    """
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        _written_out(node, {}, set())
        _check_keys(loader, node, set())
        return loader.construct_document(node)
    except yaml.YAMLError:
        raise
    except RecursionError as error:
        raise yaml.YAMLError("too many nested brackets") from error
    # Values that look like numbers or dates and are none, such as 2026-02-31.
    except (ValueError, TypeError, LookupError, OverflowError, AttributeError) as error:
        raise yaml.YAMLError(f"a value cannot be read: {error}") from error
    finally:
        loader.dispose()


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _written_out(node: yaml.Node, sizes: dict[yaml.Node, int], above: set[yaml.Node]) -> int:
    """Return how many values a node stands for where its aliases are written out."""
    if node in above:
        raise yaml.YAMLError("an alias must not hold itself")
    if node not in sizes:
        above.add(node)
        sizes[node] = 1 + sum(_written_out(child, sizes, above) for child in _children(node))
        above.remove(node)
        if sizes[node] > MOST_NODES:
            raise yaml.YAMLError(f"must hold at most {MOST_NODES} values, aliases written out")
    return sizes[node]


def _check_keys(loader: yaml.SafeLoader, node: yaml.Node, done: set[yaml.Node]) -> None:
    """Check that no mapping names a key twice. What `<<` merges in may be named again."""
    if node in done:
        return
    done.add(node)
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, _ in node.value:
            if key.tag == MERGE or not isinstance(key, yaml.ScalarNode):
                continue
            name = loader.construct_object(key)
            if name in seen:
                raise yaml.YAMLError(
                    f"must name each key once, got twice {shortened(name)} "
                    f"in line {key.start_mark.line + 1}"
                )
            seen.add(name)
    for child in _children(node):
        _check_keys(loader, child, done)
