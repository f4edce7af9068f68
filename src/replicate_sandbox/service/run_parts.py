"""What trainings and predictions are made with."""

from dataclasses import dataclass

from replicate_sandbox.engine.runs import Runs
from replicate_sandbox.service.billing import Billing
from replicate_sandbox.service.settings import Settings
from replicate_sandbox.service.signed_urls import SignedUrls
from replicate_sandbox.service.versions import Versions
from replicate_sandbox.store.store import Store


@dataclass(frozen=True)
class RunParts:
    """The store, the engine, and the rules that both kinds of run share."""

    store: Store
    runs: Runs
    signed_urls: SignedUrls
    versions: Versions
    settings: Settings
    billing: Billing
