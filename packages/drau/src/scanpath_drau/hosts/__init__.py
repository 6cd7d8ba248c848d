"""The paper's networks: dual recurrent attention units, one of them alone, and the Joint LSTM before them."""

from scanpath_drau.hosts.drau import drau as drau
from scanpath_drau.hosts.joint_lstm import JointLSTM as JointLSTM, joint_lstm as joint_lstm
