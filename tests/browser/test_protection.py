"""What keeps the pages from others: names, forms, logins, and text that is no markup."""

import re
import subprocess
import sys

import httpx
import pytest

from support.projects import write_sleeper
from support.served import OTHER_TOKEN, TOKEN, Served, sandbox
from support.visitor import Visitor, visitor

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}'"
PATHS = ["/", "/create", "/sandbox/sleeper", "/sandbox/sleeper/train", "/trainings", "/predictions",
         "/files", "/account/api-tokens", "/_sandbox/requests", "/_sandbox/panel",
         "/_sandbox/not-implemented", "/nowhere"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_every_page_has_its_headers(visit: Visitor, path: str) -> None:
    headers = visit.http.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_a_static_file_has_them_too(visit: Visitor) -> None:
    headers = visit.http.get("/_sandbox/static/page.js").headers
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", PATHS)
def test_no_page_holds_a_script_or_a_style(visit: Visitor, path: str) -> None:
    text = visit.http.get(path).text
    assert re.findall(r"<script\b[^>]*>", text) == ['<script src="/_sandbox/static/page.js" defer>']
    assert not re.search(r"<style|\sstyle=|\son\w+=", text)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.", "", "[::2]"]
)
@pytest.mark.parametrize("path", ["/", "/v1/account", "/_sandbox/static/page.js"])
def test_another_host_is_refused(visit: Visitor, host: str, path: str) -> None:
    answer = visit.http.get(path, headers={"Host": host, "Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 421
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:8123", "host.docker.internal:8123"]
)
def test_the_names_of_this_machine_are_served(visit: Visitor, host: str) -> None:
    visit.open("/", Host=host)


def _csrf(visit: Visitor) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', visit.open("/create"))
    assert found
    return found[1]


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", None])
def test_a_form_from_elsewhere_is_refused(visit: Visitor, origin: str | None) -> None:
    headers = {} if origin is None else {"Origin": origin}
    data = {"csrf": _csrf(visit), "name": "from-elsewhere"}
    answer = visit.http.post("/create", data=data, headers=headers)
    assert answer.status_code == 403
    visit.open("/you/from-elsewhere", 404)


@pytest.mark.parametrize("token", ["", "x" * 43, None])
def test_a_form_without_its_token_is_refused(visit: Visitor, token: str | None) -> None:
    _csrf(visit)
    data = {"name": "no-token"} | ({} if token is None else {"csrf": token})
    headers = {"Origin": str(visit.http.base_url).rstrip("/")}
    assert visit.http.post("/create", data=data, headers=headers).status_code == 403
    visit.http.cookies.clear()
    assert visit.http.post("/create", data=data, headers=headers).status_code == 403


def test_the_cookie_is_not_for_scripts(visit: Visitor) -> None:
    cookie = visit.http.get("/create").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie


@pytest.mark.parametrize(
    "path",
    ["/nowhere", "/a/b/c/d", "/you/none", "/you/none/train", "/you/none/versions/1", "/p/none",
     "/p/none/state", "/files/none/content", "/sandbox/sleeper/versions/none",
     "/trainings?from=x", "/_sandbox/static/none.js", "/_sandbox/static/%2e%2e/guard.py"],
)  # fmt: skip
def test_a_missing_page_is_a_page(visit: Visitor, path: str) -> None:
    assert "Page not found" in visit.open(path, 404)


def test_a_page_that_takes_no_form(visit: Visitor) -> None:
    answer = visit.http.post("/trainings")
    assert (answer.status_code, "Method not allowed" in answer.text) == (405, True)


def test_the_api_keeps_its_own_errors(visit: Visitor) -> None:
    for path in ("/v1/nowhere", "/delivery/a/b", "/_sandbox/nowhere"):
        assert visit.http.get(path).headers["content-type"] == "application/problem+json"


def test_foreign_text_is_text(here: Served, visit: Visitor) -> None:
    with here.client() as api:
        body = {"owner": "you", "name": "hostile", "visibility": "private", "hardware": "cpu"}
        links = {"description": HOSTILE, "github_url": "javascript:alert(1)", "paper_url": HOSTILE}
        api.post("/models", json=body | links).raise_for_status()
        api.patch("/models/you/hostile", json={"readme": HOSTILE}).raise_for_status()
        file = {"content": (HOSTILE, b"<svg onload=alert(1)>", "text/html")}
        uploaded = api.post("/files", files=file).json()
        version = api.get("/models/sandbox/sleeper").json()["latest_version"]["id"]
        given = {"data": uploaded["urls"]["get"], "fail": HOSTILE, HOSTILE: HOSTILE}
        started = api.post(
            f"/models/sandbox/sleeper/versions/{version}/trainings",
            json={"destination": "you/hostile", "input": given},
        ).json()
    sent = visit.send("/create", {"name": HOSTILE, "description": HOSTILE})
    assert sent.status_code == 422
    pages = ["/", "/you/hostile", "/files", f"/p/{started['id']}", "/_sandbox/requests"]
    for text in [sent.text, *map(visit.open, pages)]:
        assert "&lt;script&gt;alert(1)" in text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "{{ 7*7 }}" in text
        assert 'href="javascript' not in text
    file_id = uploaded["id"]
    content = visit.http.get(f"/files/{file_id}/content")
    assert content.headers["content-type"] == "application/octet-stream"
    assert content.headers["content-disposition"].startswith(
        "attachment; filename*=utf-8''%2522%3E"
    )


def test_a_foreign_log_is_text(here: Served, visit: Visitor) -> None:
    with here.client() as api:
        body = {"owner": "you", "name": "logging", "visibility": "private", "hardware": "cpu"}
        api.post("/models", json=body).raise_for_status()
        file = api.post("/files", files={"content": ("d.txt", b"abc", "text/plain")}).json()
        version = api.get("/models/sandbox/sleeper").json()["latest_version"]["id"]
        started = api.post(
            f"/models/sandbox/sleeper/versions/{version}/trainings",
            json={"destination": "you/logging", "input": {"data": file["urls"]["get"]}},
        ).json()
        report = {"status": "processing", "logs": f"1/2 [loss: 2]\r2/2 [loss: 1]\n{HOSTILE}"}
        visit.http.post(f"/_engine/training/{started['id']}", json=report)
        state = visit.http.get(f"/p/{started['id']}/state")
        page = visit.open(f"/p/{started['id']}")
        api.post(f"/trainings/{started['id']}/cancel")
    assert state.headers["content-type"] == "application/json"
    assert state.json()["log"].endswith(HOSTILE)
    assert state.json()["progress"] == [2, 2, 100]
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert 'points="0.0,0.0 600.0,160.0"' in page


def test_the_requests_show_no_token(here: Served, visit: Visitor) -> None:
    with here.client() as api:
        body = {"owner": "you", "name": f"x{TOKEN}", "description": OTHER_TOKEN}
        api.post(f"/models?token={TOKEN}", json=body)
        api.post("/files", files={"content": ("a.bin", b"\0\1", "application/octet-stream")})
        api.get("/models", headers={"Accept-Encoding": "gzip"})
    text = visit.open("/_sandbox/requests")
    assert "POST</strong> /v1/models?token=***" in text
    assert "&#34;name&#34;: &#34;x***&#34;" in text
    assert "Binary data." in text
    assert "&#34;owner&#34;: &#34;sandbox&#34;" in text, "a compressed answer must be readable"
    assert TOKEN not in text
    assert OTHER_TOKEN not in text


def test_only_requests_to_the_api_are_kept_and_only_the_last(here: Served, visit: Visitor) -> None:
    with here.client() as api:
        for number in range(201):
            api.get(f"/nowhere/{number}")
    text = visit.open("/_sandbox/requests")
    assert text.count("<details>") == 200
    assert "/v1/nowhere/0<" not in text
    assert "/v1/nowhere/200<" in text
    assert "</strong> /_sandbox" not in text


@pytest.mark.parametrize("account", ["you", "you:r8_you", "you:r8_a_token_for_the_local_replicate"])
def test_a_token_that_all_know_is_not_served_to_others(account: str) -> None:
    command = [sys.executable, "-m", "replicate_sandbox", "--host=0.0.0.0", "--port=0"]
    ended = subprocess.run(
        [*command, f"--account={account}"], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].startswith(
        "replicate_sandbox: error: argument --account: the default token is public."
    )


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory):
    project = write_sleeper(tmp_path_factory.mktemp("trainers"))
    with sandbox(f"--trainer={project}", host="0.0.0.0") as served:
        yield served


def test_others_need_a_token(public: Served) -> None:
    with visitor(public) as visit:
        for path in PATHS[1:-1]:
            answer = visit.http.get(path)
            assert answer.status_code == 303
            assert answer.headers["location"] == f"/login?next={path}"
        assert visit.http.get("/").headers["location"] == "/login"
        assert visit.http.post("/create", data={"name": "m"}).headers["location"] == "/login"
        wrong = visit.send("/login", {"token": "wrong"})
        assert wrong.status_code == 401
        assert "You did not pass a valid authentication token" in wrong.text
        entered = visit.send("/login", {"token": f" {OTHER_TOKEN} ", "next": "/create"})
        assert (entered.status_code, entered.headers["location"]) == (303, "/create")
        assert "HttpOnly" in entered.headers["set-cookie"]
        assert "SameSite=strict" in entered.headers["set-cookie"]
        assert OTHER_TOKEN not in entered.headers["set-cookie"]
        created = visit.send("/create", {"name": "mine"} | _MODEL)
        assert created.headers["location"] == "/someone-else/mine"
        assert OTHER_TOKEN not in visit.open("/account/api-tokens")
        assert visit.http.get("/login").headers["location"] == "/"
        assert visit.send("/logout", {}, form="/account/api-tokens").status_code == 303
        assert visit.http.get("/create").headers["location"] == "/login?next=/create"
    with visitor(public) as visit:
        forged = {"Cookie": "replicate_sandbox_session=forged"}
        assert visit.http.get("/create", headers=forged).status_code == 303


_MODEL = {"visibility": "private", "hardware": "cpu"}


def test_an_account_sees_its_own_requests_only(public: Served) -> None:
    with public.client() as api, visitor(public) as visit:
        api.get("/models/you/secret-project")
        visit.send("/login", {"token": OTHER_TOKEN})
        assert "secret-project" not in visit.open("/_sandbox/requests")
        httpx.get(f"{public.url}/hardware", headers={"Authorization": f"Bearer {OTHER_TOKEN}"})
        assert "/v1/hardware" in visit.open("/_sandbox/requests")


@pytest.mark.parametrize(
    "wanted", ["https://evil.example", "//evil.example", "/\\evil.example", ""]
)
def test_a_login_leads_nowhere_else(public: Served, wanted: str) -> None:
    with visitor(public) as visit:
        entered = visit.send("/login", {"token": TOKEN, "next": wanted})
        assert entered.headers["location"] == "/"
