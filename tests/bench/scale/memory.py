"""What processes hold, as Linux tells it, in MiB."""

import contextlib
from pathlib import Path


def _line(number, name):
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{number}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) / 1024
    return 0.0


def resident(number):
    """Of one process now."""
    return _line(number, "VmRSS")


def reset(numbers):
    """Begin anew to look for the most that each holds."""
    for number in numbers:
        with contextlib.suppress(OSError):
            Path(f"/proc/{number}/clear_refs").write_text("5")


def peak(numbers):
    """The most that any one of them held since `reset`, or ever."""
    return max((_line(number, "VmHWM") for number in numbers), default=0.0)
