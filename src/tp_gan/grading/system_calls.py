"""Les appels système refusés dans l'abri : ce que les espaces de noms de Linux laissent ouvert.

Sockets to the machine that hosts a virtual one, memory that belongs to no process, other processes' memory, keys kept
by the kernel, nested namespaces.
"""

import errno
import functools
import platform
import struct

from tp_gan import CourseError

__all__ = ["program"]

# By machine: the number of the architecture, clone, socket, and the calls refused: memfd_create, memfd_secret, shmget,
# shmat, msgget, ptrace, process_vm_readv, process_vm_writev, pidfd_getfd, keyctl, add_key, request_key, bpf,
# perf_event_open, userfaultfd, io_uring_setup; mount, umount2, pivot_root, setns, unshare, open_by_handle_at,
# move_mount, open_tree, fsopen, mount_setattr.
_REFUSED = {
    "x86_64": (
        *(0xC000003E, 56, 41),
        *(319, 447, 29, 30, 68, 101, 310, 311, 438, 250, 248, 249, 321, 298, 323, 425),
        *(165, 166, 155, 308, 272, 304, 429, 428, 430, 442),
    ),
    "aarch64": (
        *(0xC00000B7, 220, 198),
        *(279, 447, 194, 196, 186, 117, 270, 271, 438, 219, 217, 218, 280, 241, 282, 425),
        *(40, 39, 41, 268, 97, 265, 429, 428, 430, 442),
    ),
}
_CLONE3, _NEW_USER, _FAMILIES = 435, 0x10000000, (1, 2, 10, 16)  # AF_UNIX, AF_INET, AF_INET6, AF_NETLINK


@functools.cache
def program():
    """Le filtre des appels système, pour la machine BPF du noyau de Linux."""
    machine = platform.machine()
    if machine not in _REFUSED:
        raise CourseError(f"l'abri ne connaît pas ce processeur ({machine}) : x86_64 et aarch64 seulement.")
    architecture, clone, new_socket, *refused = _REFUSED[machine]
    load, equal, at_least, has_bit, give = 0x20, 0x15, 0x35, 0x45, 0x06
    allow, kill = (give, 0, 0, 0x7FFF0000), (give, 0, 0, 0x80000000)

    def refuse(code):
        return (give, 0, 0, 0x00050000 | code)

    number, first = (load, 0, 0, 0), (load, 0, 0, 16)
    steps = [(load, 0, 0, 4), (equal, 1, 0, architecture), kill, number]
    steps += [(at_least, 0, 1, 0x40000000), refuse(errno.EPERM)]  # the 32-bit twins
    for call in refused:
        steps += [(equal, 0, 1, call), refuse(errno.EPERM)]
    # The C library falls back from clone3, whose flags cannot be read here, to clone.
    steps += [(equal, 0, 1, _CLONE3), refuse(errno.ENOSYS)]
    steps += [(equal, 0, 4, clone), first, (has_bit, 0, 1, _NEW_USER), refuse(errno.EPERM), allow]
    steps += [(equal, 0, 2 + 2 * len(_FAMILIES), new_socket), first]
    for family in _FAMILIES:
        steps += [(equal, 0, 1, family), allow]
    steps += [refuse(errno.EAFNOSUPPORT), allow]
    return b"".join(struct.pack("HBBI", *step) for step in steps)
