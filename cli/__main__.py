"""`python -m cli` is `chokepoint`."""

import sys

from cli.main import main

sys.exit(main())
