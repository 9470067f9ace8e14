"""The augmentation of TP 06 and its renewed averages, which are given and no question grades."""

import torch
from notebook_cells import namespace_of, read


def test_augmentation_moves_each_picture_by_a_pixel_and_a_half_and_lets_the_gradient_through():
    layer = namespace_of(read("06_dcgan"))["RandomAffine"]()
    pictures = -torch.ones(500, 1, 28, 28)
    assert torch.equal(layer(pictures), pictures)

    pictures[:, :, 13:15, 13:15] = 1  # a dot in the middle: only the shift moves it
    ink = layer(pictures.requires_grad_()).squeeze(1) + 1
    for side in (1, 2):
        place = (ink.sum(dim=side) * torch.arange(28)).sum(dim=1) / ink.sum(dim=(1, 2)) - 13.5
        assert 1.4 < place.max() < 2.1  # the shift is turned and zoomed too
        assert -2.1 < place.min() < -1.4
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
    assert 0.12 < turn.max() < 0.17
    assert -0.17 < turn.min() < -0.12
    length = (12 * spread).sqrt()
    assert length.max() > 21
    assert length.min() < 19


def test_renewed_averages_are_those_of_new_batches():
    notebook = namespace_of(read("06_dcgan"))
    generator = notebook["make_generator"](4, notebook["latent_dim"])
    norm = generator[1]
    norm.running_mean.fill_(5.0)
    norm.running_var.fill_(9.0)
    before = [p.clone() for p in generator.parameters()]
    notebook["renew_averages"](generator.eval())
    inputs = generator[0](notebook["noise"](4000)).detach()
    assert (norm.running_mean - inputs.mean(dim=0)).abs().max() < 0.1
    assert (norm.running_var / inputs.var(dim=0)).sub(1).abs().max() < 0.2
    assert all(map(torch.equal, before, generator.parameters()))
