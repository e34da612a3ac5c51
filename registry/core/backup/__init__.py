"""The register kept safe: backups that prove themselves, restoring, recovery to an instant, the drill of all of it.

`making` writes a backup, `restoring` puts one in place, `contents` says by digests what a database holds,
`recovery` goes back to an instant by archived WAL, `drill` tries everything in a scratch place, `notes` says when.
"""
