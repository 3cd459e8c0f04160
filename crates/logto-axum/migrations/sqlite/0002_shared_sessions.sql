-- Ordinary tables: WITHOUT ROWID keeps rows of more than a twentieth of a page in overflow pages, which doubles the file.
CREATE TABLE sessions_new (
    id BLOB PRIMARY KEY, sealed BLOB NOT NULL, version INTEGER NOT NULL, seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, subject BLOB, sid BLOB
) STRICT;
INSERT INTO sessions_new (id, sealed, version, seen_at, expires_at)
    SELECT id, sealed, 1, seen_at, expires_at FROM sessions;
CREATE TABLE tokens_new (
    session BLOB PRIMARY KEY REFERENCES sessions_new (id) ON DELETE CASCADE,
    sealed BLOB NOT NULL, version INTEGER NOT NULL
) STRICT;
INSERT INTO tokens_new SELECT session, sealed, version FROM tokens WHERE session IN (SELECT id FROM sessions);
DROP TABLE tokens;
DROP TABLE sessions;
ALTER TABLE sessions_new RENAME TO sessions;
ALTER TABLE tokens_new RENAME TO tokens;
CREATE INDEX sessions_by_end ON sessions (expires_at);
CREATE INDEX sessions_by_use ON sessions (seen_at);
CREATE INDEX sessions_by_subject ON sessions (subject, id);
CREATE INDEX sessions_by_sid ON sessions (sid, id) WHERE sid IS NOT NULL;

CREATE TABLE leases (
    session BLOB PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    holder BLOB NOT NULL, until_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What may be used once: a `state`, or the `jti` of a logout token.
CREATE TABLE spent (
    what BLOB PRIMARY KEY, expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO spent SELECT state, expires_at FROM spent_states;
DROP TABLE spent_states;
CREATE INDEX spent_by_end ON spent (expires_at);

CREATE TABLE refused_sign_ins (
    owner BLOB PRIMARY KEY, before INTEGER NOT NULL, expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX refused_by_end ON refused_sign_ins (expires_at);

-- What happened to sessions, for the processes that share the file.
CREATE TABLE events (
    number INTEGER PRIMARY KEY AUTOINCREMENT, session BLOB NOT NULL, has_ended INTEGER NOT NULL, at INTEGER NOT NULL
) STRICT;

-- Versions of this program that know no migrations refuse a higher number.
PRAGMA user_version = 2;
