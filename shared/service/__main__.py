"""`python -m shared.service <module>`."""

import sys

from shared.service.run import main

sys.exit(main())
