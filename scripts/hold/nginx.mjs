// nginx with deploy/nginx.conf, in front of two servers on this machine.

import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';

import { Browser, request } from './browser.mjs';
import { freePort } from './server.mjs';
import { fail, sleep } from './watch.mjs';

const CONFIGURATION = join(import.meta.dirname, '../../deploy/nginx.conf');

export class Nginx {
  #child;
  #log;
  /** A connection for each request, so that none is sent over one that nginx closes just then; TLS sessions are resumed. */
  #agent = new Agent({ keepAlive: false });

  /** Starts nginx with its files in `folder`, in front of the servers at two ports, and waits until it answers. */
  static async start(folder, ports) {
    const nginx = new Nginx();
    mkdirSync(folder);
    const [port, plainPort] = [await freePort(), await freePort()];
    nginx.base = `https://localhost:${port}`;
    nginx.plain = `http://localhost:${plainPort}`;
    nginx.ca = selfSigned(folder);
    nginx.#log = join(folder, 'log');
    // Nothing but addresses and paths.
    const changes = [
      ['https://app.example', nginx.base],
      ['app.example;', 'localhost;'],
      ['listen 443 ', `listen 127.0.0.1:${port} `],
      ['listen 80 ', `listen 127.0.0.1:${plainPort} `],
      ['app-1:3000', `127.0.0.1:${ports[0]}`],
      ['app-2:3000', `127.0.0.1:${ports[1]}`],
      // Before the other: the folder may be below it.
      ['/tmp/', `${folder}/`],
      ['/run/secrets/', `${folder}/`],
    ];
    const text = changes.reduce(
      (text, [from, to]) => (text.includes(from) ? text.replaceAll(from, to) : fail(`deploy/nginx.conf has no ${JSON.stringify(from)}`)),
      readFileSync(CONFIGURATION, 'utf8'),
    );
    const file = join(folder, 'nginx.conf');
    writeFileSync(file, text);
    const log = openSync(nginx.#log, 'a');
    // The folder is for its owner alone; as root, nginx would take another user for its workers.
    const user = process.getuid() === 0 ? ' user root;' : '';
    nginx.#child = spawn('nginx', ['-e', 'stderr', '-p', folder, '-c', file, '-g', `daemon off;${user}`], { stdio: ['ignore', log, log] });
    closeSync(log);
    let problem;
    nginx.#child.on('error', (error) => (problem = error.code === 'ENOENT' ? 'nginx is not installed; on Debian and its kin: apt-get install nginx-light' : error.message));
    nginx.#child.on('exit', () => (problem ??= nginx.log().slice(-2_000)));
    for (let tries = 0; tries < 100 && problem === undefined; tries += 1) {
      if (await request(`${nginx.base}/readyz`, { ca: nginx.ca, timeout: 1_000 }).catch(() => null)) return nginx;
      await sleep(50);
    }
    nginx.stop();
    return fail(`nginx does not start: ${problem ?? 'it does not answer'}`);
  }

  /** A browser that comes through it, from an address of this machine. */
  browser(localAddress) {
    return new Browser(this.base, { agent: this.#agent, ca: this.ca, localAddress });
  }

  /** Has it read its configuration again: new workers, and the old ones end after their requests. */
  reload() {
    this.#child.kill('SIGHUP');
  }

  /** What it has logged. */
  log() {
    return readFileSync(this.#log, 'utf8');
  }

  /** The lines about requests. */
  accessLog() {
    return this.log()
      .split('\n')
      .filter((line) => !/\[[a-z]+\]/.test(line))
      .join('\n');
  }

  stop() {
    this.#child.kill('SIGTERM');
  }
}

/** Makes a certificate of localhost, as the configuration names it. */
function selfSigned(folder) {
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'certificate-key.pem')];
  const options = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  execFileSync('openssl', ['req', '-x509', ...options, '-out', certificate, '-keyout', key], { stdio: 'pipe' });
  return readFileSync(certificate);
}
