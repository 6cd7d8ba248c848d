import torch
from torchvision.models import vgg19

from scanpath.features.backbones import create_backbone
from scanpath.features.vgg import vgg19_trunk


def test_the_grid_is_torchvisions_own_before_its_last_pooling():
    trunk = vgg19_trunk().eval()
    with torch.device("meta"):
        whole = vgg19(weights=None)
    whole = whole.features.to_empty(device="cpu").eval()
    whole.load_state_dict({key.removeprefix("features."): value for key, value in trunk.state_dict().items()})
    pictures = torch.randn(1, 3, 48, 48, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        found = trunk(pictures)
        torch.testing.assert_close(torch.nn.functional.max_pool2d(found, 2, 2), whole(pictures))
    assert found.shape == (1, 512, 3, 3)
    assert found.min() == 0, "behind the ReLU"
    assert found.std() > 0, "it has weights"


def test_224_pixels_are_14_cells():
    assert vgg19_trunk().to("meta")(torch.empty(1, 3, 224, 224, device="meta")).shape == (1, 512, 14, 14)


def test_random_weights_are_the_same_every_time():
    first, second = (create_backbone("vgg19", weights="random", size=32) for _ in range(2))
    assert first.sha256 == second.sha256
    assert (first.grid, first.width) == ([2, 2], 512)
