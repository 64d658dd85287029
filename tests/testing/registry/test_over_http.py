"""The registry over HTTP, in what the conformance suite does not ask: caching, ranges, limits, error bodies."""

import asyncio
import hashlib
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from yarl import URL

from tagwake.testing.registry import EmbeddedRegistry, grammar, manifest
from tagwake.testing.registry.serve_blobs import wanted
from tagwake.testing.registry.upload import Uploads

OCTETS = bytes(range(256)) * 8


@pytest.fixture
async def registry() -> AsyncIterator[EmbeddedRegistry]:
    async with EmbeddedRegistry(page=3, largest_blob=5000) as running:
        yield running


@pytest.fixture
async def client(registry: EmbeddedRegistry) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(registry.url) as session:
        yield session


async def codes_of(response: aiohttp.ClientResponse) -> list[str]:
    assert response.content_type == "application/json"
    return [each["code"] for each in (await response.json())["errors"]]


async def test_a_manifest_has_its_headers_by_tag_and_by_digest(
    registry: EmbeddedRegistry, client: aiohttp.ClientSession
) -> None:
    digest = registry.store.push_index("team/app", tag="1.0", seed="a")
    for reference in ("1.0", digest, digest.replace(":", "%3A")):
        for method in ("HEAD", "GET"):
            url = URL(f"/v2/team/app/manifests/{reference}", encoded=True)
            async with client.request(method, url) as response:
                body = await response.read()
                assert response.status == 200
                assert response.headers["Docker-Content-Digest"] == digest
                assert response.headers["ETag"] == f'"{digest}"'
                assert response.headers["Content-Type"] == manifest.OCI_INDEX
                assert response.headers["Docker-Distribution-API-Version"] == "registry/2.0"
                size = len(registry.store.content("team/app", digest))
                assert int(response.headers["Content-Length"]) == size
                assert len(body) == (0 if method == "HEAD" else size)


@pytest.mark.parametrize("form", ['"{}"', 'W/"{}"', '"x", "{}"', "*"])
async def test_an_unchanged_manifest_or_blob_is_not_sent_again(
    registry: EmbeddedRegistry, client: aiohttp.ClientSession, form: str
) -> None:
    digest = registry.store.push_image("app", tag="1.0")
    blob = registry.store.put_blob("app", b"blob")
    for path, named in (("manifests/1.0", digest), (f"blobs/{blob}", blob)):
        headers = {"If-None-Match": form.format(named)}
        async with client.get(f"/v2/app/{path}", headers=headers) as response:
            assert (response.status, await response.read()) == (304, b"")
        async with client.get(f"/v2/app/{path}", headers={"If-None-Match": '"sha256:old"'}) as response:
            assert response.status == 200


@pytest.mark.parametrize(
    ("target", "status", "code"),
    [
        ("GET /v2/none/manifests/1.0", 404, "NAME_UNKNOWN"),
        ("GET /v2/app/manifests/2.0", 404, "MANIFEST_UNKNOWN"),
        (f"GET /v2/app/blobs/sha256:{'0' * 64}", 404, "BLOB_UNKNOWN"),
        ("GET /v2/app/blobs/uploads/none", 404, "BLOB_UPLOAD_UNKNOWN"),
        ("GET /v2/app/manifests/.x", 400, "TAG_INVALID"),
        ("GET /v2/App/tags/list", 400, "NAME_INVALID"),
        ("GET /v2/none/tags/list", 404, "NAME_UNKNOWN"),
        ("GET /v2/app/tags/list?n=x", 400, "PAGINATION_NUMBER_INVALID"),
        ("GET /v2/app/tags/list?n=-1", 400, "PAGINATION_NUMBER_INVALID"),
        ("GET /elsewhere", 404, "UNSUPPORTED"),
        ("GET /token", 404, "UNSUPPORTED"),
        ("PATCH /v2/app/manifests/1.0", 405, "UNSUPPORTED"),
        ("DELETE /v2/app/manifests/2.0", 404, "MANIFEST_UNKNOWN"),
        (f"DELETE /v2/app/blobs/sha256:{'0' * 64}", 404, "BLOB_UNKNOWN"),
    ],
)
async def test_a_refusal_has_its_status_and_code(
    registry: EmbeddedRegistry, client: aiohttp.ClientSession, target: str, status: int, code: str
) -> None:
    registry.store.push_image("app", tag="1.0")
    async with client.request(*target.split(" ")) as response:
        assert (response.status, await codes_of(response)) == (status, [code])
        if status == 405:
            assert response.headers["Allow"] == "DELETE, GET, HEAD, PUT"


@pytest.mark.parametrize(
    "path", ["/v2/a/../../etc/manifests/x", "/v2/%2e%2e/%2e%2e/manifests/x", "/v2/a/blobs/..%2f.."]
)
async def test_a_path_cannot_walk_a_tree(client: aiohttp.ClientSession, path: str) -> None:
    async with client.get(URL(path, encoded=True)) as response:
        assert response.status in {400, 404}


async def put(client: aiohttp.ClientSession, path: str, body: Any, **headers: str) -> tuple[int, list[str]]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with client.put(path, data=io.BytesIO(content), headers=headers) as response:
        return response.status, [] if response.status == 201 else await codes_of(response)


async def test_what_is_no_manifest_is_not_taken(client: aiohttp.ClientSession) -> None:
    path = "/v2/app/manifests/1.0"
    typed = {"Content-Type": manifest.OCI_IMAGE}
    digest = {"digest": "sha256:" + "1" * 64}
    for body, expected in [
        (b"", (400, ["MANIFEST_INVALID"])),
        (b"[" * 100_000, (400, ["MANIFEST_INVALID"])),
        (b'{"schemaVersion":1}', (400, ["MANIFEST_INVALID"])),
        (b'{"schemaVersion":2,"layers":[{"digest":"x"}]}', (400, ["DIGEST_INVALID"])),
        ({"schemaVersion": 2, "mediaType": manifest.OCI_INDEX}, (400, ["MANIFEST_INVALID"])),
        ({"schemaVersion": 2, "layers": [digest]}, (404, ["MANIFEST_BLOB_UNKNOWN"])),
        ({"schemaVersion": 2, "manifests": [digest]}, (404, ["MANIFEST_BLOB_UNKNOWN"])),
        (b" " * (manifest.LARGEST + 1), (413, ["SIZE_INVALID"])),
        ({"schemaVersion": 2}, (201, [])),
        ({"schemaVersion": 2, "layers": [{**digest, "urls": ["https://x.example"]}]}, (201, [])),
        ({"schemaVersion": 2, "subject": digest}, (201, [])),
    ]:
        assert await put(client, path, body, **typed) == expected, body
    assert await put(client, f"/v2/app/manifests/sha256:{'0' * 64}", {"schemaVersion": 2}) == (
        400,
        ["DIGEST_INVALID"],
    )


async def test_the_largest_manifest_is_taken(client: aiohttp.ClientSession) -> None:
    start = b'{"schemaVersion":2,"x":"'
    body = start + b"x" * (manifest.LARGEST - len(start) - 2) + b'"}'
    assert len(body) == manifest.LARGEST
    assert await put(client, "/v2/app/manifests/big", body) == (201, [])
    async with client.get("/v2/app/manifests/big") as response:
        assert await response.read() == body


@pytest.mark.parametrize(
    ("header", "span"),
    [
        (None, None),
        ("bytes=0-0", (0, 1)),
        ("bytes=5-", (5, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-30", (0, 10)),
        ("bytes=8-99", (8, 10)),
        ("bytes=-", None),
        ("bytes=0-1,3-4", None),
        ("lines=1-2", None),
    ],
)
def test_a_range_is_read_as_http_reads_it(header: str | None, span: tuple[int, int] | None) -> None:
    assert wanted(header, 10) == span


async def test_a_range_that_is_not_there_is_refused(
    registry: EmbeddedRegistry, client: aiohttp.ClientSession
) -> None:
    blob = registry.store.put_blob("app", OCTETS)
    for header in ("bytes=2048-", "bytes=5-4", "bytes=-0"):
        async with client.get(f"/v2/app/blobs/{blob}", headers={"Range": header}) as response:
            assert response.status == 416
            assert response.headers["Content-Range"] == "bytes */2048"
    async with client.get(f"/v2/app/blobs/{blob}", headers={"Range": "bytes=100-199"}) as response:
        assert (response.status, await response.read()) == (206, OCTETS[100:200])
        assert response.headers["Content-Range"] == "bytes 100-199/2048"


async def start_upload(client: aiohttp.ClientSession) -> str:
    async with client.post("/v2/app/blobs/uploads/") as response:
        assert response.status == 202
        return response.headers["Location"]


async def test_a_chunk_must_begin_where_the_last_one_ended(client: aiohttp.ClientSession) -> None:
    location = await start_upload(client)
    for header, status in [
        ("0-9", 202),
        ("0-9", 416),
        ("11-20", 416),
        ("10-18", 400),
        ("x", 416),
        ("10-19", 202),
    ]:
        async with client.patch(location, data=b"x" * 10, headers={"Content-Range": header}) as response:
            assert response.status == status, header
    async with client.get(location) as response:
        assert (response.status, response.headers["Range"]) == (204, "0-19")
    digest = f"sha512:{hashlib.sha512(b'x' * 20).hexdigest()}"
    async with client.put(location, params={"digest": digest}) as response:
        assert (response.status, response.headers["Docker-Content-Digest"]) == (201, digest)
    async with client.get(location) as response:
        assert response.status == 404


async def test_an_upload_is_over_when_it_is_cancelled_too_large_or_wrong(
    registry: EmbeddedRegistry, client: aiohttp.ClientSession
) -> None:
    wrong = {"digest": grammar.digest_of(b"other")}
    location = await start_upload(client)
    async with client.delete(location) as response:
        assert response.status == 204
    async with client.get(location) as response:
        assert response.status == 404
    location = await start_upload(client)
    async with client.patch(location, data=b"x" * 5001) as response:
        assert (response.status, await codes_of(response)) == (413, ["SIZE_INVALID"])
    location = await start_upload(client)
    async with client.put(location, params=wrong, data=b"x") as response:
        assert (response.status, await codes_of(response)) == (400, ["DIGEST_INVALID"])
    async with client.get(location) as response:
        assert response.status == 404
    async with client.post("/v2/app/blobs/uploads/", params=wrong, data=b"x") as response:
        assert response.status == 400
    assert registry.store.repositories() == []


async def test_two_requests_do_not_write_to_one_upload_at_once(client: aiohttp.ClientSession) -> None:
    location = await start_upload(client)
    started, go_on = asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield b"first"
        started.set()
        await go_on.wait()
        yield b"last"

    first = asyncio.create_task(client.patch(location, data=slowly()))
    await started.wait()
    while True:  # until the first request's bytes have come
        async with client.get(location) as response:
            if response.headers["Range"] == "0-4":
                break
    async with client.patch(location, data=b"x") as second:
        assert second.status == 409
    go_on.set()
    async with await first as response:
        assert (response.status, response.headers["Range"]) == (202, "0-8")


async def test_too_many_uploads_end_the_oldest(registry: EmbeddedRegistry) -> None:
    uploads = Uploads(registry.store, 2)
    first, second, third = (uploads.start("app") for _ in range(3))
    assert uploads.get("app", second.id) is second
    assert uploads.get("app", third.id) is third
    with pytest.raises(Exception, match="no such upload"):
        uploads.get("app", first.id)
    with pytest.raises(Exception, match="no such upload"):
        uploads.get("other", third.id)


async def test_a_client_that_waits_for_leave_gets_it(registry: EmbeddedRegistry) -> None:
    reader, writer = await asyncio.open_connection(*registry.host.split(":"))
    digest = grammar.digest_of(b"body")
    head = f"POST /v2/app/blobs/uploads/?digest={digest} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
    writer.write(f"{head}Expect: 100-continue\r\n\r\n".encode())
    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(b"body")
    assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 201 ")
    writer.close()
    await writer.wait_closed()


async def pages(client: aiohttp.ClientSession, path: str, key: str) -> list[list[Any]]:
    found, link = [], path
    while link:
        async with client.get(URL(link, encoded=True)) as response:
            assert response.status == 200
            found.append((await response.json())[key])
            header = response.headers.get("Link", "")
            assert header == "" or header.endswith('>; rel="next"')
            link = header.removeprefix("<").removesuffix('>; rel="next"')
    return found


async def test_lists_come_in_pages(registry: EmbeddedRegistry, client: aiohttp.ClientSession) -> None:
    for tag in ("b", "a", "B", "10", "9"):
        registry.store.push_image("app", tag=tag)
    assert await pages(client, "/v2/app/tags/list", "tags") == [["10", "9", "B"], ["a", "b"]]
    assert await pages(client, "/v2/app/tags/list?n=4", "tags") == [["10", "9", "B"], ["a", "b"]]
    assert await pages(client, "/v2/app/tags/list?n=2", "tags") == [["10", "9"], ["B", "a"], ["b"]]
    assert await pages(client, "/v2/app/tags/list?n=0", "tags") == [[]]
    assert await pages(client, "/v2/app/tags/list?last=B", "tags") == [["a", "b"]]
    for name in ("z", "y/x", "b"):
        registry.store.push_image(name)
    assert await pages(client, "/v2/_catalog", "repositories") == [["app", "b", "y/x"], ["z"]]


async def test_referrers_are_described_filtered_and_paged(
    registry: EmbeddedRegistry, client: aiohttp.ClientSession
) -> None:
    image = registry.store.push_image("app", tag="1.0")
    made = {
        registry.store.push_artifact(
            "app", f"{n}".encode(), artifact_type=kind, subject=image, annotations={"n": f"{n}"}
        ): (kind, n)
        for n, kind in enumerate(["test/sbom"] * 5 + ["test/sig"])
    }
    path = f"/v2/app/referrers/{image}"
    listed = [each for page in await pages(client, path, "manifests") for each in page]
    assert {each["digest"]: (each["artifactType"], int(each["annotations"]["n"])) for each in listed} == made
    filtered = await pages(client, f"{path}?artifactType=test/sbom", "manifests")
    assert [len(page) for page in filtered] == [3, 2]
    async with client.get(f"{path}?artifactType=none/x") as response:
        assert response.headers["OCI-Filters-Applied"] == "artifactType"
        assert response.content_type == manifest.OCI_INDEX
        assert (await response.json())["manifests"] == []
    registry.store.delete("app", next(iter(made)))
    assert sum(len(page) for page in await pages(client, path, "manifests")) == 5


async def test_a_missing_source_of_a_mount_begins_an_upload(
    registry: EmbeddedRegistry, client: aiohttp.ClientSession
) -> None:
    blob = registry.store.put_blob("one", b"blob")
    for parameters, status in [
        ({"mount": blob, "from": "two"}, 202),
        ({"mount": grammar.digest_of(b"other")}, 202),
        ({"mount": blob, "from": "one"}, 201),
        ({"mount": blob, "from": "../one"}, 400),
        ({"mount": "x"}, 400),
    ]:
        async with client.post("/v2/app/blobs/uploads/", params=parameters) as response:
            assert response.status == status, parameters


async def test_a_large_blob_goes_through_a_folder_in_pieces(tmp_path: Any) -> None:
    content = hashlib.shake_256(b"seed").digest(3_000_000)
    digest = grammar.digest_of(content)
    async with EmbeddedRegistry(tmp_path) as registry, aiohttp.ClientSession(registry.url) as client:
        async with client.post(
            "/v2/app/blobs/uploads/", params={"digest": digest}, data=io.BytesIO(content)
        ) as response:
            assert response.status == 201
        async with client.get(f"/v2/app/blobs/{digest}") as response:
            assert await response.read() == content
        async with client.get(
            f"/v2/app/blobs/{digest}", headers={"Range": "bytes=1000000-1999999"}
        ) as response:
            assert await response.read() == content[1_000_000:2_000_000]


async def test_what_came_before_a_connection_broke_is_kept(
    client: aiohttp.ClientSession, registry: EmbeddedRegistry
) -> None:
    location = await start_upload(client)
    _, writer = await asyncio.open_connection(*registry.host.split(":"))
    writer.write(f"PATCH {location} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf".encode())
    while True:
        async with client.get(location) as response:
            if response.headers["Range"] == "0-3":
                break
    writer.close()
    await writer.wait_closed()
    status = 409  # until the registry has seen that the first is gone
    while status == 409:
        async with client.patch(location, data=b" rest", headers={"Content-Range": "4-8"}) as response:
            status = response.status
    assert status == 202
    async with client.put(location, params={"digest": grammar.digest_of(b"half rest")}) as response:
        assert response.status == 201


async def test_a_full_disk_is_said(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    async with EmbeddedRegistry(tmp_path) as registry, aiohttp.ClientSession(registry.url) as client:
        with monkeypatch.context() as patch:
            patch.setattr("tagwake.testing.registry.journal.os.fsync", fail)
            async with client.put("/v2/app/manifests/1", data=b'{"schemaVersion":2}') as response:
                assert (response.status, await codes_of(response)) == (500, ["UNKNOWN"])
                assert "No space left" in (await response.json())["errors"][0]["message"]
            digest = grammar.digest_of(b"blob")
            async with client.post(
                "/v2/app/blobs/uploads/", params={"digest": digest}, data=b"blob"
            ) as response:
                assert (response.status, await codes_of(response)) == (500, ["UNKNOWN"])
        assert not list(tmp_path.glob("drafts/*"))
        async with client.put("/v2/app/manifests/1", data=b'{"schemaVersion":2}') as response:
            assert response.status == 201
