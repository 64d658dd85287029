"""An address to listen on, as it is typed."""

from tagwake.core.errors import InvalidInput


def parse_listen(text: str, example: str = "127.0.0.1:5000") -> tuple[str, int]:
    """Host and port of ``HOST:PORT``, ``[::1]:PORT`` or ``:PORT`` (loopback).

    :param example: a good one, for the message.
    :raises InvalidInput: where it is neither.
    """
    host, colon, port = text.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    well_formed = colon and port.isascii() and port.isdigit() and int(port[:6]) <= 65535
    if not well_formed or (":" in bare and bare == host):
        raise InvalidInput(f"{text!r} is no address to listen on: write HOST:PORT, such as {example}")
    return bare or "127.0.0.1", int(port)
