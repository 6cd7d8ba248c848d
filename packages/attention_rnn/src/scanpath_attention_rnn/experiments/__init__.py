"""The tables of the paper, one file each: ``scanpath tables attention_rnn``."""
