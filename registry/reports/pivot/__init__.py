"""The pivot: a figure by rows and columns, now or then, two instants side by side, each cell down to its rows."""
