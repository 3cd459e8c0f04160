// The session stores that scenarios run on, each a function of the scenario that gives the `SESSION_STORE` for its servers.
// PostgreSQL and Redis are there when `store-servers` has started them, which leaves their URLs in the environment.

import { connect } from 'node:net';
import { basename, join } from 'node:path';

import { fail } from './watch.mjs';

const { STORE_SERVERS_CONTROL, TEST_POSTGRES_URL, TEST_REDIS_URL } = process.env;

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

/** A scenario for each store that is a server, which it can `stop`, `start`, or `cut` off from its clients. */
export const onEachStoreServer = (name, scenario) =>
  Object.fromEntries(
    Object.entries(stores)
      .filter(([store]) => store !== 'sqlite')
      .map(([store, open]) => [`${name}-${store}`, scenario(open, (action) => control(`${action} ${store}`))]),
  );

/** Has `store-servers` carry out an order. */
async function control(order) {
  const [host, port] = STORE_SERVERS_CONTROL.split(':');
  const answer = await new Promise((resolve, reject) => {
    let text = '';
    const socket = connect({ host, port, allowHalfOpen: true }, () => socket.end(`${order}\n`));
    socket.on('data', (piece) => (text += piece));
    socket.on('end', () => resolve(text.trim()));
    socket.on('error', reject);
  });
  if (answer !== 'ok') fail(`${order}: ${answer}`);
}
