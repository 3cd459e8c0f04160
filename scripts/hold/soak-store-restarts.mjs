// Two hundred people whose access tokens live for five seconds, over two processes behind nginx (deploy/nginx.conf) on one store,
// while every refresh replaces the refresh token. The store's server is stopped and started again twice, its connections are cut every 20
// seconds, and nginx reloads its configuration every 30. While the store is away, people get 503 with `Retry-After`; nobody is told
// that they are signed out, and nobody is. `HOLD_SOAK_SECONDS` says how long, `HOLD_SOAK_PEOPLE` how many on a slow machine. Catalogue: RF-07, RF-17.

import { monitorEventLoopDelay } from 'node:perf_hooks';

import { Outcomes, startBehindNginx } from './behind-nginx.mjs';
import { memoryGrowth } from './memory.mjs';
import { GROWTH, SECONDS } from './soak.mjs';
import { sleep } from './watch.mjs';

const PEOPLE = Number(process.env.HOLD_SOAK_PEOPLE ?? 200);
const TOKEN_LIFE = 5;
/** How long the provider takes for a refresh, in milliseconds: some are in flight at each disturbance. */
const DELAY = 300;
/** How long a person waits between two requests, in milliseconds: about as long as a token lives. */
const PAUSE = 4_000;
/** When the server of the store is stopped, as parts of the time, and how long it is away, in milliseconds. */
const RESTARTS = [[0.3, 2_000], [0.6, 5_000]];
const CUT_EVERY = 20_000;
const RELOAD_EVERY = 30_000;
/** How long after the store is there again, or after a cut, a request may still begin that is answered with 503. */
const SETTLE = 3_000;

export const soakStoreRestarts = (store, control) => async (hold) => {
  const { provider } = hold;
  Object.assign(provider, { accessTokenLife: TOKEN_LIFE, refreshDelay: DELAY });
  const { nginx, servers } = await startBehindNginx(hold, { SESSION_STORE: await store(hold), RATE_LIMIT: 'off' });
  /** Until when the store may be noticed to be away. */
  let disturbed = 0;
  let unavailable = 0;
  const outcomes = new Outcomes((_, { status, headers }, began) => {
    const cleared = headers['set-cookie']?.some((cookie) => /logto-session[^;]*=;/.test(cookie));
    if (status === 503 && headers['retry-after'] && began < disturbed && !cleared) {
      unavailable += 1;
      return true;
    }
    return status === 200 && !cleared;
  });

  const browsers = Array.from({ length: PEOPLE }, (_, number) => nginx.browser(`127.0.0.${2 + (number % 200)}`));
  for (const browser of browsers) await browser.mustSignIn();
  const end = Date.now() + SECONDS * 1_000;
  const lag = monitorEventLoopDelay();
  lag.enable();
  let [signIns, failedSignIns] = [0, 0];
  const use = async (number) => {
    await sleep(Math.random() * PAUSE);
    for (let turn = number; Date.now() < end; turn += 1) {
      const browser = browsers[number];
      if (turn % 3 !== 0) await outcomes.of('token', () => browser.callUserInfo());
      else await outcomes.of('page', () => browser.open('/profile'));
      // Now and then somebody signs in anew. Who is told that it has worked stays signed in.
      if (turn % 10 === 9) {
        const anew = nginx.browser(`127.0.0.${2 + (number % 200)}`);
        signIns += 1;
        const began = Date.now();
        if (await anew.signIn()) browsers[number] = anew;
        else if (began < disturbed) failedSignIns += 1;
        else outcomes.count('sign-in: does not work');
      }
      await sleep(PAUSE * (0.5 + Math.random()));
    }
  };
  const disturb = async (action, time = 0) => {
    disturbed = Infinity;
    await action();
    await sleep(time);
  };
  const restarting = async () => {
    const times = [];
    for (const [part, away] of RESTARTS) {
      await sleep(end - SECONDS * 1_000 * (1 - part) - Date.now());
      const began = Date.now();
      await disturb(() => control('stop'), away);
      await control('start');
      times.push(Date.now() - began);
      disturbed = Date.now() + SETTLE;
    }
    return times;
  };
  const repeat = async (every, action) => {
    let times = 0;
    for (let next = Date.now() + every; next < end - SETTLE; next += every) {
      await sleep(next - Date.now());
      await action();
      times += 1;
    }
    return times;
  };
  const cutting = () =>
    repeat(CUT_EVERY, async () => {
      if (Date.now() < disturbed) return;
      disturbed = Date.now() + SETTLE;
      await control('cut');
    });
  const [away, cuts, reloads, ...growths] = await Promise.all([
    restarting(),
    cutting(),
    repeat(RELOAD_EVERY, () => nginx.reload()),
    ...servers.map((server) => memoryGrowth(server, end)),
    ...browsers.map((_, number) => use(number)),
  ]);
  await sleep(SETTLE);
  const signedIn = await Promise.all(browsers.map(async (browser) => (await browser.userInfo()) === 200 && browser.isSignedIn()));
  const lost = signedIn.filter((is) => !is).length;
  await Promise.all(servers.map((server) => server.stop()));

  const growth = Math.max(...growths.slice(0, servers.length));
  const { refreshes, revoked } = provider;
  return {
    passed: outcomes.unexpected === 0 && lost === 0 && revoked.length === 0 && growth <= GROWTH,
    figure:
      `${PEOPLE} people for ${SECONDS} s, the store away for ${away.map((time) => (time / 1000).toFixed(1)).join(' and ')} s, ${cuts} cuts, ` +
      `${reloads} reloads of nginx: ${outcomes.text}, ${unavailable} with 503 meanwhile; ${refreshes} refreshes; ${failedSignIns} of ${signIns} sign-ins ` +
      `to be repeated; ${lost} sessions lost, ${revoked.length} grants revoked; memory ${(growth * 100).toFixed(1)} % (at most ${GROWTH * 100}); this program stood still for at most ${(lag.max / 1e9).toFixed(1)} s`,
  };
};
