// The server gets SIGTERM while refreshes are under way that the provider takes three seconds for, and whose browsers
// have hung up. After a restart, everybody is signed in. Catalogue: OU-15, RF-08; F17.

import { sessionKey } from './server.mjs';
import { sleep } from './watch.mjs';

const PEOPLE = 5;
const TOKEN_LIFE = 2;
const DELAY = 3_000;
const PATIENCE_OF_BROWSERS = 500;

export async function stopDuringRefresh(hold) {
  const { provider } = hold;
  provider.accessTokenLife = TOKEN_LIFE;
  const options = { keys: sessionKey() };
  const server = await hold.start(options);
  const people = [];
  while (people.length < PEOPLE) people.push(await server.browser().mustSignIn());
  await sleep(TOKEN_LIFE * 1_000);

  provider.refreshDelay = DELAY;
  const before = provider.refreshes;
  await Promise.all(people.map((person) => person.userInfo({ timeout: PATIENCE_OF_BROWSERS }).catch(() => {})));
  const refreshes = provider.refreshes - before;
  const seconds = await server.stop();
  provider.refreshDelay = 0;
  // No longer will a replaced refresh token do.
  await sleep(DELAY + 500);
  const next = await hold.start({ ...options, port: server.port });
  const statuses = await Promise.all(people.map((person) => person.userInfo()));
  const signedIn = statuses.filter((status) => status === 200).length;
  await next.stop();
  return {
    passed: refreshes === PEOPLE && signedIn === PEOPLE,
    figure: `SIGTERM during ${refreshes} refreshes, the server stopped after ${seconds.toFixed(2)} s; after the restart ${signedIn} of ${PEOPLE} people are signed in`,
  };
}
