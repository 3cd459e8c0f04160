// The disk of the store is full: a tmpfs of a few megabytes, with a file that takes what is left. Whoever is signed in
// stays so, also when a use of the session is due to be noted; who signs out is signed out, for good. With room again,
// people sign in as before. Catalogue: OU-11, OU-18, SE-22.

import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { sessionKey } from './server.mjs';
import { Watch, sleep } from './watch.mjs';

/** With it, a use of the session is noted every six seconds. */
const IDLE = '60s';
const SECONDS = 9;
/** How long the server has to write what it could not. */
const PAUSE = 5_000;
/** Sign-ins that take the room which the store's own files still have. */
const MOST_SIGN_INS = 60;

export async function fullDisk(hold) {
  const disk = join(hold.folder, 'disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=700', 'hold', disk], { stdio: 'pipe' });
  } catch (error) {
    return { passed: false, figure: `not measured, since no tmpfs can be mounted here (${String(error.stderr ?? error).trim()}): run it as root` };
  }
  hold.atEnd(() => execFileSync('umount', ['-l', disk]));
  // The server's own log goes to the disk, too, as it would.
  const options = { folder: disk, keys: sessionKey(), env: { SESSION_IDLE: IDLE } };
  const server = await hold.start(options);
  const [stays, leaves] = [await server.browser().mustSignIn(), await server.browser().mustSignIn()];

  fill(join(disk, 'filler'));
  let signedIn = 0;
  while (signedIn < MOST_SIGN_INS && (await server.browser().signIn())) signedIn += 1;
  if (signedIn === MOST_SIGN_INS) return { passed: false, figure: `not measured: after ${signedIn} sign-ins on a full disk the store still takes more` };
  const watch = new Watch({ '/healthz': () => server.health(), '/profile': () => stays.status('/profile') });
  await sleep(SECONDS * 1_000);
  const { passed: reads, text } = await watch.stop();
  const copy = leaves.copy();
  const signedOut = await isSignedOut(leaves, copy);

  rmSync(join(disk, 'filler'));
  await sleep(PAUSE);
  const again = await server.browser().signIn();
  await server.stop();
  const next = await hold.start({ ...options, port: server.port });
  const stayed = await stays.isSignedIn();
  const stayedOut = !(await copy.isSignedIn());
  await next.stop();
  return {
    passed: reads && signedOut && again && stayed && stayedOut,
    figure:
      `${SECONDS} s on a full disk: ${text}; a sign-out ${signedOut ? 'ends the session' : 'fails'}; ` +
      `with room again ${again ? 'people sign in' : 'nobody can sign in'}; ` +
      `after a restart who stayed is signed ${stayed ? 'in' : 'out'}, who left is signed ${stayedOut ? 'out' : 'in'}`,
  };
}

/** Whether the sign-out takes the session away from the browser, and from whoever has a copy of its cookies. */
async function isSignedOut(browser, copy) {
  try {
    await browser.submit('/profile', '/sign-out');
    return !(await browser.isSignedIn()) && !(await copy.isSignedIn());
  } catch {
    return false;
  }
}

/** Writes until there is no room, at last byte by byte. */
function fill(path) {
  const file = openSync(path, 'w');
  for (let piece = 64 * 1024; piece >= 1; piece = Math.floor(piece / 2)) {
    const zeros = Buffer.alloc(piece);
    try {
      for (;;) writeSync(file, zeros);
    } catch (error) {
      if (error.code !== 'ENOSPC') throw error;
    }
  }
  closeSync(file);
}
