"""Connected components of predicted masks."""

from typing import Annotated

from pydantic import Field, model_validator

from dscl_tf.config.section import Positive, Section, Share

Label = Annotated[int, Field(ge=1)]


class Components(Section):
    """Which components of a predicted class may be removed; connected in 3-D by face, edge, corner.

    Fine-tuning chooses a rule for each class, the one with the highest Dice on the validation
    volumes, as nnU-Net does (Isensee et al. 2021); on a tie the one that does less. The rules:

    * "all" keeps all components.
    * "large" keeps the largest and those that have at least the share `large` of its voxels.
    * "near", for the classes of `near`, keeps what comes within `distance` mm of the class that
      `near` names for it, its anchor; where a volume shows no anchor, it keeps all.
    * "large near" keeps what both keep.

    So `near: {1: 3, 2: 3}` ties right ventricle and myocardium to the left ventricle in ACDC.
    """

    large: Share = 0.2
    near: dict[Label, Label] = Field(default_factory=dict)
    distance: Positive = 10.0

    @model_validator(mode="after")
    def _anchors_are_other_classes(self) -> "Components":
        if themselves := [label for label, anchor in self.near.items() if label == anchor]:
            raise ValueError(f"near: a class must name another one, {themselves[0]} names itself")
        return self
