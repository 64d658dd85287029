"""The one module that speaks HTTP: limits, retries, proxies, TLS, redirects, and errors that show no secret."""

import asyncio
import base64
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address

import aiohttp
from multidict import CIMultiDictProxy
from yarl import URL

from tagwake import __version__
from tagwake.adapters.guard import Names, PrivateAddress, guarded_socket
from tagwake.core.addresses import is_public
from tagwake.core.egress import Egress
from tagwake.core.pace import Pace
from tagwake.core.patience import Patience
from tagwake.core.proxies import Proxies
from tagwake.core.registry_rule import bare_host, is_loopback
from tagwake.core.resolution import Failure, Unresolved
from tagwake.formats.registry.error_body import printable
from tagwake.formats.registry.retry_after import read_date, read_retry_after
from tagwake.ports.timing import Timing

HEADERS: Mapping[str, str] = {"User-Agent": f"tagwake/{__version__}", "Accept-Encoding": "identity"}
"""What every request carries: a digest is that of the bytes as they are stored, so nothing may compress them."""
MAX_REDIRECTS = 5
KEEP_ALIVE = 15.0
"""Seconds that a connection is kept for the next request, as a rule."""
COURTESY = 0.005
"""Seconds between two requests to one host that is not this machine: 200 a second at most."""

_CONNECT_SECONDS = 10.0
_PROBE_SECONDS = 5.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SILENCES = frozenset({Failure.DNS, Failure.CONNECTION, Failure.TLS, Failure.TIMEOUT})
_BUSY = frozenset({429, 500, 502, 503, 504})


@dataclass(slots=True)
class Request:
    """One request; not frozen, because a run makes thousands and freezing doubles what each costs.

    :param host: ``host[:port]``, which messages go by.
    :param url: absolute.
    :param headers: all that are sent, those of :data:`HEADERS` included; ``Authorization`` never follows a redirect to another host.
    :param limit: bytes of the answer's body that are read; a longer one is no answer.
    :param ca: PEM file with authorities to trust beside the system's.
    :param guarded: refuse to connect to an address that is not public.
    :param is_cut: read a body that is too long up to its limit, instead of taking it for no answer.
    :param peer: what is asked, for messages.
    """

    host: str
    url: URL
    headers: Mapping[str, str] = field(repr=False)
    method: str = "GET"
    limit: int = 0
    ca: str | None = None
    concurrency: int = 16
    guarded: bool = False
    body: bytes | None = field(default=None, repr=False)
    is_cut: bool = False
    peer: str = "registry"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered: any status, after redirects and retries; header names in any case."""

    status: int
    headers: CIMultiDictProxy[str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    rest: float | None = None
    """Seconds that the server asks to be left alone (``Retry-After``)."""


@dataclass(frozen=True, slots=True)
class _Broken:
    """An attempt without an answer.

    :param may_pass: another one could go better.
    :param is_silence: the host that was asked could not be spoken to at all, whatever the question.
    """

    why: Unresolved
    may_pass: bool = False
    is_silence: bool = False


class _Host:
    """What one host has taught so far in this run."""

    __slots__ = ("closed", "has_answered", "pace", "silence", "slots")

    def __init__(self, host: str, concurrency: int) -> None:
        self.slots = asyncio.Semaphore(concurrency)
        self.pace = Pace(0.0 if is_loopback(host) else COURTESY)
        self.has_answered = False
        self.silence: tuple[float, Unresolved] | None = None
        self.closed: tuple[float, Answer] | None = None


class Http:
    """Asks servers; made by :func:`open_http`."""

    def __init__(
        self,
        environment: Mapping[str, str],
        patience: Patience,
        timing: Timing,
        egress: Egress | None = None,
        keep_alive: float = KEEP_ALIVE,
    ) -> None:
        self._environment = environment
        self._patience = patience
        self._timing = timing
        self._proxies = Proxies.from_environment(environment)
        self._has_proxies = bool(self._proxies.https or self._proxies.http)
        self._hosts: dict[str, _Host] = {}
        self._are_private: dict[str, bool] = {}
        self._contexts: dict[str | None, ssl.SSLContext] = {}
        self._egress = egress
        self._keep_alive = keep_alive
        self._names = Names() if egress is not None else None
        self._session = self._open(None)
        self._guarded: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close every connection."""
        await self._session.close()
        if self._guarded is not None:
            await self._guarded.close()
        if self._names is not None:
            self._names.close()

    async def ask(self, request: Request) -> Answer | Unresolved:
        """Ask until there is an answer or patience ends; never more at once than the host may get."""
        host = self._hosts.get(request.host)
        if host is None:
            host = self._hosts[request.host] = _Host(request.host, request.concurrency)
        await host.slots.acquire()
        try:
            if host.silence is not None and self._timing.monotonic() < host.silence[0]:
                return host.silence[1]
            return await self._ask(request, host)
        finally:
            host.slots.release()

    async def ask_once(self, request: Request) -> Answer | Unresolved:
        """One attempt at once, which nothing that the host did before holds up: for those with a schedule of their own."""
        attempt = await self._attempt(request)
        return attempt if isinstance(attempt, Answer) else attempt.why

    async def scheme_of(self, host: str, *, plain_http: bool, ca: str | None) -> str:
        """``https``, or ``http`` where that is asked for, or where this machine itself serves without TLS."""
        if plain_http:
            return "http"
        if ca is not None or not is_loopback(host) or not await self._may_be_probed(host):
            return "https"
        return await _spoken_here(host)

    async def is_private(self, host: str) -> bool:
        """Whether every address of ``host[:port]`` is private; False where it has none that we can find."""
        known = self._are_private.get(host)
        if known is None:
            known = self._are_private[host] = await _has_private_addresses_only(host)
        return known

    async def _may_be_probed(self, host: str) -> bool:
        if self._egress is None or self._names is None:
            return True
        try:
            await self._names.permitted(bare_host(host), URL(f"https://{host}").port or 443, self._egress)
        except OSError:
            return False
        return True

    def _open(self, socket_factory: "aiohttp.SocketFactoryType | None") -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0,
                keepalive_timeout=self._keep_alive,
                socket_factory=socket_factory,
                resolver=None if self._names is None else _Resolver(self._names),
            ),
            timeout=aiohttp.ClientTimeout(total=self._patience.attempt, sock_connect=_CONNECT_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            requote_redirect_url=False,
        )

    async def _ask(self, request: Request, host: _Host) -> Answer | Unresolved:
        timing = self._timing
        started = timing.monotonic()
        attempt: Answer | _Broken | None = None
        done = 0
        while True:
            now = timing.monotonic()
            if host.closed is not None and now < host.closed[0]:
                return host.closed[1]
            if delay := host.pace.book(now):
                if isinstance(attempt, Answer) and now - started + delay > self._patience.question:
                    return attempt
                await timing.sleep(delay)
            attempt = await self._attempt(request)
            done += 1
            if isinstance(attempt, Answer):
                host.has_answered = True
                if attempt.status not in _BUSY:
                    host.pace.was_content()
                    return attempt
            now = timing.monotonic()
            wait = self._wait(attempt, done, now - started)
            if isinstance(attempt, Answer) and attempt.status == 429:
                self._rest(host, attempt, now, wait)
            elif wait is not None:
                await timing.sleep(wait)
            if wait is None:
                return attempt if isinstance(attempt, Answer) else self._give_up(host, attempt)

    def _wait(self, attempt: "Answer | _Broken", done: int, elapsed: float) -> float | None:
        """Seconds until another attempt, or ``None`` for none."""
        if isinstance(attempt, _Broken):
            failure, asked = attempt.why.failure, None
            if not attempt.may_pass:
                return None
        else:
            failure = Failure.RATE_LIMITED if attempt.status == 429 else Failure.SERVER
            asked = attempt.rest
        return self._patience.wait(failure, done, elapsed, asked, self._timing.chance())

    def _rest(self, host: _Host, answer: Answer, now: float, wait: float | None) -> None:
        """All requests to the host rest; where it asks for more than we wait, the questions to come have their answer."""
        if wait is not None:
            host.pace.complained(now, wait)
        elif answer.rest is not None and answer.rest > self._patience.longest_wait:
            host.closed = (now + answer.rest, answer)

    def _give_up(self, host: _Host, broken: "_Broken") -> Unresolved:
        if broken.is_silence and not host.has_answered:
            # it never spoke: those who wait for it need not all wait as long
            host.silence = (self._timing.monotonic() + self._patience.question, broken.why)
        return broken.why

    async def _attempt(self, request: Request) -> "Answer | _Broken":
        url, headers = request.url, request.headers
        try:
            for _ in range(MAX_REDIRECTS + 1):
                answer = await self._send(request, url, headers)
                if answer.status not in _REDIRECTS or request.body is not None:
                    return answer
                target = _redirected(url, answer.headers.get("Location", ""), request.host)
                if isinstance(target, Unresolved):
                    return _Broken(target)
                if target.origin() != url.origin():
                    headers = {name: text for name, text in headers.items() if name != "Authorization"}
                url = target
        except (aiohttp.ClientError, TimeoutError, OSError, UnicodeError, *_OURS) as error:
            is_asked = url.origin() == request.url.origin()
            place = request.host if is_asked else f"{host_of(url)} (to which {request.host} leads)"
            why = _reason(error, place, self._patience.attempt, request, is_ruled=self._egress is not None)
            return _Broken(why, _may_pass(error), is_asked and why.failure in _SILENCES)
        return _Broken(
            Unresolved(Failure.GARBAGE, f"{request.host} redirects more than {MAX_REDIRECTS} times")
        )

    async def _send(self, request: Request, url: URL, headers: Mapping[str, str]) -> Answer:
        session, proxy_headers, server_hostname = self._session, None, None
        proxy = self._proxy_for(url)
        if self._egress is not None and self._names is not None:
            if proxy is None:
                session = self._guarded = self._guarded or self._open(guarded_socket(self._egress))
            else:
                server_hostname = url.raw_host
                headers = {**headers, "Host": host_of(url)}
                url = url.with_host(await self._names.permitted(url.host or "", url.port or 0, self._egress))
        elif request.guarded and proxy is None:
            session = self._guarded = self._guarded or self._open(guarded_socket(_PUBLIC))
        elif request.guarded and not _may_be_public(url.host or ""):
            raise PrivateAddress
        if proxy is not None:
            proxy, login = _without_login(proxy)
            if login and url.scheme == "https":
                proxy_headers = {"Proxy-Authorization": login}
            elif login:
                headers = {**headers, "Proxy-Authorization": login}
        response = await session.request(
            request.method,
            url,
            headers=headers,
            data=request.body,
            proxy=proxy,
            proxy_headers=proxy_headers,
            ssl=self._context(request.ca) if url.scheme == "https" else True,
            server_hostname=server_hostname,
            allow_redirects=False,
        )
        try:
            content = (
                b""
                if request.method == "HEAD"
                else await _read(response, request.limit, is_cut=request.is_cut)
            )
        finally:
            response.release()
        rest = self._asked_rest(response) if response.status in {429, 503} else None
        return Answer(response.status, response.headers, content, rest)

    def _proxy_for(self, url: URL) -> str | None:
        if self._egress is not None:
            return self._egress.proxy or None
        return self._proxies.proxy_for(url.scheme, host_of(url)) if self._has_proxies else None

    def _asked_rest(self, response: aiohttp.ClientResponse) -> float | None:
        asked = response.headers.get("Retry-After")
        if asked is None:
            return None
        return read_retry_after(asked, read_date(response.headers.get("Date", "")) or self._timing.now())

    def _context(self, ca: str | None) -> ssl.SSLContext:
        context = self._contexts.get(ca)
        if context is None:
            file, folder = (self._environment.get(name) or None for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"))
            try:
                context = ssl.create_default_context(cafile=file, capath=folder)
            except OSError as error:
                raise _UnreadableAuthorities(f"SSL_CERT_FILE ({file})") from error
            try:
                if ca is not None:
                    context.load_verify_locations(cafile=ca)
            except OSError as error:
                raise _UnreadableAuthorities(f"`ca` ({ca})") from error
            self._contexts[ca] = context
        return context


@asynccontextmanager
async def open_http(
    environment: Mapping[str, str],
    patience: Patience,
    timing: Timing,
    egress: Egress | None = None,
    *,
    keep_alive: float = KEEP_ALIVE,
) -> AsyncIterator[Http]:
    """An :class:`Http` for one run; connections are closed at its end.

    :param environment: read for ``HTTPS_PROXY``, ``HTTP_PROXY``, ``NO_PROXY``, ``SSL_CERT_FILE``, ``SSL_CERT_DIR``.
    :param egress: with it every request is guarded by the operator's rule, and goes through the proxy that it names;
        those of the environment are ignored, for behind them the guard would see only the proxy.
    :param keep_alive: seconds that a connection is kept for the next request.
    """
    http = Http(environment, patience, timing, egress, keep_alive)
    try:
        yield http
    finally:
        await http.close()


class _TooLong(Exception):
    """A body longer than its limit."""


class _UnspokenProxy(Exception):
    """A proxy of a scheme that we do not speak."""


class _UnreadableAuthorities(Exception):
    """A file of certificate authorities that cannot be used; the text says which."""


class _Resolver(aiohttp.abc.AbstractResolver):
    """Looks names up apart from all else that waits in threads."""

    def __init__(self, names: Names) -> None:
        self._names = names

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[aiohttp.abc.ResolveResult]:
        return [
            {
                "hostname": host,
                "host": str(address[0]),
                "port": port,
                "family": kind,
                "proto": protocol,
                "flags": socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            }
            for kind, _, protocol, _, address in await self._names.look_up(host, port, family)
        ]

    async def close(self) -> None:
        """The names are closed by whom they belong to."""


_PUBLIC = Egress()
_OURS = (_TooLong, _UnspokenProxy, _UnreadableAuthorities)


async def _read(response: aiohttp.ClientResponse, limit: int, *, is_cut: bool) -> bytes:
    said = response.content_length
    if said is not None and said > limit and not is_cut:
        response.close()
        raise _TooLong(limit)
    chunks, length = [], 0
    async for chunk in response.content.iter_any():
        length += len(chunk)
        if length > limit:
            response.close()
            if not is_cut:
                raise _TooLong(limit)
        chunks.append(chunk)
        if length > limit:
            break
    return b"".join(chunks)[:limit]


def _may_pass(error: Exception) -> bool:
    """Whether another attempt could go better: not for a name that does not exist, bad TLS, or a refused address."""
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return error.os_error.errno == socket.EAI_AGAIN
    if isinstance(getattr(error, "os_error", error), (PrivateAddress, ssl.SSLCertVerificationError)):
        return False
    return not isinstance(
        error,
        (
            aiohttp.ClientSSLError,
            aiohttp.ClientResponseError,
            aiohttp.InvalidURL,
            UnicodeError,
            *_OURS,
        ),
    )


def _redirected(url: URL, location: str, host: str) -> URL | Unresolved:
    if not location:
        return Unresolved(Failure.GARBAGE, f"{host} redirects to nowhere: check that a registry is there")
    try:
        target = read_url(location, url)
    except ValueError:
        return Unresolved(Failure.GARBAGE, f"{host} redirects to what is no URL")
    leaves_home = is_loopback(host_of(url)) and not is_loopback(host_of(target))
    if target.scheme != "https" and (target.scheme != url.scheme or leaves_home):
        told = printable(target.scheme)
        return Unresolved(Failure.TLS, f"{host} redirects to {told}, which is no TLS: that is refused")
    return target


def read_url(text: str, against: URL | None = None) -> URL:
    """An absolute URL with a host, from the text as it stands, or joined to ``against``; login and fragment are dropped.

    :raises ValueError: when it is none, also where the library would find that out only in use.
    """
    try:
        url = URL(text, encoded=against is not None)
    except IndexError:  # what the library makes of "http://[]@"
        raise ValueError("no host") from None
    if against is not None:
        url = against.join(url)
    name = url.raw_host
    if not name or not host_of(url):
        raise ValueError("no host")
    if ":" in name:
        ip_address(name)
    url.origin()
    return url.with_fragment(None).with_user(None)


def host_of(url: URL) -> str:
    """``host[:port]`` of a URL, without a login, and without the port that its scheme implies."""
    return url.host_port_subcomponent or ""


def _without_login(proxy: str) -> tuple[str, str | None]:
    url = URL(proxy)
    if url.scheme not in {"http", "https"}:
        raise _UnspokenProxy(url.scheme)
    if url.user is None:
        return proxy, None
    login = f"{url.user}:{url.password or ''}".encode()
    return str(url.with_user(None)), f"Basic {base64.b64encode(login).decode()}"


async def _has_private_addresses_only(host: str) -> bool:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(bare_host(host), None, type=socket.SOCK_STREAM)
        return bool(found) and not any(is_public(str(entry[4][0])) for entry in found)
    except (OSError, ValueError):
        return False


def _may_be_public(name: str) -> bool:
    """False for an address that is not public; a name is for the proxy to look up."""
    try:
        return is_public(name)
    except ValueError:
        return True


async def _spoken_here(host: str) -> str:
    """The scheme that a port of this machine speaks, found by offering TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # nothing is sent but the offer
    name, port = bare_host(host), URL(f"https://{host}").port or 443
    try:
        transport, _ = await asyncio.get_running_loop().create_connection(
            asyncio.Protocol, name, port, ssl=context, ssl_handshake_timeout=_PROBE_SECONDS
        )
    except (OSError, TimeoutError, UnicodeError):
        return "http"
    transport.abort()
    return "https"


def _reason(error: Exception, host: str, seconds: float, request: Request, *, is_ruled: bool) -> Unresolved:
    """One line that names the host and what to do, for each way in which a connection fails."""
    if isinstance(error, _TooLong):
        return Unresolved(
            Failure.GARBAGE, f"{host} answers with more than {error.args[0]} bytes: that is no manifest"
        )
    if isinstance(error, _UnspokenProxy):
        return Unresolved(
            Failure.CONNECTION,
            f"the proxy for {host} speaks {error}: set HTTPS_PROXY to one that speaks http",
        )
    if isinstance(error, _UnreadableAuthorities):
        return Unresolved(
            Failure.TLS, f"no certificates for {host} in {error}: it must be a readable PEM file"
        )
    cause = getattr(error, "os_error", error)
    if isinstance(cause, PrivateAddress) or isinstance(error, PrivateAddress):
        if is_ruled:
            return Unresolved(
                Failure.CONNECTION,
                f"{host} is on a private address: name it in `allow` of [egress], if it is yours",
            )
        return Unresolved(
            Failure.CONNECTION, f"{host} is on a private address, and the registry that names it is not"
        )
    proxied = "`proxy` of [egress]" if is_ruled else "HTTPS_PROXY and NO_PROXY"
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return Unresolved(Failure.CONNECTION, f"the proxy for {host} cannot be reached: check {proxied}")
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return Unresolved(Failure.CONNECTION, f"the proxy answers {error.status} for {host}: check {proxied}")
    if isinstance(
        error, (aiohttp.ClientConnectorDNSError, aiohttp.InvalidURL, UnicodeError, socket.gaierror)
    ):
        return Unresolved(
            Failure.DNS, f"the name {bare_host(host)} cannot be looked up: check its spelling, and DNS"
        )
    if isinstance(error, (aiohttp.ClientSSLError, ssl.SSLError)):
        return _tls_reason(error, host, request.ca)
    if isinstance(error, TimeoutError):
        return Unresolved(
            Failure.TIMEOUT, f"no answer from {host} in {seconds:g} s: try again later, or check the network"
        )
    if isinstance(cause, ConnectionRefusedError):
        return Unresolved(
            Failure.CONNECTION, f"{host} refuses the connection: check that the {request.peer} runs there"
        )
    if isinstance(error, aiohttp.ClientResponseError):
        return Unresolved(
            Failure.GARBAGE, f"{host} answers what is no HTTP: check that a {request.peer} is there"
        )
    detail = printable(getattr(cause, "strerror", None) or "it ended in the middle")
    return Unresolved(Failure.CONNECTION, f"the connection to {host} failed ({detail}): check the network")


def _tls_reason(error: Exception, host: str, ca: str | None) -> Unresolved:
    cause = getattr(error, "certificate_error", None) or getattr(error, "os_error", error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        told = printable(cause.verify_message)
        where = f"`ca` ({ca})" if ca else "`ca`"
        return Unresolved(
            Failure.TLS,
            f'the certificate of {host} is not trusted ({told}): set {where} of [registries."{host}"], or SSL_CERT_FILE',
        )
    told = printable(getattr(cause, "reason", None) or "handshake failed").replace("_", " ").lower()
    return Unresolved(
        Failure.TLS, f"no TLS with {host} ({told}): a registry without it needs `plain_http = true`"
    )
