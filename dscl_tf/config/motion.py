"""How the two views of local pre-training are moved."""

from typing import Annotated

from pydantic import Field

from dscl_tf.config.section import Section, ShareRange


class Motion(Section):
    """How a view of a slice is moved, each view for itself: turned, shifted and then cropped.

    >>> Motion(shift=0.05).rotation
    15.0
    """

    crop: ShareRange = (0.8, 1.0)
    """The range of the side of a window that is cut out anywhere and enlarged to the image's size,
    as a share of the image's side."""

    shift: Annotated[float, Field(ge=0, lt=1)] = 0.15
    """The largest shift up or down, and to the left or right, as a share of the image's side."""

    rotation: Annotated[float, Field(ge=0, le=45)] = 15.0
    """The largest angle in degrees, either way."""
