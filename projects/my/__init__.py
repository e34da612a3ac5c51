"""What organisations and counties do themselves: their pages under `/my/`."""
