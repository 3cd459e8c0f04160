// Standard error is a full pipe whose reader stalls. A thousand refused writes, and calls of a server function that it cannot
// read, are answered all the same, and pages meanwhile. When the reader goes on, so does the log. With the reader stalled
// again, the server can be stopped. Catalogue: OU-22.

import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { flood } from './flood.mjs';
import { Watch, sleep } from './watch.mjs';

const WRITES = 1_000;
const CALLS = 100;
const SECONDS = 30;
const TIMEOUT = 5_000;
/** How long the log has to go on when somebody reads again. */
const RESUME = 2_000;
const FILLER = 0;

export async function unreadLog(hold) {
  const pipe = join(hold.folder, 'log');
  execFileSync('mkfifo', [pipe]);
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const filler = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
  const writer = openSync(pipe, constants.O_WRONLY);
  try {
    const server = await hold.start({ log: writer });
    const person = await server.browser().mustSignIn();
    drain(reader);

    fill(filler);
    const watch = new Watch({
      '/healthz': () => server.health({ timeout: TIMEOUT }),
      '/profile': () => person.status('/profile', { timeout: TIMEOUT }),
    });
    const refused = await refusedWrites(server);
    const unreadable = await unreadableCalls(server);
    const { passed, text } = await watch.stop();
    const resumed = await linesWhenRead(reader);
    fill(filler);
    const stopped = await server.stop().catch(() => null);
    return {
      passed: passed && refused === WRITES && unreadable === CALLS && resumed > 0 && stopped !== null,
      figure:
        `${refused} of ${WRITES} refused writes and ${unreadable} of ${CALLS} unreadable calls answered; ${text}; ` +
        `${resumed} lines came when they were read; ` +
        (stopped === null ? 'does not stop on SIGTERM' : `stopped in ${stopped.toFixed(2)} s`),
    };
  } finally {
    for (const file of [reader, filler, writer]) closeSync(file);
  }
}

/** How many writes of another site's page were refused. */
function refusedWrites(server) {
  const from = { origin: 'https://other.example', 'sec-fetch-site': 'cross-site' };
  return post(server, '/sign-out', from, '', WRITES, 403);
}

/** How many calls whose body is no text were refused as that, or at least answered. */
function unreadableCalls(server) {
  const from = { origin: server.base, 'sec-fetch-site': 'same-origin' };
  return post(server, '/language', from, Buffer.from('language=%\xff', 'latin1'), CALLS, 400);
}

/** How many of `count` forms got that status, or a higher one. */
function post({ base, port }, path, from, body, count, status) {
  const headers = { ...from, 'content-type': 'application/x-www-form-urlencoded' };
  const options = { port, method: 'POST', headers, body, timeout: TIMEOUT, count, seconds: SECONDS };
  return flood(base + path, options, (answer) => answer.status >= status);
}

/** Writes to the pipe until it takes no more. */
function fill(filler) {
  untilItWaits(() => {
    for (;;) writeSync(filler, Buffer.alloc(1, FILLER));
  });
}

/** The lines that come within the time for it, without what filled the pipe. */
async function linesWhenRead(reader) {
  const end = Date.now() + RESUME;
  let text = '';
  while (Date.now() < end) {
    text += drain(reader).filter((byte) => byte !== FILLER).toString();
    await sleep(20);
  }
  return text.split('\n').length - 1;
}

/** What is in the pipe. */
function drain(reader) {
  const pieces = [];
  untilItWaits(() => {
    for (;;) {
      const piece = Buffer.alloc(64 * 1024);
      const length = readSync(reader, piece);
      if (length === 0) return;
      pieces.push(piece.subarray(0, length));
    }
  });
  return Buffer.concat(pieces);
}

/** A pipe that would have to wait says EAGAIN. */
function untilItWaits(work) {
  try {
    work();
  } catch (error) {
    if (error.code !== 'EAGAIN') throw error;
  }
}
