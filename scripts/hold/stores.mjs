// The session stores that scenarios run on, each a function of the scenario that gives the `SESSION_STORE` for its servers.
// PostgreSQL and Redis are there when `store-servers` has started them, which leaves their URLs in the environment.

import { basename, join } from 'node:path';

const { TEST_POSTGRES_URL, TEST_REDIS_URL } = process.env;

export const stores = {
  sqlite: (hold) => `sqlite://${join(hold.folder, 'sessions.db')}`,
  ...(TEST_POSTGRES_URL && { postgres: () => TEST_POSTGRES_URL }),
  ...(TEST_REDIS_URL && { redis: (hold) => `${TEST_REDIS_URL}?prefix=${basename(hold.folder)}` }),
};

/** A scenario for each store: that of SQLite has the bare name. */
export const onEachStore = (name, scenario) =>
  Object.fromEntries(
    Object.entries(stores).map(([store, open]) => [store === 'sqlite' ? name : `${name}-${store}`, scenario(open)]),
  );
