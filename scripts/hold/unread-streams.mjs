// Four hosts open HTTP/2 connections, ask for files and pages on each of their streams and read no response: one allows no
// byte of it, one a single byte. The server may have 256 files open. Whoever comes from another address gets files, pages
// and the health check all the while, and what the server holds for the hosts stays small. Catalogue: FZ-11, OU-18.

import { mkdirSync, writeFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { join } from 'node:path';

import { Watch, sleep } from './watch.mjs';

const FILES = 256;
const HOSTS = ['127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.5'];
const CONNECTIONS = 4;
const STREAMS = 32;
const WINDOWS = [0, 1];
const SECONDS = 20;
/** How long a connection that was closed waits before it comes back. */
const PAUSE = 500;
/** How long an answer may take. */
const TIMEOUT = 5_000;
/** The size of the file, and what the memory of the server may grow by, in bytes. */
const FILE = 4 * 1024 * 1024;
const GROWTH = 128 * 1024 * 1024;

export async function unreadStreams(hold) {
  if (process.platform !== 'linux') return { passed: false, figure: 'not measured: only Linux has the addresses of 127.0.0.0/8 for clients' };
  const site = join(hold.folder, 'site');
  mkdirSync(join(site, 'pkg'), { recursive: true });
  writeFileSync(join(site, 'pkg', 'large.wasm'), Buffer.alloc(FILE));
  writeFileSync(join(site, 'pkg', 'small.js'), 'export default 1;\n');
  const server = await hold.start({ fileLimit: FILES, env: { LEPTOS_SITE_ROOT: site } });
  const person = await server.browser().mustSignIn();
  const before = server.memory();
  const hosts = HOSTS.map((host) => unreadHost(server.port, host));
  await sleep(1_000);
  const watch = new Watch({
    '/healthz': () => server.health({ timeout: TIMEOUT }),
    '/profile': () => person.status('/profile', { timeout: TIMEOUT }),
    '/pkg/small.js': () => person.status('/pkg/small.js', { timeout: TIMEOUT }),
  });
  await sleep(SECONDS * 1_000);
  const { passed, text } = await watch.stop();
  const growth = server.memory() - before;
  const sum = (what) => hosts.reduce((sum, host) => sum + host[what], 0);
  const [answered, refused] = [sum('answered'), sum('refused')];
  for (const host of hosts) host.stop();
  await server.stop();
  return {
    passed: passed && growth <= GROWTH && answered > 0 && refused > 0,
    figure:
      `${HOSTS.length} hosts with ${CONNECTIONS} connections of ${STREAMS} streams at ${FILES} files for ${SECONDS} s: ${text}; ` +
      `of the unread requests ${answered} answered and ${refused} refused; memory grew by ${(growth / 1024 / 1024).toFixed(0)} MiB ` +
      `(at most ${GROWTH / 1024 / 1024})`,
  };
}

/** Keeps all streams of its connections in use; a connection that is closed comes back. */
function unreadHost(port, localAddress) {
  const host = { answered: 0, refused: 0, stop: () => {} };
  const sessions = new Set();
  let stopped = false;
  host.stop = () => {
    stopped = true;
    for (const session of sessions) session.destroy();
  };
  const open = (initialWindowSize) => {
    if (stopped) return;
    const createConnection = () => connect({ host: '127.0.0.1', port, localAddress });
    const session = connectHttp2(`http://localhost:${port}`, { createConnection, settings: { initialWindowSize } });
    sessions.add(session);
    session.on('error', () => {});
    session.on('close', () => {
      sessions.delete(session);
      setTimeout(open, PAUSE, initialWindowSize);
    });
    for (let number = 0; number < STREAMS; number += 1) ask(session, number % 2 ? '/pkg/large.wasm' : '/', host);
  };
  for (let number = 0; number < CONNECTIONS; number += 1) open(WINDOWS[number % WINDOWS.length]);
  return host;
}

/** One request. The response is not read, unless it is a refusal: then the request comes again. */
function ask(session, path, host) {
  if (session.destroyed || session.closed) return;
  const stream = session.request({ ':path': path, accept: 'text/html' });
  stream.on('error', () => {});
  stream.on('response', (headers) => {
    if (headers[':status'] === 200) {
      host.answered += 1;
      return;
    }
    host.refused += 1;
    stream.close();
    setTimeout(ask, PAUSE, session, path, host);
  });
}
