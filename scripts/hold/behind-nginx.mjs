// Two servers on one store behind nginx, and the people who use them: each request with its outcome.

import { join } from 'node:path';

import { Nginx } from './nginx.mjs';
import { freePort, sessionKey } from './server.mjs';

/** Starts them. `servers` are theirs, `start(number)` starts one again. */
export async function startBehindNginx(hold, env) {
  const ports = [await freePort(), await freePort()];
  const nginx = await Nginx.start(join(hold.folder, 'nginx'), ports);
  hold.atEnd(() => nginx.stop());
  const options = { base: nginx.base, keys: sessionKey(), env: { TRUSTED_PROXIES: '127.0.0.1', ...env } };
  const start = (number) => hold.start({ ...options, port: ports[number] });
  return { nginx, start, servers: await Promise.all([start(0), start(1)]) };
}

/** What became of requests: how many had each outcome, in words. */
export class Outcomes {
  #expected;
  #counts = new Map();
  all = 0;

  /** `expected` tells from the name, the response and the time when the request began whether it is as it should be. */
  constructor(expected) {
    this.#expected = expected;
  }

  /** Sends one: the response, or `null` when there was none. */
  async of(name, send) {
    const began = Date.now();
    const response = await send().catch((error) => error.code ?? error.message);
    this.all += 1;
    const arrived = typeof response === 'object';
    if (!arrived || !this.#expected(name, response, began)) this.count(`${name}: ${arrived ? response.status : response}`);
    return arrived ? response : null;
  }

  count(outcome) {
    this.#counts.set(outcome, (this.#counts.get(outcome) ?? 0) + 1);
  }

  get unexpected() {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  get text() {
    const each = [...this.#counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
    return `${this.unexpected} of ${this.all} requests not answered as they should be${each && ` (${each})`}`;
  }
}
