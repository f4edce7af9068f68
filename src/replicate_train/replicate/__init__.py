"""Replicate's HTTP API, as far as this action speaks it.

`answers` turns bytes into meaning and knows no network; `client` sends and receives.
"""
