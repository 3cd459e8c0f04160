// Two hundred people whose access tokens live for five seconds, over two processes on one store, while every refresh
// replaces the refresh token. One process is killed every half minute and started again; whoever was answered by it asks the other
// one, as a proxy does. Nobody is signed out, and the memory of the process that stays is flat. Without any grace for a
// replaced refresh token, those are signed out whose refresh was in flight at a kill. `HOLD_SOAK_SECONDS` says how long. Catalogue:
// RF-16, RF-17, RF-22, OU-16.

import { memoryGrowth } from './memory.mjs';
import { freePort, sessionKey } from './server.mjs';
import { sleep } from './watch.mjs';

export const SECONDS = Number(process.env.HOLD_SOAK_SECONDS ?? 600);
const PEOPLE = 200;
const TOKEN_LIFE = 5;
const DELAY = 20;
/** How long a person waits between two requests, in milliseconds. */
const PAUSE = 2_000;
const KILL_EVERY = 30_000;
/** How long the killed process is away. */
const AWAY = 1_000;
/** How long a process has to store what the provider has answered. */
const STORED_WITHIN = 500;
/** How much the memory may grow, once it is warm. */
export const GROWTH = 0.05;

export const soak = (store, { grace, kills }) => async (hold) => {
  const { provider } = hold;
  Object.assign(provider, { accessTokenLife: TOKEN_LIFE, grace, refreshDelay: DELAY });
  const env = { SESSION_STORE: await store(hold), RATE_LIMIT: 'off' };
  const options = { base: `http://localhost:${await freePort()}`, keys: sessionKey() };
  const start = (secret, port) => hold.start({ ...options, port, env: { ...env, LOGTO_APP_SECRET: secret } });
  const stays = await start('stays');
  let killed = await start('killed');
  const ports = [stays.port, killed.port];

  /** Until it succeeds; the subject. */
  const signIn = async (browser) => {
    for (;;) {
      const atProvider = await browser.beginSignIn({ port: stays.port });
      if (await browser.finishSignIn(atProvider, { port: stays.port })) return new URL(atProvider).searchParams.get('state');
    }
  };
  const people = Array.from({ length: PEOPLE }, () => ({ browser: stays.browser() }));
  for (const person of people) person.subject = await signIn(person.browser);

  const end = Date.now() + SECONDS * 1_000;
  const counts = { answered: 0, elsewhere: 0, unavailable: 0, signedOut: [], lost: new Set() };
  const use = async (person, number) => {
    await sleep(Math.random() * PAUSE);
    for (let turn = number; Date.now() < end; turn += 1) {
      const ask = (port) => person.browser.userInfo({ port }).catch(() => null);
      let status = await ask(ports[turn % 2]);
      if (status === null) {
        counts.elsewhere += 1;
        status = await ask(stays.port);
      }
      if (status === 200) counts.answered += 1;
      else if (status === 401) {
        counts.signedOut.push(person.subject);
        person.subject = await signIn(person.browser);
      } else counts.unavailable += 1;
      await sleep(PAUSE * (0.5 + Math.random()));
    }
  };
  const killing = async () => {
    let times = 0;
    for (let next = Date.now() + KILL_EVERY; next < end; next += KILL_EVERY) {
      await sleep(next - Date.now());
      const now = Date.now();
      await killed.kill();
      for (const { subject, secret, answeredAt = now } of provider.log.splice(0)) {
        if (secret === 'killed' && answeredAt >= now - STORED_WITHIN) counts.lost.add(subject);
      }
      times += 1;
      await sleep(AWAY);
      killed = await start('killed', killed.port);
    }
    return times;
  };
  const [times, growth] = await Promise.all([kills ? killing() : 0, memoryGrowth(stays, end), ...people.map(use)]);
  await Promise.all([stays.stop(), killed.stop()]);

  const { answered, elsewhere, unavailable, signedOut, lost } = counts;
  const unexpected = signedOut.filter((subject) => grace > 0 || !lost.has(subject)).length;
  return {
    passed: unexpected === 0 && (grace === 0 || provider.revoked.length === 0) && growth <= GROWTH && answered > 0,
    figure:
      `${PEOPLE} people for ${SECONDS} s, ${times} kills, grace ${grace / 1000} s: ${answered} requests answered, ${elsewhere} of them by the other ` +
      `process, ${unavailable} not; ${provider.refreshes} refreshes; ${signedOut.length} signed out` +
      (kills ? ` (${signedOut.filter((subject) => lost.has(subject)).length} of the ${lost.size} whose refresh was in flight at a kill)` : '') +
      `, ${provider.revoked.length} grants revoked; memory ${(growth * 100).toFixed(1)} % (at most ${GROWTH * 100})`,
  };
};
