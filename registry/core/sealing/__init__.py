"""Seals over the trail: what was recorded cannot be altered unseen, not even by the owner of the database.

`chain` puts committed records into blocks, each of which names the digest of the block before. `anchors` tells the
newest digest outside of the database, so that a chain made anew is found out. `verifying` reads everything again:
records and chain, chain and anchors, every row of the register and its last record (`rows`), and the triggers and
functions that write the trail (`guards`). `redaction` is the one lawful way for a personal value to leave the trail.
"""
