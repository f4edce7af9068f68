"""Whole jobs over a simulated Replicate: virtual time, seeded faults, and the truth afterwards.

The action's code is the real one. Simulated are what lies around it: the service, the network, the
runner that signals and kills, and time. A schedule is made from a seed alone, so that each can be
played again.

    schedule.py   what happens, drawn from a seed; disk.py: files that cannot be written for a while
    turns.py      virtual seconds; jobs at the same time, as threads that take turns
    life.py       one process: when it is signalled or killed
    service.py    a Replicate in memory; state.py what it knows, documents.py how it shows it
    network.py    what lies between: drops, delays, duplicates, resets, corruption, gateways
    jobs.py       a workflow run's job: main step, post step, and again
    naive.py      the same job as one writes it by hand, with the official client
    truth.py      what must be so afterwards; its rules: paying.py, cancels.py, verdicts.py, over
                  facts.py, and titles.py, where the action's own words are known
    switches.py   guards that can be switched off, each of which must be missed
"""
