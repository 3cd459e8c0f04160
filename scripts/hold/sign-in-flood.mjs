// One client without cookies begins sign-ins as fast as it can. Somebody who began before comes back from the provider
// and is signed in, somebody else signs in meanwhile, and what the flood leaves in the store does not grow with it.
// Catalogue: OU-20, SE-21.

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { flood } from './flood.mjs';
import { Watch, sleep } from './watch.mjs';

const SECONDS = 40;
const MOST = 50_500;
/** With fewer, it was no flood. */
const LEAST = 1_000;
/** What the honest sign-ins of this scenario may add to the store: a few pages of SQLite. */
const GROWTH = 1024 * 1024;

export async function signInFlood(hold) {
  const server = await hold.start();
  const early = server.browser();
  const atProvider = await early.beginSignIn();
  const before = size(hold.folder);
  const watch = new Watch({ '/healthz': () => server.health() });
  const flooding = beginSignIns(server);
  await sleep((SECONDS * 1_000) / 4);
  const signedIn = await server.browser().signIn();
  const begun = await flooding;
  const { passed: healthy, text } = await watch.stop();
  const growth = size(hold.folder) - before;
  const finished = await early.finishSignIn(atProvider);
  await server.stop();
  const said = (yes) => (yes ? 'signed in' : 'was turned away');
  return {
    passed: finished && signedIn && healthy && begun >= LEAST && growth <= GROWTH,
    figure:
      `${begun} sign-ins begun: who began before ${said(finished)}, who came meanwhile ${said(signedIn)}; ` +
      `the store grew by ${(growth / 1024).toFixed(0)} KiB (at most ${GROWTH / 1024}); /healthz: ${text}`,
  };
}

/** How many sign-ins could be begun. */
function beginSignIns({ base, port }) {
  const options = { port, headers: { accept: 'text/html' }, count: MOST, seconds: SECONDS };
  return flood(`${base}/sign-in`, options, ({ headers }) => headers.location?.includes('/oidc/auth'));
}

/** The bytes of the store's files. */
function size(folder) {
  const files = readdirSync(folder).filter((name) => name.startsWith('sessions.db'));
  return files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
