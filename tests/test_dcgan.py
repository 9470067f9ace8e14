"""The augmentation of TP 06, which its discriminator is given and no question grades."""

import torch
from notebook_cells import namespace_of, read


def test_augmentation_moves_each_picture_by_about_two_pixels_and_lets_the_gradient_through():
    layer = namespace_of(read("06_dcgan"))["RandomAffine"]()
    pictures = -torch.ones(500, 1, 28, 28)
    assert torch.equal(layer(pictures), pictures)

    pictures[:, :, 13:15, 13:15] = 1  # a dot in the middle: only the shift moves it
    ink = layer(pictures.requires_grad_()).squeeze(1) + 1
    for side in (1, 2):
        place = (ink.sum(dim=side) * torch.arange(28)).sum(dim=1) / ink.sum(dim=(1, 2)) - 13.5
        assert 1.9 < place.max() < 2.7  # the shift is turned and zoomed too
        assert -2.7 < place.min() < -1.9
        assert abs(place.mean()) < 0.3
    ink.sum().backward()
    assert pictures.grad.abs().sum(dim=(1, 2, 3)).min() > 0


def test_augmentation_turns_and_zooms():
    layer = namespace_of(read("06_dcgan"))["RandomAffine"]()
    pictures = -torch.ones(500, 1, 28, 28)
    pictures[:, :, 13:15, 4:24] = 1  # a bar of twenty pixels
    ink = layer(pictures).squeeze(1) + 1
    pixels, mass = torch.arange(28.0), ink.sum(dim=(1, 2))
    x, y = ((ink.sum(dim=side) * pixels).sum(dim=1) / mass for side in (1, 2))
    covariance = (ink * (pixels - x[:, None])[:, None] * (pixels - y[:, None])[:, :, None]).sum(dim=(1, 2)) / mass
    spread = (ink.sum(dim=1) * (pixels - x[:, None]) ** 2).sum(dim=1) / mass
    turn = torch.atan2(covariance, spread)
    assert 0.17 < turn.max() < 0.22
    assert -0.22 < turn.min() < -0.17
    length = (12 * spread).sqrt()
    assert length.max() > 21.4
    assert length.min() < 18.6
