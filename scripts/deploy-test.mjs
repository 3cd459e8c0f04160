// What deploy/ describes, by programs of this system: see deploy-test.sh.
//
//   node scripts/deploy-test.mjs SERVER DEV_IDP

import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:http2';
import { join, resolve } from 'node:path';

import { request } from './hold/browser.mjs';
import { startBehindNginx } from './hold/behind-nginx.mjs';
import { Server, freePort } from './hold/server.mjs';
import { stores } from './hold/stores.mjs';
import { fail, sleep } from './hold/watch.mjs';
import { atEnd, cleanUp, work } from './hold/work.mjs';

const [program, idp] = process.argv.slice(2).map((path) => resolve(path));
/** Longer than nginx does without a process that did not answer. */
const SETTLE = 3_000;
/** Rate-limited requests of one client at once. */
const BURST = 30;
const FORM = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };

/** Prints what was checked, or ends everything. */
function check(what, passed, found) {
  if (!passed) fail(`${what}: ${JSON.stringify(found)}`);
  console.log(`ok    ${what}`);
}

/** The development identity provider, for an application at `base`. Its settings. */
async function startProvider(base) {
  const child = spawn(idp, ['--addr', `127.0.0.1:${await freePort()}`, '--app', base], { stdio: ['ignore', 'pipe', 'inherit'] });
  atEnd(() => child.kill());
  const text = await new Promise((resolve, reject) => {
    let text = '';
    child.on('error', reject);
    child.stdout.on('data', (piece) => {
      text += piece;
      if (text.includes('# Accounts')) resolve(text);
    });
  });
  return Object.fromEntries([...text.matchAll(/^(LOGTO_[A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
}

/** Signs alice in by the pages of the provider; the last response of the application's, with the session cookie. */
async function signIn(browser) {
  let response = await browser.open('/sign-in?return_to=%2Fprofile');
  let at = browser.base;
  for (let step = 0; step < 10; step += 1) {
    if (response.headers.location) {
      const next = new URL(response.headers.location, at);
      if (next.pathname === '/callback') return browser.open(next, { headers: { 'sec-fetch-site': 'cross-site' } });
      at = next.href;
      response = await browser.open(at);
    } else {
      const [, action] = response.text.match(/<form method="post" action="([^"]*)"><button class="account"/) ?? fail(`${at} has no account to choose`);
      at = new URL(action.replaceAll('&amp;', '&'), at).href;
      const headers = { ...FORM, origin: new URL(at).origin };
      response = await browser.open(at, { method: 'POST', headers, body: 'account=alice' });
    }
  }
  return fail('the sign-in does not end');
}

async function run(store) {
  console.log(`\n${store}`);
  const folder = join(work, store);
  mkdirSync(folder);
  const base = {};
  const hold = {
    folder,
    atEnd,
    start: async ({ env, ...options }) => {
      base.settings ??= startProvider(options.base);
      const provider = await base.settings;
      const production = { LEPTOS_ENV: 'PROD', ...provider, ...env };
      return Server.start({ program, provider: { endpoint: provider.LOGTO_ENDPOINT }, folder, ...options, env: production });
    },
  };
  const { nginx, start, servers } = await startBehindNginx(hold, { SESSION_STORE: stores[store]({ folder }), RATE_LIMIT: `1/s burst ${BURST}` });
  check('two processes start in production, and nginx in front of them', true);

  const plain = await request(`${nginx.plain}/profile?a=b`);
  check('plain http is redirected to https', plain.status === 308 && plain.headers.location === `${nginx.base}/profile?a=b`, plain.headers);
  const alice = nginx.browser('127.0.0.2');
  const callback = await signIn(alice);
  const cookie = callback.headers['set-cookie']?.find((line) => line.includes('logto-session')) ?? '';
  check('alice signs in through nginx', callback.headers.location?.endsWith('/profile'), callback.headers);
  const attributes = ['Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/'];
  check('the session cookie is __Host-, Secure, HttpOnly and SameSite=Lax', cookie.startsWith('__Host-') && attributes.every((attribute) => cookie.includes(attribute)), cookie.replace(/=[^;]*/, '=…'));
  const page = await alice.open('/profile');
  check('her profile opens, with HSTS and a content security policy', page.status === 200 && page.headers['strict-transport-security'] && page.headers['content-security-policy'], page.headers);
  check('a page is compressed', (await alice.open('/profile', { headers: { 'accept-encoding': 'br' } })).headers['content-encoding'] === 'br');
  for (const path of ['/readyz', '/metrics']) {
    const { status } = await alice.open(path);
    check(`${path} is not public`, status === 404, status);
  }
  const { status: large } = await alice.open('/language', { method: 'POST', headers: { ...FORM, origin: nginx.base }, body: 'x'.repeat(65 * 1024) });
  check('a body of more than 64 KB is refused with 413', large === 413, large);
  const long = `a=${'x'.repeat(14 * 1024)}`;
  const { status: withLong } = await nginx.browser('127.0.0.2').open('/', { headers: { cookie: long } });
  check('14 KB of cookies arrive', withLong === 200, withLong);
  check('HTTP/2 is spoken', (await overHttp2(nginx)) === 200);

  const post = (client, number) => {
    const forged = { 'x-forwarded-for': `198.51.100.${number}`, forwarded: `for=198.51.100.${number}` };
    return nginx.browser(client).status('/language', { method: 'POST', headers: { ...FORM, ...forged, origin: nginx.base }, body: 'language=en' });
  };
  // Each process counts for itself.
  const statuses = await Promise.all(Array.from({ length: 2 * BURST + 20 }, (_, number) => post('127.0.0.20', number)));
  check('one client is limited, whatever forwarding headers it sends', statuses.includes(429) && statuses.includes(302), statuses);
  const { status: other } = { status: await post('127.0.0.21', 1) };
  check('another client is not', other === 302, other);

  const opens = async (count) => {
    const statuses = [];
    while (statuses.length < count) statuses.push(await alice.status('/profile').catch((error) => error.code));
    return statuses;
  };
  const all = (statuses) => statuses.every((status) => status === 200);
  await servers[0].kill();
  let found = await opens(20);
  check('one process is killed: 20 of 20 pages open', all(found), found);
  servers[0] = await start(0);
  await sleep(SETTLE);
  let running = true;
  found = [];
  const reading = (async () => {
    while (running) found.push(...(await opens(1)));
  })();
  for (const number of [0, 1]) {
    await servers[number].stop();
    servers[number] = await start(number);
    await sleep(SETTLE);
  }
  nginx.reload();
  await sleep(500);
  running = false;
  await reading;
  check(`both are restarted in turn, and nginx reloads: ${found.length} of ${found.length} pages open`, all(found), found.filter((status) => status !== 200));
  await Promise.all(servers.map((server) => server.stop()));
  const away = await alice.open('/profile');
  check('both are away: 503 with Retry-After and a page', away.status === 503 && away.headers['retry-after'] === '5' && away.text.includes('Back in a moment'), away.headers);
  check('and no cookie is changed', away.headers['set-cookie'] === undefined, away.headers);
  servers[0] = await start(0);
  servers[1] = await start(1);
  await sleep(SETTLE);
  check('they are back, and alice is signed in', all(await opens(4)));
  check('the access log of nginx has the callback, and no query', nginx.accessLog().includes('"GET /callback ') && !/"(GET|POST) [^"]*[?]/.test(nginx.accessLog()), nginx.accessLog().match(/.*[?].*/)?.[0]);
  await Promise.all(servers.map((server) => server.stop()));
  cleanUp();
}

async function overHttp2({ base, ca }) {
  const session = connect(base, { ca, lookup: (_, options, found) => (options.all ? found(null, [{ address: '127.0.0.1', family: 4 }]) : found(null, '127.0.0.1', 4)) });
  const stream = session.request({ ':path': '/healthz' });
  const status = await new Promise((resolve, reject) => {
    session.on('error', reject);
    stream.on('response', (headers) => resolve(headers[':status']));
  });
  session.close();
  return status;
}

let missing = 0;
for (const store of ['postgres', 'redis']) {
  try {
    if (store in stores) await run(store);
    else missing += 1;
  } catch (error) {
    console.error(`FAIL  ${error.message}`);
    process.exit(1);
  }
}
console.log(missing ? `\n${missing} of 2 stores could not be had here` : '\nall of it works');
process.exit(missing ? 1 : 0);
