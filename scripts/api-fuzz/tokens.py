"""Signs people in at the development identity provider, and writes their access tokens for the shop into files.

    tokens.py PROVIDER REDIRECT_URI FOLDER

FOLDER/people.json has the tokens of two people, as schemathesis reads users (Web Fuzzing Commons); FOLDER/member has the one of
a member, for the orders of the organization.
"""

import base64
import json
import os
import pathlib
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

SHOP = "https://shop.example/api"
ACME = "asl5guymvnj4"
SCOPE = "openid offline_access profile urn:logto:scope:organizations read:orders write:orders"

provider, redirect_uri, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
fixture = (pathlib.Path(__file__).parent.parent.parent / "crates/dev-idp/fixture.toml").read_text()


def first(key: str) -> str:
    """The value of a key of the first application in the fixture."""
    return re.search(rf'^{key} = "([^"]*)"', fixture, re.MULTILINE).group(1)


class Stop(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: where each one leads is looked at."""

    def redirect_request(self, *_):
        return None


def code_for(username: str) -> str:
    """Walks through the provider as a browser does, up to the address that it sends the browser back to."""
    browser = urllib.request.build_opener(Stop, urllib.request.HTTPCookieProcessor(CookieJar()))
    asked = {"client_id": first("id"), "redirect_uri": redirect_uri, "response_type": "code", "scope": SCOPE,
             "state": "state", "nonce": "nonce", "prompt": "consent", "resource": SHOP}
    address, form = f"{provider}/oidc/auth?{urllib.parse.urlencode(asked)}", None
    for _ in range(10):
        try:
            browser.open(address, form)
            raise SystemExit(f"{address} does not redirect")
        except urllib.error.HTTPError as answer:
            if answer.code // 100 != 3:
                raise SystemExit(f"{address} answers {answer.code}") from answer
            address = urllib.parse.urljoin(address, answer.headers["location"])
        if address.startswith(redirect_uri):
            return urllib.parse.parse_qs(urllib.parse.urlsplit(address).query)["code"][0]
        page = urllib.parse.urlsplit(address).path == "/sign-in"
        form = urllib.parse.urlencode({"identifier": username, "password": username}).encode() if page else None
    raise SystemExit("the sign-in does not end")


def tokens(**parameters: str) -> dict:
    """What the token endpoint gives."""
    client = base64.b64encode(f"{first('id')}:{first('secret')}".encode()).decode()
    request = urllib.request.Request(f"{provider}/oidc/token", urllib.parse.urlencode(parameters).encode(),
                                     {"authorization": f"Basic {client}"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def access_token(username: str, **audience: str) -> str:
    code = tokens(grant_type="authorization_code", code=code_for(username), redirect_uri=redirect_uri)
    given = tokens(grant_type="refresh_token", refresh_token=code["refresh_token"], resource=SHOP, **audience)
    if set(given["scope"].split()) != {"read:orders", "write:orders"}:
        raise SystemExit(f"{username} has not the permissions that the test needs, but {given['scope']!r}")
    return given["access_token"]


def write(name: str, text: str) -> None:
    with open(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


people = [{"name": name, "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {access_token(name)}"}]}
          for name in ("alice", "frank")]
write("people.json", json.dumps({"auth": people}))
write("member", access_token("alice", organization_id=ACME))
