#!/opt/replicate-train/bin/python -Iu
"""The post step's entrypoint in the image: the runner takes one path, without arguments."""

import sys

from replicate_train.__main__ import main

sys.exit(main(["post"]))
