// The server under test, as a process of its own.

import { execFileSync, spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { Browser, request } from './browser.mjs';
import { fail, sleep } from './watch.mjs';

const running = new Set();

/** Ends what is still running, at once. */
export function stopAll() {
  for (const child of running) child.kill('SIGKILL');
}

export const sessionKey = () => randomBytes(32).toString('base64');

/** A port below those that a system gives to whoever asks for any, so that no connection takes it before its server does. */
export async function freePort() {
  for (;;) {
    const port = randomInt(10_000, 20_000);
    const held = createServer();
    const free = await new Promise((settled) => {
      held.on('error', () => settled(false));
      held.listen(port, '127.0.0.1', () => settled(true));
    });
    if (!free) continue;
    await new Promise((closed) => held.close(closed));
    return port;
  }
}

export class Server {
  #child;
  #exited;
  #program;
  #settings;

  /**
   * Starts a server and waits until it answers.
   *
   * - `base`: where people reach it, if that is another server's port.
   * - `folder`: where its store and its log are.
   * - `keys`: its `SESSION_KEYS`.
   * - `env`: further settings.
   * - `fileLimit`: how many files it may have open.
   * - `log`: a file descriptor to write the log to.
   */
  static async start({ program, provider, folder, keys = sessionKey(), port, base, env = {}, fileLimit, log }) {
    const server = new Server();
    server.port = port ?? (await freePort());
    server.base = base ?? `http://localhost:${server.port}`;
    const logFile = join(folder, `${server.port}.log`);
    const stderr = log ?? openSync(logFile, 'a');
    const command = fileLimit ? ['sh', '-c', `ulimit -n ${fileLimit} && exec "$0"`, program] : [program];
    // Nothing of the environment but what a program needs to run, and no .env: no setting of somebody's own counts here.
    const settings = {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      ENV_FILE: '',
      LEPTOS_ENV: 'DEV',
      LEPTOS_SITE_ADDR: `127.0.0.1:${server.port}`,
      APP_BASE_URL: server.base,
      LOGTO_ENDPOINT: provider.endpoint,
      LOGTO_APP_ID: 'hold',
      LOGTO_APP_SECRET: 'secret-of-hold',
      SESSION_STORE: `sqlite://${join(folder, 'sessions.db')}`,
      SESSION_KEYS: keys,
      SHOP_DATABASE: 'memory:',
      ...env,
    };
    [server.#program, server.#settings] = [program, settings];
    server.#child = spawn(command[0], command.slice(1), { env: settings, stdio: ['ignore', 'ignore', stderr] });
    if (log === undefined) closeSync(stderr);
    running.add(server.#child);
    server.#exited = new Promise((resolve) => {
      server.#child.on('error', resolve);
      server.#child.on('exit', resolve);
    });
    server.#exited.then(() => running.delete(server.#child));
    for (let tries = 0; tries < 150; tries += 1) {
      if ((await server.health({ timeout: 1_000 }).catch(() => 0)) === 200) return server;
      if (!running.has(server.#child)) break;
      await sleep(100);
    }
    server.#child.kill('SIGKILL');
    return fail(`the server does not start:\n${log === undefined ? readFileSync(logFile, 'utf8').slice(-2_000) : ''}`);
  }

  /** What a command of the program prints, with the settings of this server. */
  run(...command) {
    return execFileSync(this.#program, command, { env: this.#settings, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  get pid() {
    return this.#child.pid;
  }

  /** Its resident memory, in bytes. */
  memory() {
    const [, kilobytes] = readFileSync(`/proc/${this.pid}/status`, 'utf8').match(/VmRSS:\s*(\d+) kB/);
    return Number(kilobytes) * 1024;
  }

  browser() {
    return new Browser(this.base);
  }

  async health(options) {
    return (await request(`http://127.0.0.1:${this.port}/healthz`, options)).status;
  }

  /** Ends it at once, as a power cut does. */
  async kill() {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** Tells it to stop, as a service manager does, and waits. The seconds that took; it has 30. */
  async stop() {
    const began = performance.now();
    this.#child.kill('SIGTERM');
    const exited = await Promise.race([this.#exited.then(() => true), sleep(30_000)]);
    if (!exited) {
      this.#child.kill('SIGKILL');
      await this.#exited;
      fail('the server got SIGTERM and still ran 30 s later');
    }
    return (performance.now() - began) / 1000;
  }
}
