-- A file of orders as it was before migrations were recorded (`sqlite3 shop.db .dump`).
PRAGMA foreign_keys=OFF;
PRAGMA journal_mode=WAL;
BEGIN TRANSACTION;
PRAGMA user_version=2;
CREATE TABLE orders (
        id TEXT PRIMARY KEY, item TEXT NOT NULL, quantity INTEGER NOT NULL, created_at INTEGER NOT NULL,
        placed_by TEXT NOT NULL, organization TEXT
    ) STRICT, WITHOUT ROWID;
INSERT INTO orders VALUES('019a0000-0000-7000-8000-000000000001','Coffee',2,1763000000000,'alice',NULL);
INSERT INTO orders VALUES('019a0000-0000-7000-8000-000000000002','Tea',1,1763000001000,'alice','acme');
CREATE INDEX orders_of_people ON orders (placed_by, id) WHERE organization IS NULL;
CREATE INDEX orders_of_organizations ON orders (organization, id) WHERE organization IS NOT NULL;
CREATE INDEX orders_of_members ON orders (organization, placed_by) WHERE organization IS NOT NULL;
COMMIT;
