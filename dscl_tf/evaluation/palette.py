"""The colours of classes in overlays, and in the tables beside predicted masks."""

# Okabe and Ito's palette, told apart with any colour vision; the order keeps neighbours distinct
# on a grey image.
PALETTE = ("#E69F00", "#56B4E9", "#CC79A7", "#009E73", "#F0E442", "#D55E00", "#0072B2")
