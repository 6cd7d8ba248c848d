"""The paper's Figs. 5 to 8, measured on finished runs: data as JSON first, a page and a picture beside it.

::

    python -m scanpath_sla.figures gradients RUNS --json results/sla/figure5.json
    python -m scanpath_sla.figures weights RUNS --json results/sla/figure6.json
    python -m scanpath_sla.figures steps RUN --json results/sla/figure7.json
    python -m scanpath_sla.figures bias RUNS --json results/sla/figure8.json

``RUNS`` are folders of runs of the host ``sla``: for the first two the rows s3 and t3 of the table figure4, for the
third one of t2 or t3, for the last the row bias of table2, each with all of its seeds. Source: Fan and Zhou, CVPR 2018,
Sec. 4.1.4.
"""
