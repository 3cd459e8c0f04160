CREATE TABLE sessions (
    id BYTEA PRIMARY KEY, sealed BYTEA NOT NULL, version BIGINT NOT NULL, seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL, subject BYTEA, sid BYTEA
);
CREATE INDEX sessions_by_end ON sessions (expires_at);
CREATE INDEX sessions_by_use ON sessions (seen_at);
CREATE INDEX sessions_by_subject ON sessions (subject, id);
CREATE INDEX sessions_by_sid ON sessions (sid, id) WHERE sid IS NOT NULL;

-- The lease is in the row of the tokens, so that one row lock orders both.
CREATE TABLE tokens (
    session BYTEA PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    sealed BYTEA NOT NULL, version BIGINT NOT NULL, holder BYTEA, leased_until TIMESTAMPTZ
);

-- Sealed bytes do not compress.
ALTER TABLE sessions ALTER COLUMN sealed SET STORAGE EXTERNAL;
ALTER TABLE tokens ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- What may be used once: a `state`, or the `jti` of a logout token.
CREATE TABLE spent (
    what BYTEA PRIMARY KEY, expires_at BIGINT NOT NULL
);
CREATE INDEX spent_by_end ON spent (expires_at);

CREATE TABLE refused_sign_ins (
    owner BYTEA PRIMARY KEY, before BIGINT NOT NULL, expires_at BIGINT NOT NULL
);
CREATE INDEX refused_by_end ON refused_sign_ins (expires_at);

-- One row, which the check of the store writes.
CREATE TABLE probe (
    number INTEGER PRIMARY KEY, at TIMESTAMPTZ NOT NULL
);
