// Two processes on one store behind nginx (deploy/nginx.conf). Each is stopped by SIGTERM and started again, in turn, several times,
// while people read pages, need refreshed tokens, send forms and sign in. No request is lost, and nobody is signed out. Catalogue:
// OU-15, OU-16.

import { Outcomes, startBehindNginx } from './behind-nginx.mjs';
import { sleep } from './watch.mjs';

const PEOPLE = 20;
const TOKEN_LIFE = 2;
/** How often each of the two is restarted. */
const TIMES = 2;
/** nginx asks a process again after two seconds at most, and has to find it well before the other one stops. */
const BETWEEN = 3_000;
/** How long a person waits between two requests, in milliseconds. */
const PAUSE = 200;
const FORM = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };
const EXPECTED = { page: 200, token: 200, form: 302 };

export const rollingRestart = (store) => async (hold) => {
  const { provider } = hold;
  Object.assign(provider, { accessTokenLife: TOKEN_LIFE, refreshDelay: 50 });
  const { nginx, start, servers } = await startBehindNginx(hold, { SESSION_STORE: await store(hold), RATE_LIMIT: 'off' });
  const outcomes = new Outcomes((name, { status }) => status === EXPECTED[name]);
  let [running, signIns, forms] = [true, 0, 0];
  const people = [];
  while (people.length < PEOPLE) people.push(await nginx.browser().mustSignIn());
  const use = async (person, number) => {
    const form = { method: 'POST', headers: { ...FORM, origin: nginx.base }, body: 'language=ja' };
    const ask = [
      () => outcomes.of('page', () => person.open('/profile')),
      () => outcomes.of('form', () => ((forms += 1), person.open('/language', form))),
      () => outcomes.of('token', () => person.callUserInfo()),
      () => outcomes.of('form', () => ((forms += 1), person.open('/language', form))),
      () => ((signIns += 1), signIn(nginx.browser(), outcomes)),
    ];
    for (let turn = number; running; turn += 1) {
      await ask[turn % ask.length]();
      await sleep(PAUSE * (0.5 + Math.random()));
    }
  };
  const restart = async () => {
    let slowest = 0;
    for (let turn = 0; turn < 2 * TIMES; turn += 1) {
      await sleep(BETWEEN);
      slowest = Math.max(slowest, await servers[turn % 2].stop());
      servers[turn % 2] = await start(turn % 2);
    }
    await sleep(BETWEEN);
    running = false;
    return slowest;
  };
  const [slowest] = await Promise.all([restart(), ...people.map(use)]);
  await Promise.all(servers.map((server) => server.stop()));
  return {
    passed: outcomes.unexpected === 0 && signIns > 0,
    figure:
      `${2 * TIMES} restarts of two processes behind nginx: ${outcomes.text}; ${forms} forms, ${signIns} sign-ins and ` +
      `${provider.refreshes} refreshes among them; the slowest stop took ${slowest.toFixed(2)} s`,
  };
};

/** Signs somebody in; each request is counted. */
async function signIn(browser, outcomes) {
  const step = async (name, expected, ...request) => {
    const response = await browser.open(...request);
    if (response.status !== expected) outcomes.count(`${name}: ${response.status}`);
    outcomes.all += 1;
    return response;
  };
  try {
    const { headers } = await step('sign-in', 303, '/sign-in?return_to=%2Fprofile');
    const back = await browser.open(headers.location);
    await step('callback', 303, back.headers.location, { headers: { 'sec-fetch-site': 'cross-site' } });
    await step('page after the sign-in', 200, '/profile');
  } catch (error) {
    outcomes.count(`sign-in: ${error.code ?? error.message}`);
  }
}
