CREATE INDEX IF NOT EXISTS orders_of_members ON orders (organization, placed_by) WHERE organization IS NOT NULL;
-- Versions of this program that know no migrations go by this number.
PRAGMA user_version = 2;
