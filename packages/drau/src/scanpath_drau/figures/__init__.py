"""The paper's Figure 5: where both units look, beside another model, drawn from runs of one's own.

::

    python -m scanpath_drau.figures MCB=RUN DRAU=RUN --out results/drau/figure5.words.png

Source: Osman and Samek (2018), section 5.
"""
