"""The JSON document of ``digest``."""

import json

import jsonschema
from tests.formats.report.made import OLD

from tagwake.core.manifest import INDEX_TYPES, Descriptor
from tagwake.core.reference import Reference
from tagwake.core.resolution import Failure, Unresolved
from tagwake.formats.report.json_digest import digest_document
from tagwake.formats.report.schemas import schemas

DEBIAN = Reference.parse("debian:12")


def read(found):
    document = json.loads(digest_document(DEBIAN, found))
    jsonschema.Draft202012Validator(schemas()["digest"]).validate(document)
    return document


def test_a_digest_that_was_found():
    assert read(Descriptor(OLD, INDEX_TYPES[0], 1234)) == {
        "schema": "tagwake/digest/1",
        "text": "debian:12",
        "registry": "docker.io",
        "repository": "library/debian",
        "tag": "12",
        "digest": str(OLD),
        "media_type": INDEX_TYPES[0],
        "size": 1234,
        "reason": "",
    }


def test_one_that_was_not():
    document = read(Unresolved(Failure.TIMEOUT, "no answer within 30 s"))
    assert (document["digest"], document["media_type"], document["size"]) == (None, None, None)
    assert document["reason"] == "no answer within 30 s"
