import socket
import threading

import pytest

from tagwake.adapters.guard import Names, PrivateAddress, guarded_socket
from tagwake.core.egress import Egress


def test_a_socket_is_made_for_what_is_permitted_only() -> None:
    make = guarded_socket(Egress.of(("127.0.0.1:80",)))
    with make((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))) as made:
        assert made.family is socket.AF_INET
    for address in (("127.0.0.1", 81), ("10.0.0.1", 80), ("169.254.169.254", 80)):
        with pytest.raises(PrivateAddress):
            make((socket.AF_INET, socket.SOCK_STREAM, 6, "", address))
    with pytest.raises(PrivateAddress):
        make((socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::ffff:10.0.0.1", 80, 0, 0)))


async def test_a_name_gives_an_address_that_is_permitted() -> None:
    names = Names()
    assert await names.permitted("127.0.0.1", 80, Egress.of(("127.0.0.0/8",))) == "127.0.0.1"
    with pytest.raises(PrivateAddress):
        await names.permitted("localhost", 80, Egress())
    with pytest.raises(OSError, match=r"known|address"):
        await names.permitted("nowhere.invalid", 80, Egress())
    names.close()


async def test_names_are_looked_up_apart_from_other_work() -> None:
    """Threads that the whole process shares would be held up by a name server that is silent."""
    names = Names()
    seen: list[str] = []
    real = socket.getaddrinfo

    def note(*arguments: object, **named: object) -> object:
        seen.append(threading.current_thread().name)
        return real(*arguments, **named)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", note)
        await names.look_up("127.0.0.1", 80)
    names.close()
    assert [name.partition("_")[0] for name in seen] == ["names"]
