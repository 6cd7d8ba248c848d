"""The paper's Figs. 5 to 8, and pictures of captions, on finished runs: JSON first, a page and a picture beside it.

::

    python -m scanpath_sla.figures gradients RUNS --json results/sla/figure5.json
    python -m scanpath_sla.figures weights RUNS --json results/sla/figure6.json
    python -m scanpath_sla.figures steps RUN --json results/sla/figure7.json
    python -m scanpath_sla.figures bias RUNS --json results/sla/figure8.json
    python -m scanpath_sla.figures words RUN --json results/sla/words.json
    python -m scanpath_sla.figures epochs RUNS --json results/sla/epochs.json

``RUNS`` are folders of runs. Of the host ``sla``: for the first two the rows s3 and t3 of the table figure4, for the
third one of t2 or t3, for the fourth the row bias of table2, each with all of its seeds. The last two are of runs of
table3: where one looks before each word of a caption, and how scores rise while all are trained. Source: Fan and Zhou,
CVPR 2018, Secs. 4.1.4 and 4.2.
"""
