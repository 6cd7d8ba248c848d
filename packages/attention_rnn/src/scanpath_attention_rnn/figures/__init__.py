"""The paper's pictures of its digits and of what looks at them, drawn from runs of one's own, with their numbers.

::

    python -m scanpath_attention_rnn.figures samples --out results/attention_rnn/figure5.png
    python -m scanpath_attention_rnn.figures maps notCTX=RUN CTX=RUN ARNN=RUN --json results/attention_rnn/figure6b.json
    python -m scanpath_attention_rnn.figures modes RUN --data mbg --json results/attention_rnn/figure6a.json

Source: Khandelwal and Sigal, ICCV 2019: Fig. 5; Figs. 6b and 14-16; Figs. 6a and 11-13. The paper shows single
pictures; beside ours stands on how many others it is so.
"""
