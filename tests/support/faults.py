"""The fault script of the local Replicate, and a training to try it on."""

import time

import httpx

from support.served import LM, TOKEN, Served

TERMINAL = {"succeeded", "failed", "canceled", "aborted"}


def script_url(served: Served) -> str:
    """Return the address of the fault script."""
    return f"{served.url.removesuffix('/v1')}/_sandbox/faults"


def add_faults(served: Served, *faults: dict, token: str = TOKEN) -> httpx.Response:
    """Append faults to the script of a token's account."""
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.post(script_url(served), json=list(faults), headers=headers, verify=False)


def faults_left(served: Served, token: str = TOKEN) -> list[dict]:
    """Return the faults that were not used, and forget them."""
    headers = {"Authorization": f"Bearer {token}"}
    left = httpx.get(script_url(served), headers=headers, verify=False).json()
    httpx.delete(script_url(served), headers=headers, verify=False).raise_for_status()
    return list(left)


def trainer_version(api: httpx.Client) -> str:
    """Return the version of the trainer of language models."""
    return str(api.get(f"/models/{LM}").json()["latest_version"]["id"])


def training_path(api: httpx.Client) -> str:
    """Return where its trainings are started."""
    return f"/models/{LM}/versions/{trainer_version(api)}/trainings"


def start(api: httpx.Client, destination: str, **given: object) -> dict:
    """Start a training, which a fault must keep from really running."""
    some = {"train_data": "https://x.example"}
    body = {"destination": destination, "input": some, **given}
    answer = api.post(training_path(api), json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def until_ended(api: httpx.Client, training: dict, seconds: float = 10) -> dict:
    """Return a training when it has ended."""
    end = time.monotonic() + seconds
    while (found := api.get(f"/trainings/{training['id']}").json())["status"] not in TERMINAL:
        assert time.monotonic() < end, found
        time.sleep(0.02)
    return dict(found)
