// Two hundred people with an open page each at one of two processes on one store. The identity provider logs them out at the other
// process, by back-channel logout, and each page hears of it within a second. Catalogue: LO-23.

import { request } from './browser.mjs';
import { freePort, sessionKey } from './server.mjs';
import { sleep } from './watch.mjs';

const PEOPLE = 200;
/** How many of them are logged out at the same time. */
const AT_ONCE = 10;
/** How soon a page has to hear of it, in milliseconds. */
const WITHIN = 1_000;
/** A process has streams for some pages of one address. */
const ADDRESSES = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'];

export const openPages = (store) => async (hold) => {
  const { provider } = hold;
  const env = { SESSION_STORE: await store(hold), RATE_LIMIT: 'off' };
  const options = { base: `http://localhost:${await freePort()}`, keys: sessionKey(), env };
  const [pages, other] = [await hold.start(options), await hold.start(options)];
  const memory = pages.memory();
  const people = [];
  for (let number = 0; number < PEOPLE; number += 1) {
    const browser = pages.browser();
    const atProvider = await browser.beginSignIn({ port: pages.port });
    await browser.finishSignIn(atProvider, { port: pages.port });
    const person = { browser, subject: new URL(atProvider).searchParams.get('state') };
    const localAddress = ADDRESSES[number % ADDRESSES.length];
    person.close = await browser.events({ port: pages.port, localAddress }, (event) => {
      if (event === 'ended') person.heardAt ??= performance.now();
    });
    people.push(person);
  }
  const grown = (pages.memory() - memory) / 1024 / PEOPLE;
  await sleep(500);

  const refused = [];
  const logOut = async (person) => {
    person.endedAt = performance.now();
    const body = new URLSearchParams({ logout_token: provider.logoutToken(person.subject) }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { status } = await request(`${other.base}/backchannel-logout`, { port: other.port, method: 'POST', headers, body });
    if (status !== 200) refused.push(status);
  };
  for (let first = 0; first < PEOPLE; first += AT_ONCE) await Promise.all(people.slice(first, first + AT_ONCE).map(logOut));
  await sleep(WITHIN);
  const took = people.filter(({ heardAt }) => heardAt).map(({ heardAt, endedAt }) => heardAt - endedAt);
  for (const { close } of people) close();
  await Promise.all([pages, other].map((server) => server.stop()));
  const slowest = Math.max(...took);
  return {
    passed: took.length === PEOPLE && slowest < WITHIN && refused.length === 0,
    figure:
      `${took.length} of ${PEOPLE} open pages heard of their logout at another process, the slowest after ${slowest.toFixed(0)} ms (at most ` +
      `${WITHIN}); ${grown.toFixed(0)} KB of memory for each page with its sign-in${refused.length ? ` (${refused[0]})` : ''}`,
  };
};
