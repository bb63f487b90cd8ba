"""A worker whose clock is wrong by as many seconds as its first argument says."""

import sys
from datetime import timedelta

from core import clock, settings, worker

_right = clock.now
_skew = timedelta(seconds=float(sys.argv[1]))


def main() -> None:
    clock.now = lambda: _right() + _skew
    worker.run(settings.read())


if __name__ == "__main__":
    main()
