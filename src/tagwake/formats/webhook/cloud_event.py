"""A CloudEvent as it comes in, in structured or in binary mode (CloudEvents 1.0.2, HTTP Protocol Binding, section 3)."""

import base64
import binascii
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from tagwake.core.errors import InvalidHook
from tagwake.formats.webhook.body import read_json
from tagwake.formats.webhook.delivery import Delivery
from tagwake.formats.webhook.moment import read_moment


class _Structured(msgspec.Struct):
    type: str
    id: str = ""
    source: str = ""
    subject: str | None = None
    time: str | None = None
    region: str | None = None
    data: msgspec.Raw = msgspec.Raw()
    data_base64: str | None = None


@dataclass(frozen=True, slots=True)
class CloudEvent:
    """Its attributes, and its data as JSON that was not yet read.

    :param region: an extension of Amazon's.
    """

    type: str
    id: str
    source: str
    subject: str
    at: datetime | None
    data: bytes = field(repr=False)
    region: str | None = None


def is_binary(delivery: Delivery) -> bool:
    """Whether the attributes stand in the headers."""
    return "ce-type" in delivery.headers


def read_cloud_event(delivery: Delivery) -> CloudEvent:
    """Read either mode.

    :raises InvalidHook: where it is no CloudEvent with a type.
    """
    if is_binary(delivery):
        header = delivery.headers.get
        return CloudEvent(
            header("ce-type", ""),
            header("ce-id", ""),
            header("ce-source", ""),
            header("ce-subject", ""),
            read_moment(header("ce-time")),
            delivery.body,
            header("ce-region"),
        )
    event = read_json(delivery.body, _Structured)
    return CloudEvent(
        event.type,
        event.id,
        event.source,
        event.subject or "",
        read_moment(event.time),
        _data(event),
        event.region,
    )


def _data(event: _Structured) -> bytes:
    if event.data_base64 is not None:
        return decode_base64(event.data_base64)
    data = bytes(event.data)
    if data.startswith(b'"'):  # JSON inside a string, where a sender took its data for text
        return read_json(data, str).encode()
    return data


def decode_base64(text: str) -> bytes:
    """The bytes.

    :raises InvalidHook: where it is no base64.
    """
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidHook("its data is no base64") from None
