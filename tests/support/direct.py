"""The action's client over a scripted Replicate, for code that is given a client."""

from replicate_train.replicate.client import Replicate, connect
from replicate_train.replicate.exchange import Exchange
from replicate_train.replicate.retry import RetryPolicy
from replicate_train.replicate.session import Session
from support.scripted import TOKEN, URL, HandClock, Script


def client(script: Script) -> Replicate:
    """Return a client that is answered by a script; its clock is moved by hand."""
    return Replicate(Session(Exchange(connect(URL, TOKEN, script)), RetryPolicy(HandClock())))
