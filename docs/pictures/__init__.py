"""The figures of the documentation, drawn from the phantom; `docs/make_figures.py` writes them."""
