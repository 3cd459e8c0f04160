// One host opens 300 connections and sends nothing, one byte, or an HTTP/2 preface without its last byte; the server may
// have 256 files open. Whoever comes from another address gets an answer all the while. Catalogue: FZ-11, OU-18.

import { connect } from 'node:net';

import { Watch, sleep } from './watch.mjs';


const SOCKETS = 300;
const FILES = 256;
const SECONDS = 20;
const FIRST_BYTES = ['', 'P', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r'];
/** How long a socket that was closed waits before it comes back. */
const PAUSE = 500;
/** How long an answer may take. */
const TIMEOUT = 5_000;

export async function silentSockets(hold) {
  const server = await hold.start({ fileLimit: FILES });
  const person = await server.browser().mustSignIn();
  const host = silentHost(server.port);
  await sleep(1_000);
  const watch = new Watch({
    '/healthz': () => server.health({ timeout: TIMEOUT }),
    '/profile': () => person.status('/profile', { timeout: TIMEOUT }),
  });
  await sleep(SECONDS * 1_000);
  const { passed, text } = await watch.stop();
  host.stop();
  await server.stop();
  return { passed, figure: `${SOCKETS} silent sockets at ${FILES} files for ${SECONDS} s: ${text}; ${host.opened} opened in all` };
}

/** Keeps the sockets open; each that is closed comes back. */
function silentHost(port) {
  const host = { opened: 0, stop: () => {} };
  const sockets = new Set();
  let stopped = false;
  host.stop = () => {
    stopped = true;
    for (const socket of sockets) socket.destroy();
  };
  const open = (firstBytes) => {
    if (stopped) return;
    host.opened += 1;
    // Linux has the whole of 127.0.0.0/8 as addresses of its own; elsewhere there is only one.
    const localAddress = process.platform === 'linux' ? '127.0.0.2' : undefined;
    const socket = connect({ host: '127.0.0.1', port, localAddress }, () => socket.write(firstBytes));
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      setTimeout(open, PAUSE, firstBytes);
    });
    socket.resume();
  };
  for (let socket = 0; socket < SOCKETS; socket += 1) open(FIRST_BYTES[socket % FIRST_BYTES.length]);
  return host;
}
