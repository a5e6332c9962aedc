"""The embedded store: three SQLite files in the data directory, readable by their owner only.

- `state.db`: who is running (leases). Changed in place.
- `audit.db`: what happened. Only ever added to.
- `text.db`: the words of the masked bodies in audit.db, for full-text questions. Made from
  audit.db in the background; it can be deleted at any time and is made again.

One library for all of them: `pysqlite3`. Two SQLite libraries on one file in one process lose
each other's locks, and the standard library's may have the WAL-reset bug (before 3.51.3).
"""
