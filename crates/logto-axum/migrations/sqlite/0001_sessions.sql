-- Files from before migrations were recorded have these tables, or some of them.
CREATE TABLE IF NOT EXISTS sessions (
    id BLOB PRIMARY KEY, sealed BLOB NOT NULL, seen_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sessions_by_end ON sessions (expires_at);
CREATE INDEX IF NOT EXISTS sessions_by_use ON sessions (seen_at);
CREATE TABLE IF NOT EXISTS tokens (
    session BLOB PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    sealed BLOB NOT NULL, version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS spent_states (
    state BLOB PRIMARY KEY, expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS spent_states_by_age ON spent_states (expires_at);
DROP TABLE IF EXISTS pending_sign_ins;
-- Versions of this program that know no migrations go by this number.
PRAGMA user_version = 1;
