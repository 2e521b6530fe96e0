"""EventBridge connections: what they add to the requests of an HTTP Task, and the tokens they get."""

from __future__ import annotations

import base64
import hashlib
import re
import threading
from collections.abc import Mapping
from typing import Any

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from asl.jsontypes import JSON, InvalidJSON, dumps, loads
from emulator.tasks.call import Call
from emulator.tasks.http import encoding
from emulator.tasks.http.exchange import SECONDS, Outgoing, SocketTrouble, refusal, send

ERRORS = "Events.ConnectionResource."
TOKENS = 1_000
"""So many tokens of connections are kept at most."""
LONGEST = 86_400.0
"""So many seconds a token is kept at most."""
_ARN = re.compile(r"arn:aws[a-z-]*:events:([a-z0-9-]+):(\d{12}):connection/([\w.-]+)(?:/[\w-]+)?")
_FORM = "application/x-www-form-urlencoded"


class Additions(msgspec.Struct, frozen=True):
    """What a connection adds to a request. It wins over what the task says (guide).

    Attributes:
        headers: Headers.
        query: Query parameters.
        body: Members of the body.
        renew: What was kept and is to be asked for again if the server does not accept it.
    """

    headers: Mapping[str, str] = {}
    query: Mapping[str, str] = {}
    body: Mapping[str, str] = {}
    renew: str | None = None


class ConnectionFault(Exception):
    """A connection cannot be used.

    Attributes:
        error: The task's error.
        cause: The text with it, without any secret.
    """

    def __init__(self, kind: str, cause: str) -> None:
        super().__init__(cause)
        self.error = ERRORS + kind
        self.cause = cause


def additions(call: Call, arn: str) -> Additions:
    """What the connection of an ARN adds to a task's request.

    It is looked up by its name. The id behind that is AWS's to choose, and made anew with each
    connection; so another one, or none, is taken too.

    Raises:
        ConnectionFault: There is none, or it cannot be used.
        Unreachable: Nothing answers for EventBridge or Secrets Manager.
    """
    found = _ARN.fullmatch(arn)
    if found is None:
        raise ConnectionFault("ResourceNotFound", f"'{arn}' is no ARN of a connection")
    region, account, name = found.groups()
    described = _described(call, region, account, name)
    secret = _secret(call, region, account, described["SecretArn"])
    parameters = described.get("AuthParameters") or {}
    shown, renew = _authorised(call, arn, described["AuthorizationType"], parameters, secret)
    headers, query, body = _http_parameters(parameters, secret, "InvocationHttpParameters")
    return Additions({**headers, **shown}, query, body, renew)


def _described(call: Call, region: str, account: str, name: str) -> dict[str, Any]:
    try:
        described: dict[str, Any] = call.backends.client("events", region, account).describe_connection(
            Name=name
        )
    except (BotoCoreError, ClientError) as error:
        raise _fault(error) from None
    state = described.get("ConnectionState")
    if state in ("AUTHORIZING", "CREATING", "UPDATING"):
        raise ConnectionFault("AuthInProgress", f"Connection '{name}' is {state}.")
    if state not in ("AUTHORIZED", "ACTIVE"):
        raise ConnectionFault("InvalidConnectionState", f"Connection '{name}' is {state}.")
    return described


def _secret(call: Call, region: str, account: str, arn: str) -> dict[str, JSON]:
    client = call.backends.client("secretsmanager", region, account)
    try:
        text = client.get_secret_value(SecretId=arn)["SecretString"]
    except (BotoCoreError, ClientError) as error:
        raise _fault(error) from None
    try:
        value = loads(text)
    except InvalidJSON:
        value = None
    if not isinstance(value, dict):
        raise ConnectionFault("InternalError", "The secret of the connection is no JSON object.")
    return _flat(value)


def _fault(error: BotoCoreError | ClientError) -> ConnectionFault:
    if isinstance(error, BotoCoreError):  # nobody answered
        return ConnectionFault("InternalError", str(error))
    code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
    kinds = {
        "ResourceNotFoundException": "ResourceNotFound",
        "AccessDeniedException": "AccessDenied",
        "ConcurrentModificationException": "ConcurrentModification",
    }
    return ConnectionFault(kinds.get(code, "InternalError"), message)


# ------------------------------------------------------------------ authorisation


def _authorised(
    call: Call, arn: str, kind: str, parameters: dict[str, Any], secret: dict[str, JSON]
) -> tuple[dict[str, str], str | None]:
    """Headers that show who calls, and the name of a token that was kept."""
    if kind == "BASIC":
        pair = f"{_value(secret, 'username')}:{_value(secret, 'password')}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}, None
    if kind == "API_KEY":
        return {_value(secret, "apikeyname"): _value(secret, "apikeyvalue")}, None
    name = hashlib.sha256(f"{arn} {dumps(secret)}".encode()).hexdigest()
    token = _tokens.get(name, call.now)
    if token is None:
        token, until = _fetched(call, parameters.get("OAuthParameters") or {}, secret)
        _tokens.keep(name, token, until)
    return {"Authorization": token}, name


def _fetched(call: Call, parameters: dict[str, Any], secret: dict[str, JSON]) -> tuple[str, int]:
    """A new token as its header has it, and until when it is good.

    The client's id and secret go into the form, or for GET into the query; what the connection says of
    OAuth's own HTTP parameters wins (inferred: the guides show requests, not what is merged how).
    """
    endpoint = _value(secret, "authorizationendpoint") or str(parameters.get("AuthorizationEndpoint"))
    method = _value(secret, "httpmethod") or str(parameters.get("HttpMethod", "POST"))
    own_headers, query, body = _http_parameters(parameters, secret, "OAuthHttpParameters")
    client = {
        "grant_type": "client_credentials",
        "client_id": _value(secret, "clientid"),
        "client_secret": _value(secret, "clientsecret"),
    }
    headers = {"Content-Type": _FORM, "Accept": "application/json", **own_headers}
    if method == "GET":
        query, sent = {**client, **query}, None
    else:
        sent = encoding.form({**client, **body}).encode()
    problem = refusal(endpoint)
    if problem is not None:
        raise ConnectionFault("InvalidConnectionState", f"The authorization endpoint {problem}.")
    try:
        answer = send(Outgoing(method, encoding.with_query(endpoint, query), headers, sent), SECONDS)
        told = loads(answer.text()) if answer.succeeded else None
    except (SocketTrouble, InvalidJSON, UnicodeDecodeError) as error:
        text = str(error) if isinstance(error, SocketTrouble) else "its answer is no JSON"
        raise ConnectionFault("InvalidConnectionState", f"No access token: {text}.") from None
    if not isinstance(told, dict) or not isinstance(told.get("access_token"), str):
        raise ConnectionFault(
            "InvalidConnectionState",
            f"The authorization endpoint answered {answer.status} and gave no access token.",
        )
    return f"Bearer {told['access_token']}", call.now + int(_seconds(told.get("expires_in")) * 1000)


def _seconds(told: JSON) -> float:
    """How long a token is good; one that does not say is asked for anew each time."""
    try:
        return min(max(0.0, float(str(told))), LONGEST)
    except ValueError:
        return 0.0


class Tokens:
    """Tokens that were fetched, until they expire."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, int]] = {}
        self._lock = threading.Lock()

    def get(self, name: str, now: int) -> str | None:
        """A token that is still good, or None."""
        token, until = self._kept.get(name, ("", 0))
        return token if now < until else None

    def keep(self, name: str, token: str, until: int) -> None:
        """Keeps a token until a time in milliseconds since the epoch."""
        with self._lock:
            if len(self._kept) >= TOKENS:
                self._kept.pop(next(iter(self._kept)))
            self._kept[name] = token, until

    def forget(self, name: str) -> None:
        """A server did not accept a token."""
        with self._lock:
            self._kept.pop(name, None)


_tokens = Tokens()
forget = _tokens.forget

# ------------------------------------------------------------------ parameters


def _http_parameters(
    parameters: Mapping[str, Any], secret: dict[str, JSON], member: str
) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Headers, query and body that a connection says: public ones as described, others from the secret."""
    public = parameters.get(member) or {}
    hidden = secret.get(_plain(member))
    known = hidden if isinstance(hidden, dict) else {}

    def pairs(kind: str) -> dict[str, str]:
        return {**_pairs(public.get(kind)), **_pairs(known.get(_plain(kind)))}

    return pairs("HeaderParameters"), pairs("QueryStringParameters"), pairs("BodyParameters")


def _pairs(told: Any) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for each in told if isinstance(told, list) else []:
        plain = {_plain(key): value for key, value in each.items()} if isinstance(each, dict) else {}
        if "key" in plain and "value" in plain:
            pairs[str(plain["key"])] = encoding.text(plain["value"])
    return pairs


def _value(secret: dict[str, JSON], name: str) -> str:
    return encoding.text(secret.get(name))


def _flat(secret: dict[str, JSON]) -> dict[str, JSON]:
    """A secret's members by their plain names, those of its parts beside them.

    Whether EventBridge writes ``api_key_name`` or ``ApiKeyName``, at the top or in a part, is its own
    affair and differs between those who answer for it.
    """
    flat: dict[str, JSON] = {}
    for name, value in secret.items():
        plain = _plain(name)
        if isinstance(value, dict):
            flat |= _flat(value) if plain in _PARTS else {plain: {_plain(k): v for k, v in value.items()}}
        else:
            flat[plain] = value
    return flat


_PARTS = frozenset({"clientparameters", "basicauthparameters", "apikeyauthparameters", "oauthparameters"})


def _plain(name: str) -> str:
    return name.replace("_", "").lower()
