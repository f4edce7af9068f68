"""A local Replicate on which trainings really run, for trying and testing.

`__main__.py` is its command. `api/` speaks HTTP, `pages/` shows it all in a browser, `service/`
holds the rules, `engine/` runs trainings and predictions, `contract/` is what the API promises, and
`store/` remembers. Each imports only those after it.
"""
