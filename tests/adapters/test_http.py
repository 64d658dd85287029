"""The one module that speaks HTTP, against servers that do what they should not."""

import asyncio
import base64
import re
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp import TCPConnector, web
from hypothesis import given
from hypothesis import strategies as st
from tests.adapters.scripted import FakeTime, Scripted, ok, proxying, serving, speaking
from tests.servers import PrivateAuthority
from yarl import URL

from tagwake.adapters.http import HEADERS, MAX_REDIRECTS, Answer, Http, Request, host_of, open_http, read_url
from tagwake.core.egress import Egress
from tagwake.core.patience import Patience
from tagwake.core.resolution import Failure, Unresolved

SECRET = "s3cret-and-then-some"
AUTHORIZATION = {**HEADERS, "Authorization": f"Basic {SECRET}"}


def asking(
    host: str, path: str = "/v2/", *, scheme: str = "http", headers: Mapping[str, str] = HEADERS, **more: Any
) -> Request:
    return Request(host, URL(f"{scheme}://{host}{path}"), headers, **{"limit": 100, **more})


async def ask_once(
    request: Request,
    environment: Mapping[str, str] | None = None,
    patience: Patience | None = None,
    time: FakeTime | None = None,
) -> Answer | Unresolved:
    async with open_http(environment or {}, patience or Patience(), (time or FakeTime()).timing) as http:
        return await http.ask(request)


def told(answer: Answer | Unresolved, failure: Failure) -> str:
    assert isinstance(answer, Unresolved), answer
    assert answer.failure is failure
    assert "\n" not in answer.reason
    assert SECRET not in repr(answer)
    return answer.reason


def status(answer: Answer | Unresolved) -> int:
    assert isinstance(answer, Answer), answer
    return answer.status


class Statuses:
    """Answers with each status in turn, then with 200."""

    def __init__(self, *statuses: int, **headers: str) -> None:
        self.left = list(statuses)
        self.headers = {name.replace("_", "-"): text for name, text in headers.items()}

    async def __call__(self, _request: web.BaseRequest) -> web.StreamResponse:
        if self.left:
            return web.Response(status=self.left.pop(0), headers=self.headers)
        return web.Response(text="fine")


async def test_an_answer_has_status_headers_and_body() -> None:
    async with serving(ok) as server:
        answer = await ask_once(asking(server.host))
    assert isinstance(answer, Answer)
    assert (answer.status, answer.body) == (200, b"fine")
    assert answer.headers["content-type"].startswith("text/plain")
    assert re.fullmatch(r"tagwake/\d+\.\d+\S*", server.sent("User-Agent")[0] or "")
    assert server.sent("Accept-Encoding") == ["identity"]


@pytest.mark.parametrize("code", [500, 502, 503, 504])
async def test_a_server_that_fails_is_asked_again_with_growing_waits(code: int) -> None:
    time = FakeTime()
    async with serving(Statuses(code, code)) as server:
        assert status(await ask_once(asking(server.host), time=time)) == 200
    assert time.slept == [0.25, 0.5]
    assert len(server.requests) == 3


async def test_patience_ends() -> None:
    async with serving(Statuses(*[503] * 9)) as server:
        assert status(await ask_once(asking(server.host))) == 503
    assert len(server.requests) == 4


@pytest.mark.parametrize("code", [400, 401, 403, 404, 405, 410, 501])
async def test_what_will_not_change_is_asked_once(code: int) -> None:
    async with serving(Statuses(code)) as server:
        assert status(await ask_once(asking(server.host))) == code
    assert len(server.requests) == 1


@pytest.mark.parametrize("asked", ["7", "Thu, 01 Jan 2026 00:00:07 GMT"])
async def test_a_wish_to_be_left_alone_is_obeyed(asked: str) -> None:
    time = FakeTime()
    headers = {"Retry_After": asked, "Date": "Thu, 01 Jan 2026 00:00:00 GMT"}
    async with serving(Statuses(429, **headers)) as server:
        assert status(await ask_once(asking(server.host), time=time)) == 200
    assert sum(time.slept) >= 7


async def test_all_requests_to_the_host_rest_and_then_go_slowly() -> None:
    time = FakeTime()
    async with (
        serving(Statuses(429, Retry_After="5")) as server,
        open_http({}, Patience(), time.timing) as http,
    ):
        await http.ask(asking(server.host, "/1"))
        before = time.seconds
        await asyncio.gather(*(http.ask(asking(server.host, f"/{n}")) for n in range(2, 5)))
        assert time.seconds > before >= 5


async def test_a_host_that_wants_rest_for_too_long_is_not_asked_again() -> None:
    time = FakeTime()
    async with (
        serving(Statuses(429, 429, Retry_After="3600")) as server,
        open_http({}, Patience(), time.timing) as http,
    ):
        first, second = await http.ask(asking(server.host, "/1")), await http.ask(asking(server.host, "/2"))
        assert status(first) == status(second) == 429
        assert isinstance(second, Answer)
        assert second.rest == 3600
        assert len(server.requests) == 1
        assert time.slept == []
        time.seconds += 3601
        assert status(await http.ask(asking(server.host, "/3"))) == 429
        assert len(server.requests) == 2


@pytest.mark.parametrize("is_chunked", [True, False])
async def test_a_body_that_is_too_long_is_no_answer(is_chunked: bool) -> None:
    async def long(request: web.BaseRequest) -> web.StreamResponse:
        if not is_chunked:
            return web.Response(body=b"x" * 101)
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"x" * 101)
        return response

    async with serving(long) as server:
        reason = told(await ask_once(asking(server.host)), Failure.GARBAGE)
        assert "more than 100 bytes" in reason
        assert server.host in reason
        assert status(await ask_once(asking(server.host, limit=101))) == 200


async def test_a_header_that_is_too_long_is_no_answer() -> None:
    async with serving(Statuses(200, X_Long="x" * 20_000)) as server:
        told(await ask_once(asking(server.host)), Failure.GARBAGE)


@pytest.mark.parametrize("words", [b"SSH-2.0-OpenSSH_9.9\r\n", b"\x00\x01\x02", b"HTTP/1.1 abc\r\n\r\n"])
async def test_what_speaks_no_http_is_garbage(words: bytes) -> None:
    async with speaking(words) as host:
        assert host in told(await ask_once(asking(host)), Failure.GARBAGE)


async def test_a_server_that_hangs_is_given_up() -> None:
    async def hang(_request: web.BaseRequest) -> web.StreamResponse:
        await asyncio.sleep(3600)
        raise AssertionError

    async with serving(hang) as server:
        reason = told(await ask_once(asking(server.host), patience=Patience(attempt=0.1)), Failure.TIMEOUT)
        assert len(server.requests) == 2
    assert f"no answer from {server.host} in 0.1 s" in reason


async def test_a_connection_that_breaks_is_tried_again() -> None:
    async def drop_twice(request: web.BaseRequest) -> web.StreamResponse:
        if len(server.requests) <= 4:  # the client itself tries a kept connection twice
            assert request.transport is not None
            request.transport.abort()
        return web.Response(text="fine")

    async with serving(drop_twice) as server:
        assert status(await ask_once(asking(server.host))) == 200


async def test_a_body_that_ends_in_the_middle_is_tried_again() -> None:
    async with speaking(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf") as host:
        assert host in told(await ask_once(asking(host)), Failure.CONNECTION)


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_a_closed_port_refuses() -> None:
    host = f"127.0.0.1:{unused_port()}"
    assert told(await ask_once(asking(host)), Failure.CONNECTION).startswith(f"{host} refuses the connection")


async def test_a_name_that_does_not_exist() -> None:
    reason = told(await ask_once(asking("registry.invalid:5000")), Failure.DNS)
    assert reason.startswith("the name registry.invalid cannot be looked up")


async def test_those_who_wait_for_a_host_that_never_speaks_need_not_all_wait() -> None:
    time = FakeTime()
    host = f"127.0.0.1:{unused_port()}"
    async with open_http({}, Patience(), time.timing) as http:
        answers = await asyncio.gather(*(http.ask(asking(host, concurrency=1)) for _ in range(5)))
    assert {told(answer, Failure.CONNECTION) for answer in answers} == {
        f"{host} refuses the connection: check that the registry runs there"
    }
    assert len(time.slept) == 3


async def test_a_question_that_leads_astray_says_nothing_of_the_others() -> None:
    gone = f"127.0.0.1:{unused_port()}"

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        target = {"/astray": f"http://{gone}/x", "/away": "http://registry.example/x"}.get(request.path)
        return web.Response(status=307, headers={"Location": target}) if target else web.Response()

    async with serving(answer) as server, open_http({}, Patience(), FakeTime().timing) as http:
        reason = told(await http.ask(asking(server.host, "/astray")), Failure.CONNECTION)
        assert f"{gone} (to which {server.host} leads) refuses the connection" in reason
        told(await http.ask(asking(server.host, "/away")), Failure.TLS)
        assert status(await http.ask(asking(server.host, "/fine"))) == 200


async def test_a_host_gets_no_more_at_once_than_it_may() -> None:
    async def slow(_request: web.BaseRequest) -> web.StreamResponse:
        await asyncio.sleep(0.01)
        return web.Response()

    async with serving(slow) as server, open_http({}, Patience(), FakeTime().timing) as http:
        await asyncio.gather(*(http.ask(asking(server.host, f"/{n}", concurrency=3)) for n in range(20)))
    assert server.busiest == 3


def redirecting(*targets: str, code: int = 307) -> Statuses:
    class Redirects(Statuses):
        async def __call__(self, _request: web.BaseRequest) -> web.StreamResponse:
            if not locations:
                return web.Response(text="fine")
            return web.Response(status=code, headers={"Location": locations.pop(0)})

    locations = list(targets)
    return Redirects()


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
async def test_a_redirect_on_the_same_host_keeps_the_login(code: int) -> None:
    async with serving(redirecting("/elsewhere?x=%2F", code=code)) as server:
        assert status(await ask_once(asking(server.host, headers=AUTHORIZATION))) == 200
    assert [
        request.raw_path if isinstance(request, web.Request) else request.path_qs
        for request in server.requests
    ] == [
        "/v2/",
        "/elsewhere?x=%2F",
    ]
    assert server.sent("Authorization") == [f"Basic {SECRET}"] * 2


async def test_a_redirect_to_another_host_loses_the_login() -> None:
    async with serving(ok) as other, serving(redirecting(f"http://user:pw@{other.host}/x")) as server:
        assert status(await ask_once(asking(server.host, headers=AUTHORIZATION))) == 200
    assert server.sent("Authorization") == [f"Basic {SECRET}"]
    assert other.sent("Authorization") == [None]


async def test_the_login_does_not_come_back_after_another_host() -> None:
    async with serving(ok) as last:
        async with serving(redirecting(f"http://{last.host}/x", f"http://{last.host}/y")) as server:
            assert status(await ask_once(asking(server.host, headers=AUTHORIZATION))) == 200
        assert last.sent("Authorization") == [None]


async def test_redirects_end() -> None:
    async with serving(redirecting(*["/x"] * 50)) as server:
        reason = told(await ask_once(asking(server.host)), Failure.GARBAGE)
    assert f"redirects more than {MAX_REDIRECTS} times" in reason
    assert len(server.requests) == MAX_REDIRECTS + 1


@pytest.mark.parametrize("target", ["http://registry.example/x", "ftp://127.0.0.1/x"])
async def test_a_redirect_away_from_here_is_not_followed_without_tls(target: str) -> None:
    async with serving(redirecting(target)) as server:
        assert "refused" in told(await ask_once(asking(server.host)), Failure.TLS)


@pytest.mark.parametrize("target", ["http://[", "file:///etc/passwd"])
async def test_a_redirect_to_no_url(target: str) -> None:
    async with serving(redirecting(target)) as server:
        told(await ask_once(asking(server.host)), Failure.GARBAGE)


async def test_a_redirect_to_nowhere() -> None:
    async with serving(Statuses(302)) as server:
        assert "redirects to nowhere" in told(await ask_once(asking(server.host)), Failure.GARBAGE)


async def test_tls_is_never_left(private_authority: PrivateAuthority) -> None:
    async with serving(ok) as plain:
        target = f"http://{plain.host}/x"
        async with serving(redirecting(target), private_authority.server_context()) as server:
            request = asking(server.host, scheme="https", ca=str(private_authority.ca))
            assert "refused" in told(await ask_once(request), Failure.TLS)
        assert plain.requests == []


class TestTls:
    async def test_an_authority_that_nobody_knows_is_not_trusted(
        self, private_authority: PrivateAuthority
    ) -> None:
        async with serving(ok, private_authority.server_context()) as server:
            reason = told(await ask_once(asking(server.host, scheme="https")), Failure.TLS)
        assert f"the certificate of {server.host} is not trusted" in reason
        assert "`ca`" in reason
        assert len(server.requests) == 0

    async def test_the_rules_authority_is_trusted(self, private_authority: PrivateAuthority) -> None:
        async with serving(ok, private_authority.server_context()) as server:
            request = asking(server.host, scheme="https", ca=str(private_authority.ca))
            assert status(await ask_once(request)) == 200

    async def test_the_environments_authority_is_trusted(self, private_authority: PrivateAuthority) -> None:
        environment = {"SSL_CERT_FILE": str(private_authority.ca)}
        async with serving(ok, private_authority.server_context()) as server:
            assert status(await ask_once(asking(server.host, scheme="https"), environment)) == 200

    async def test_a_certificate_of_another_name_is_not_trusted(self, tmp_path: Path) -> None:
        authority = authority_for(tmp_path, "registry.example")
        async with serving(ok, authority.server_context()) as server:
            request = asking(server.host, scheme="https", ca=str(authority.ca))
            assert server.host in told(await ask_once(request), Failure.TLS)
            assert server.requests == []

    @pytest.mark.parametrize("content", [None, b"no certificate"])
    async def test_authorities_that_cannot_be_read(self, content: bytes | None, tmp_path: Path) -> None:
        file = tmp_path / "ca.pem"
        if content is not None:
            file.write_bytes(content)
        host = "127.0.0.1:1"
        by_rule = told(await ask_once(asking(host, scheme="https", ca=str(file))), Failure.TLS)
        by_name = told(
            await ask_once(asking(host, scheme="https"), {"SSL_CERT_FILE": str(file)}), Failure.TLS
        )
        assert str(file) in by_rule
        assert "SSL_CERT_FILE" in by_name

    async def test_a_server_without_tls_says_what_to_set(self) -> None:
        async with serving(ok) as server:
            reason = told(await ask_once(asking(server.host, scheme="https")), Failure.TLS)
        assert "plain_http = true" in reason

    async def test_a_port_of_this_machine_is_spoken_to_as_it_speaks(
        self, private_authority: PrivateAuthority
    ) -> None:
        async with (
            serving(ok) as plain,
            serving(ok, private_authority.server_context()) as secure,
            open_http({}, Patience(), FakeTime().timing) as http,
        ):
            assert await http.scheme_of(plain.host, plain_http=False, ca=None) == "http"
            assert await http.scheme_of(secure.host, plain_http=False, ca=None) == "https"
            assert await http.scheme_of(secure.host, plain_http=True, ca=None) == "http"
            assert await http.scheme_of(plain.host, plain_http=False, ca="ca.pem") == "https"
            assert await http.scheme_of("registry.example", plain_http=False, ca=None) == "https"
            assert await http.scheme_of("registry.example", plain_http=True, ca=None) == "http"


class TestProxy:
    async def test_tls_goes_through_connect(self, tmp_path: Path) -> None:
        authority = authority_for(tmp_path, "registry.example")
        async with serving(ok, authority.server_context()) as server, proxying(server.port) as proxy:
            request = asking("registry.example", scheme="https", ca=str(authority.ca), headers=AUTHORIZATION)
            url = proxy.url.replace("//", f"//user:{SECRET}@")
            assert status(await ask_once(request, {"HTTPS_PROXY": url})) == 200
        head = proxy.heads[0]
        assert head.startswith("CONNECT registry.example:443 ")
        login = base64.b64encode(f"user:{SECRET}".encode()).decode()
        assert f"Proxy-Authorization: Basic {login}" in head
        assert server.sent("Proxy-Authorization") == [None]
        assert server.sent("Authorization") == [f"Basic {SECRET}"]

    async def test_plain_http_goes_by_the_whole_url(self) -> None:
        async with serving(ok) as server, proxying(server.port) as proxy:
            url = proxy.url.replace("//", f"//user:{SECRET}@")
            assert status(await ask_once(asking("registry.example"), {"HTTP_PROXY": url})) == 200
        assert proxy.heads[0].startswith("GET http://registry.example/v2/ ")
        assert "Proxy-Authorization: Basic " in proxy.heads[0]

    async def test_exempt_hosts_go_without(self) -> None:
        async with serving(ok) as server, proxying(server.port) as proxy:
            environment = {"HTTP_PROXY": proxy.url, "NO_PROXY": ".invalid"}
            told(await ask_once(asking("registry.invalid"), environment), Failure.DNS)
            assert status(await ask_once(asking(server.host), environment)) == 200
        assert proxy.heads == []

    async def test_a_proxy_that_refuses(self) -> None:
        answer = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
        async with proxying(1, answer) as proxy:
            environment = {"HTTPS_PROXY": proxy.url.replace("//", f"//user:{SECRET}@")}
            reason = told(
                await ask_once(asking("registry.example", scheme="https"), environment), Failure.CONNECTION
            )
        assert "407" in reason
        assert "HTTPS_PROXY" in reason

    async def test_a_proxy_that_is_not_there(self) -> None:
        environment = {"HTTPS_PROXY": f"http://user:{SECRET}@127.0.0.1:{unused_port()}"}
        reason = told(
            await ask_once(asking("registry.example", scheme="https"), environment), Failure.CONNECTION
        )
        assert "proxy" in reason

    async def test_a_proxy_that_we_do_not_speak(self) -> None:
        environment = {"HTTPS_PROXY": f"socks5://user:{SECRET}@127.0.0.1:1"}
        reason = told(
            await ask_once(asking("registry.example", scheme="https"), environment), Failure.CONNECTION
        )
        assert "socks5" in reason


def authority_for(folder: Path, name: str) -> PrivateAuthority:
    import trustme

    authority = trustme.CA()
    issued = authority.issue_cert(name)
    made = PrivateAuthority(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    authority.cert_pem.write_to_path(made.ca)
    issued.private_key_pem.write_to_path(made.key)
    made.certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    return made


class TestGuard:
    async def test_a_guarded_request_reaches_no_private_address(self) -> None:
        async with serving(ok) as server:
            for host in (server.host, f"localhost:{server.port}"):
                reason = told(await ask_once(asking(host, guarded=True)), Failure.CONNECTION)
                assert "private address" in reason
            assert server.requests == []

    async def test_a_guarded_request_through_a_proxy_names_no_private_address(self) -> None:
        async with serving(ok) as server, proxying(server.port) as proxy:
            reason = told(
                await ask_once(asking("10.0.0.1", guarded=True), {"HTTP_PROXY": proxy.url}),
                Failure.CONNECTION,
            )
            assert "private address" in reason
            assert proxy.heads == []
            answer = await ask_once(asking("public.example", guarded=True), {"HTTP_PROXY": proxy.url})
            assert status(answer) == 200

    async def test_a_host_is_private_by_its_addresses(self) -> None:
        async with open_http({}, Patience(), FakeTime().timing) as http:
            assert await http.is_private("127.0.0.1:5000")
            assert await http.is_private("localhost")
            assert await http.is_private("[::1]:5000")
            assert not await http.is_private("nowhere.invalid")


LOCAL = Egress.of(("127.0.0.1",))


async def ask_by_rule(
    request: Request, egress: Egress, environment: Mapping[str, str] | None = None
) -> Answer | Unresolved:
    async with open_http(environment or {}, Patience(), FakeTime().timing, egress) as http:
        return await http.ask_once(request)


def lead(monkeypatch: pytest.MonkeyPatch, **names: str) -> dict[str, str]:
    """Make names lead to IPv4 addresses; what is returned may be changed."""
    real = socket.getaddrinfo

    def look_up(host: str, port: int, *more: Any, **named: Any) -> Any:
        if host in names:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (names[host], port))]
        return real(host, port, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return names


class TestEgress:
    """With the operator's rule every request is guarded, whoever chose its target."""

    @pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"])
    async def test_this_machine_is_refused(self, name: str) -> None:
        async with serving(ok) as server:
            host = f"{name}:{server.port}"
            reason = told(await ask_by_rule(asking(host), Egress()), Failure.CONNECTION)
            assert server.requests == []
        assert reason == f"{host} is on a private address: name it in `allow` of [egress], if it is yours"

    @pytest.mark.parametrize("name", ["127.1", "2130706433", "0x7f.1", "0177.0.0.1"])
    async def test_no_old_spelling_of_its_address_gets_through(
        self, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        lead(monkeypatch, **{name: "127.0.0.1"})  # as every C library does
        async with serving(ok) as server, proxying(server.port) as proxy:
            for egress in (Egress(), Egress.of((), proxy.url)):
                request = asking(f"{name}:{server.port}")
                assert isinstance(await ask_by_rule(request, egress), Unresolved)
            assert server.requests == proxy.heads == []

    @pytest.mark.parametrize(
        "name",
        ["169.254.169.254", "10.0.0.1", "100.100.100.200", "[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::]"],
    )
    async def test_other_addresses_of_ones_own_are_not_even_tried(self, name: str) -> None:
        """What is tried would fail by the tests' own rule, and otherwise."""
        reason = told(await ask_by_rule(asking(name), LOCAL), Failure.CONNECTION)
        assert "private address" in reason

    async def test_the_operator_allows_one_port_of_this_machine(self) -> None:
        async with serving(ok) as server, serving(ok) as other:
            egress = Egress.of((f"127.0.0.1:{server.port}",))
            assert status(await ask_by_rule(asking(server.host), egress)) == 200
            assert status(await ask_by_rule(asking(f"localhost:{server.port}"), egress)) == 200
            assert "private" in told(await ask_by_rule(asking(other.host), egress), Failure.CONNECTION)
            assert other.requests == []

    async def test_a_name_that_leads_elsewhere_the_next_time_is_refused(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """DNS rebinding: what was good at one attempt is looked at again at the next."""
        leads_to = lead(monkeypatch, **{"hooks.test": "127.0.0.1"})

        async def close(_request: web.BaseRequest) -> web.StreamResponse:
            return web.Response(headers={"Connection": "close"})

        async with serving(close) as server, open_http({}, Patience(), FakeTime().timing, LOCAL) as http:
            request = asking(f"hooks.test:{server.port}")
            assert status(await http.ask_once(request)) == 200
            assert http._guarded is not None
            assert isinstance(http._guarded.connector, TCPConnector)
            http._guarded.connector.clear_dns_cache()  # as it does by itself after ten seconds
            leads_to["hooks.test"] = "127.0.0.2"
            assert "private address" in told(await http.ask_once(request), Failure.CONNECTION)
            assert len(server.requests) == 1

    async def test_a_redirect_is_looked_at_as_well(self) -> None:
        async with serving(ok) as inner:
            async with serving(redirecting(f"http://localhost:{inner.port}/")) as server:
                egress = Egress.of((f"127.0.0.1:{server.port}",))
                answer = await ask_by_rule(asking(server.host), egress)
            assert "private address" in told(answer, Failure.CONNECTION)
            assert inner.requests == []

    async def test_not_even_a_port_of_this_machine_is_probed(self) -> None:
        """To find out whether it speaks TLS."""
        heard = asyncio.Event()

        async def hear(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            heard.set()
            writer.close()

        async with await asyncio.start_server(hear, "127.0.0.1", 0) as server:
            host = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
            for egress, scheme in ((Egress(), "https"), (LOCAL, "http")):
                assert not heard.is_set()
                async with open_http({}, Patience(), FakeTime().timing, egress) as http:
                    assert await http.scheme_of(host, plain_http=False, ca=None) == scheme
            assert heard.is_set()

    async def test_the_environments_proxies_are_not_asked(self) -> None:
        async with serving(ok) as server, proxying(server.port) as proxy:
            environment = {"HTTP_PROXY": proxy.url, "HTTPS_PROXY": proxy.url}
            assert "private" in told(
                await ask_by_rule(asking("127.0.0.2"), LOCAL, environment), Failure.CONNECTION
            )
            assert status(await ask_by_rule(asking(server.host), LOCAL, environment)) == 200
            assert proxy.heads == []

    async def test_the_operators_proxy_is_asked_for_the_address_that_was_checked(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with serving(ok) as server, proxying(server.port) as proxy:
            lead(monkeypatch, **{"hooks.test": "1.2.3.4", "localhost": "127.0.0.1"})
            egress = Egress.of((), proxy.url.replace("//", f"//me:{SECRET}@"))
            assert status(await ask_by_rule(asking("hooks.test"), egress)) == 200
            assert "private" in told(await ask_by_rule(asking("localhost"), egress), Failure.CONNECTION)
        assert [head.splitlines()[0] for head in proxy.heads] == ["GET http://1.2.3.4/v2/ HTTP/1.1"]
        assert "Host: hooks.test" in proxy.heads[0]
        login = base64.b64encode(f"me:{SECRET}".encode()).decode()
        assert f"Proxy-Authorization: Basic {login}" in proxy.heads[0]

    async def test_tls_behind_the_operators_proxy_is_that_of_the_name(
        self, monkeypatch: pytest.MonkeyPatch, private_authority: PrivateAuthority
    ) -> None:
        context = private_authority.server_context()
        async with serving(ok, context) as server, proxying(server.port) as proxy:
            lead(monkeypatch, localhost="1.2.3.4")
            request = asking("localhost", scheme="https", ca=str(private_authority.ca))
            assert status(await ask_by_rule(request, Egress.of((), proxy.url))) == 200
        assert [head.splitlines()[0] for head in proxy.heads] == ["CONNECT 1.2.3.4:443 HTTP/1.1"]

    async def test_a_name_that_is_none(self) -> None:
        for egress in (Egress(), Egress.of((), "http://127.0.0.1:1")):
            told(await ask_by_rule(asking("nowhere.invalid"), egress), Failure.DNS)

    async def test_a_proxy_that_is_away_is_the_operators(self) -> None:
        reason = told(
            await ask_by_rule(asking("127.0.0.1"), Egress.of(("127.0.0.1",), "http://127.0.0.1:1")),
            Failure.CONNECTION,
        )
        assert reason == "the proxy for 127.0.0.1 cannot be reached: check `proxy` of [egress]"


async def test_one_attempt_is_one() -> None:
    async with serving(Statuses(503, 503)) as server:
        assert status(await ask_by_rule(asking(server.host), LOCAL)) == 503
        assert len(server.requests) == 1


@pytest.mark.parametrize("is_chunked", [True, False])
async def test_a_body_may_be_cut(is_chunked: bool) -> None:
    async def long(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        if is_chunked:
            response.enable_chunked_encoding()
        else:
            response.content_length = 5_000
        await response.prepare(request)
        await response.write(b"x" * 5_000)
        return response

    async with serving(long) as server:
        answer = await ask_once(asking(server.host, method="POST", body=b"", is_cut=True))
    assert isinstance(answer, Answer)
    assert (answer.status, answer.body) == (200, b"x" * 100)


async def test_silence_is_not_remembered_for_ever() -> None:
    time = FakeTime()
    async with serving(ok) as server:
        port = server.port
    async with open_http({}, Patience(attempts=1), time.timing) as http:
        host = f"127.0.0.1:{port}"
        assert isinstance(await http.ask(asking(host)), Unresolved)
        time.seconds += Patience().question
        async with serving(ok, port=port):
            assert status(await http.ask(asking(host))) == 200


def test_nothing_secret_shows_in_a_request_or_an_answer() -> None:
    request = asking("ghcr.io", headers=AUTHORIZATION, body=SECRET.encode())
    assert SECRET not in repr(request)
    assert isinstance(Http, type)


async def test_a_post_is_not_redirected() -> None:
    async with serving(redirecting("/x")) as server:
        answer = await ask_once(asking(server.host, method="POST", body=b"x=1"))
    assert status(answer) == 307
    assert len(server.requests) == 1
    assert isinstance(server, Scripted)


@given(st.text(max_size=60) | st.text("[]:/@?#.1aht%", max_size=30).map("http://".__add__))
def test_any_text_is_a_url_of_use_or_none(text: str) -> None:
    for base in (None, URL("https://registry.example/v2/")):
        try:
            url = read_url(text, base)
        except ValueError:
            continue
        assert host_of(url)
        assert url.user is None
        assert url.origin()
        assert "@" not in host_of(url)
