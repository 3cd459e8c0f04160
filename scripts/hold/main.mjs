// Fault injection: a scenario for each fault that a server meets in production, one after the other, a line with a figure
// for each. With --only, some of them. Exits with 1 when one of them fails.
//
//   node scripts/hold/main.mjs [--only NAME]... PROGRAM
//
// Everything listens on loopback, at free ports. What was started is stopped by its process id, and the folder with its
// files is removed, also when this is interrupted; with HOLD_KEEP=1 it stays, with the logs in it.

import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { fullDisk } from './full-disk.mjs';
import { lostAnswers } from './lost-answers.mjs';
import { openPages } from './open-pages.mjs';
import { Provider } from './provider.mjs';
import { restoredBackup } from './restored-backup.mjs';
import { rollingKeys } from './rolling-keys.mjs';
import { rollingRestart } from './rolling-restart.mjs';
import { Server } from './server.mjs';
import { signInFlood } from './sign-in-flood.mjs';
import { silentSockets } from './silent-sockets.mjs';
import { SECONDS, soak } from './soak.mjs';
import { soakStoreRestarts } from './soak-store-restarts.mjs';
import { stopDuringRefresh } from './stop-during-refresh.mjs';
import { onEachStore, onEachStoreServer } from './stores.mjs';
import { twoProcesses } from './two-processes.mjs';
import { unreadLog } from './unread-log.mjs';
import { unreadStreams } from './unread-streams.mjs';
import { fail, sleep } from './watch.mjs';
import { atEnd, cleanUp, work } from './work.mjs';

const SCENARIOS = {
  'silent-sockets': silentSockets,
  'unread-streams': unreadStreams,
  'sign-in-flood': signInFlood,
  'full-disk': fullDisk,
  'unread-log': unreadLog,
  'lost-answers': lostAnswers,
  'stop-during-refresh': stopDuringRefresh,
  'rolling-keys': rollingKeys,
  'restored-backup': restoredBackup,
  ...onEachStore('two-processes', twoProcesses),
  ...onEachStore('rolling-restart', rollingRestart),
  ...onEachStore('open-pages', openPages),
};
/** How many seconds one may take, and all together. */
const LONGEST = 75;
const TOTAL = 400;
/** Those that take long, and only run when they are named. */
const LONG = {
  ...onEachStore('soak', (store) => soak(store, { grace: 3_000, kills: true })),
  ...onEachStore('soak-without-grace', (store) => soak(store, { grace: 0, kills: true })),
  ...onEachStore('soak-without-kills', (store) => soak(store, { grace: 0, kills: false })),
  ...onEachStoreServer('soak-store-restarts', soakStoreRestarts),
};

const { values, positionals } = parseArgs({ options: { only: { type: 'string', multiple: true } }, allowPositionals: true });
const names = [...new Set(values.only ?? Object.keys(SCENARIOS))];
const unknown = names.find((name) => !(name in SCENARIOS || name in LONG));
const program = resolve(positionals[0] ?? '');
if (unknown !== undefined || positionals.length !== 1 || !existsSync(program)) {
  console.error(unknown === undefined ? `There is no program at ${program}.` : `There is no scenario ${unknown}.`);
  console.error(`usage: main.mjs [--only NAME]... PROGRAM, where NAME is one of ${Object.keys({ ...SCENARIOS, ...LONG }).join(', ')}`);
  process.exit(2);
}

async function run(name) {
  const seconds = name in LONG ? SECONDS + LONGEST : Math.min(LONGEST, (end - Date.now()) / 1_000);
  const folder = join(work, name);
  mkdirSync(folder);
  const provider = await Provider.start();
  atEnd(() => provider.stop());
  let over = false;
  const hold = {
    folder,
    provider,
    /** A server with its store in the scenario's folder; see `Server.start`. */
    start: (options) => (over ? fail('too late') : Server.start({ program, provider, folder, ...options })),
    /** Runs when the scenario is over, however it ended. */
    atEnd,
  };
  const tooLong = sleep(seconds * 1_000).then(() => ({ passed: false, figure: `not over after ${seconds.toFixed(0)} s` }));
  try {
    return await Promise.race([(SCENARIOS[name] ?? LONG[name])(hold), tooLong]);
  } catch (error) {
    return { passed: false, figure: error.message };
  } finally {
    over = true;
    cleanUp();
  }
}

let failed = 0;
const end = Date.now() + (TOTAL + names.filter((name) => name in LONG).length * (SECONDS + LONGEST)) * 1_000;
for (const name of names) {
  const began = Date.now();
  const { passed, figure } = await run(name);
  if (!passed) failed += 1;
  console.log(`${passed ? 'pass' : 'FAIL'}  ${name}: ${figure}  [${((Date.now() - began) / 1000).toFixed(0)} s]`);
}
console.log(`${names.length - failed} of ${names.length} passed`);
process.exit(failed === 0 ? 0 : 1);
