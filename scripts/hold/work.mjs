// The folder of a run, and what has to happen at its end, however that comes.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { stopAll } from './server.mjs';

/** A new folder. It is removed at the end; with HOLD_KEEP=1 it stays, with the logs in it. */
export const work = mkdtempSync(join(tmpdir(), 'leptos-logto-hold-'));
const endings = [];

/** Runs at the next `cleanUp`. */
export function atEnd(ending) {
  endings.push(ending);
}

/** Stops the servers, and runs what was to run at the end, the last one first. */
export function cleanUp() {
  stopAll();
  for (const ending of endings.splice(0).reverse()) {
    try {
      ending();
    } catch (error) {
      console.error(`cleaning up: ${error.message}`);
    }
  }
}

process.on('exit', () => {
  cleanUp();
  if (process.env.HOLD_KEEP) console.error(`the files are in ${work}`);
  else rmSync(work, { recursive: true, force: true });
});
for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]]) process.on(signal, () => process.exit(code));
