"""Publishing: what may be public, the snapshots, the checks before, and the wall behind which strangers read."""
