// A back-up of the store is restored from before a sign-out. The session is back for whoever kept its cookie, as docs/production.md says, until
// `server sessions end --all`, which works with another key, too. With another key alone, nobody is told that they are signed out.
// Catalogue: SE-18, LO-23.

import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { sessionKey } from './server.mjs';

export async function restoredBackup(hold) {
  const keys = sessionKey();
  const [store, backup] = [join(hold.folder, 'sessions.db'), join(hold.folder, 'backup.db')];
  let server = await hold.start({ keys });
  const [leaves, stays] = [await server.browser().mustSignIn(), await server.browser().mustSignIn()];
  /** The status for the cookies as they are now, which the answer does not change. */
  const opens = (person) => person.copy().status('/profile');
  const kept = leaves.copy();
  const restart = async (keys, between = () => {}) => {
    await server.stop();
    between();
    server = await hold.start({ keys, port: server.port });
  };
  await restart(keys, () => copy(store, backup));
  await leaves.submit('/profile', '/sign-out');
  const found = { 'after the sign-out': await opens(kept) };
  await restart(keys, () => copy(backup, store));
  found['after the restore'] = await opens(kept);
  const other = sessionKey();
  await restart(other);
  found['with another key alone'] = await opens(stays);
  const said = server.run('sessions', 'end', '--all');
  found['after sessions end --all'] = await opens(stays);
  await restart(keys);
  found['with the key again'] = await opens(kept);
  await server.stop();
  const statuses = Object.values(found).join(' ');
  return {
    passed: statuses === '303 200 503 303 303' && said === 'sessions ended: 2\n',
    figure: `${Object.entries(found)
      .map(([when, status]) => `${when} ${status}`)
      .join(', ')}; ${said.trim()}`,
  };
}

/** Copies a database that nobody has open: what is in the log beside it is a part of it. */
function copy(from, to) {
  for (const part of ['', '-wal', '-shm']) {
    rmSync(to + part, { force: true });
    if (existsSync(from + part)) copyFileSync(from + part, to + part);
  }
}
