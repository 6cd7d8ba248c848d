"""The paper's networks: dual recurrent attention units, one unit alone, and the Joint LSTM that they are measured by."""

from scanpath_drau.hosts.drau import drau as drau
from scanpath_drau.hosts.joint_lstm import JointLSTM as JointLSTM, joint_lstm as joint_lstm
