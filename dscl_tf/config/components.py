"""Connected components of predicted masks."""

from typing import Annotated

from pydantic import Field, model_validator

from dscl_tf.config.section import Positive, Section, Share

Label = Annotated[int, Field(ge=1)]


class Components(Section):
    """Which connected components of a predicted class may be removed.

    Voxels are connected in 3-D by face, edge and corner. Fine-tuning chooses a rule for each class:
    the one with the highest Dice on the validation volumes, as nnU-Net does (Isensee et al. 2021),
    and on a tie the one that does less. The rules:

    * "all" keeps all components.
    * "large" keeps the largest and those that come near it in size.
    * "near" keeps what comes near another class, the anchor; all where a volume shows no anchor.
    * "large near" keeps what both keep.

    >>> Components(near={1: 3, 2: 3}).distance
    10.0
    """

    large: Share = 0.2
    """The share of the largest component's voxels from which "large" keeps another one."""

    near: dict[Label, Label] = Field(default_factory=dict)
    """The anchor of each class that may be tied to one: {1: 3, 2: 3} ties right ventricle and
    myocardium to the left ventricle in ACDC. Classes that are not named have no rule "near"."""

    distance: Positive = 10.0
    """How near to its anchor a component must come, in mm between the centres of voxels."""

    @model_validator(mode="after")
    def _anchors_are_other_classes(self) -> "Components":
        if themselves := [label for label, anchor in self.near.items() if label == anchor]:
            raise ValueError(f"near: a class must name another one, {themselves[0]} names itself")
        return self
