"""The networks of the paper's experiments: on digits, and in classification."""

from scanpath_attention_rnn.hosts.cbam_resnet18 import CBAMResNet18 as CBAMResNet18, cbam_resnet18 as cbam_resnet18
from scanpath_attention_rnn.hosts.progressive import ProgressiveCNN as ProgressiveCNN, progressive as progressive
