#!/opt/replicate-sandbox/bin/python -Iu
"""The command `replicate-sandbox` in its image."""

import sys

from replicate_sandbox.__main__ import main

sys.exit(main())
