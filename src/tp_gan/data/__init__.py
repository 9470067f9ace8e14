"""Jeux de données des TP : points reproductibles, chiffres en 28x28, briques et visages en 64x64 ; dossier partagé."""

from tp_gan.data.brick_files import brick_folder, brick_pictures, write_pictures
from tp_gan.data.bricks import Bricks, bricks
from tp_gan.data.celeba import celeba, face_pictures
from tp_gan.data.faces import Faces, faces, hair_map
from tp_gan.data.pictures import Pictures, check_pictures, clothes, digits, fashion_mnist, handwritten, hold_out, mnist
from tp_gan.data.points import circle, swiss_roll, two_moons
from tp_gan.data.sources import shared_folder

__all__ = [
    "Bricks",
    "Faces",
    "Pictures",
    "brick_folder",
    "brick_pictures",
    "bricks",
    "celeba",
    "check_pictures",
    "circle",
    "clothes",
    "digits",
    "face_pictures",
    "faces",
    "fashion_mnist",
    "hair_map",
    "handwritten",
    "hold_out",
    "mnist",
    "shared_folder",
    "swiss_roll",
    "two_moons",
    "write_pictures",
]
