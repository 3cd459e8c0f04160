-- Files from before migrations were recorded have this table.
CREATE TABLE IF NOT EXISTS orders (
    id TEXT PRIMARY KEY, item TEXT NOT NULL, quantity INTEGER NOT NULL, created_at INTEGER NOT NULL,
    placed_by TEXT NOT NULL, organization TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS orders_of_people ON orders (placed_by, id) WHERE organization IS NULL;
CREATE INDEX IF NOT EXISTS orders_of_organizations ON orders (organization, id) WHERE organization IS NOT NULL;
