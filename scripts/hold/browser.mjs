// HTTP requests, and a browser as far as the scenarios need one: a cookie jar, redirects followed by hand, forms.

import { request as overHttp } from 'node:http';
import { request as overTls } from 'node:https';

import { fail } from './watch.mjs';

/**
 * One request on a connection of its own, unless an agent says otherwise. Whatever the address says, it goes to
 * `127.0.0.1`, and with `port` to another process than the one that the address names: a server, which knows no TLS. Rejects
 * after `timeout` milliseconds.
 */
export function request(address, { port, method = 'GET', headers = {}, body, timeout = 10_000, agent = false, ca, localAddress } = {}) {
  const url = new URL(address);
  const send = url.protocol === 'https:' && port === undefined ? overTls : overHttp;
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: port ?? url.port, path: url.pathname + url.search, method, agent, ca, localAddress, servername: url.hostname };
    const sent = send({ ...options, headers: { host: url.host, ...headers } }, (answer) => {
      const pieces = [];
      answer.on('data', (piece) => pieces.push(piece));
      answer.on('error', reject);
      answer.on('close', () => clearTimeout(timer));
      answer.on('end', () =>
        resolve({ status: answer.statusCode, headers: answer.headers, text: Buffer.concat(pieces).toString() }),
      );
    });
    const timer = setTimeout(() => sent.destroy(new Error(`no answer within ${timeout / 1000} s`)), timeout);
    sent.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    sent.end(body);
  });
}

/** What a browser sends when somebody follows a link or types an address. */
const VISIT = { accept: 'text/html', 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

/** What a page of this site sends when it asks the server for data. */
const CALL = { accept: 'application/json', 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' };

/** A person with a browser. */
export class Browser {
  /** By host name: cookies make no difference between ports. */
  #jars = new Map();
  #connection;

  /** `connection`: options for each request to it. */
  constructor(base, connection = {}) {
    this.base = base;
    this.#connection = connection;
  }

  /** A browser with a copy of the cookies as they are now. */
  copy() {
    const copy = new Browser(this.base, this.#connection);
    for (const [host, jar] of this.#jars) copy.#jars.set(host, new Map(jar));
    return copy;
  }

  /** One page, without following where it leads. */
  async open(path, options = {}) {
    const url = new URL(path, this.base);
    const { jar, cookie } = this.#cookies(url);
    const headers = { ...VISIT, ...cookie, ...options.headers };
    const connection = url.origin === this.base && this.#connection;
    const answer = await request(url, { ...connection, ...options, headers });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name, value] = line.match(/^([^=;]+)=([^;]*)/);
      if (/;\s*max-age=0\b/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  }

  #cookies({ hostname }) {
    const jar = this.#jars.get(hostname) ?? new Map();
    this.#jars.set(hostname, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    return { jar, cookie: cookie && { cookie } };
  }

  /** Opens the session events of a page, and passes the data of each to `hear` from then on. */
  events({ port, localAddress }, hear) {
    const url = new URL('/session-events', this.base);
    const headers = { host: url.host, ...CALL, accept: 'text/event-stream', ...this.#cookies(url).cookie };
    return new Promise((resolve, reject) => {
      const sent = overHttp({ host: '127.0.0.1', port, localAddress, path: url.pathname, headers, agent: false }, (answer) => {
        if (answer.statusCode !== 200) reject(new Error(`a stream was answered with ${answer.statusCode}`));
        answer.on('error', () => undefined);
        answer.on('data', (text) => {
          for (const [, data] of `${text}`.matchAll(/^data: (.*)$/gm)) hear(data);
        });
        resolve(() => sent.destroy());
      });
      sent.on('error', reject);
      sent.end();
    });
  }

  async status(path, options) {
    return (await this.open(path, options)).status;
  }

  /** Whether a page that is for signed-in people opens. */
  async isSignedIn(options) {
    return (await this.status('/profile', options)) === 200;
  }

  /** A call that needs an access token: the provider is asked for userinfo with it. */
  async callUserInfo(options) {
    return this.open('/api/user-info?fetch=true', { headers: CALL, ...options });
  }

  /** Its status. */
  async userInfo(options) {
    return (await this.callUserInfo(options)).status;
  }

  /** Starts to sign in; the address at the provider that the person is sent to. */
  async beginSignIn(options) {
    const { status, headers } = await this.open('/sign-in?return_to=%2Fprofile', options);
    const atProvider = headers.location?.includes('/oidc/auth');
    return atProvider ? headers.location : fail(`GET /sign-in answered ${status} and does not lead to the provider`);
  }

  /** Comes back from the provider. Whether the person is signed in then. */
  async finishSignIn(atProvider, options) {
    const back = await this.open(atProvider);
    await this.open(back.headers.location, { ...options, headers: { 'sec-fetch-site': 'cross-site' } });
    return this.isSignedIn(options);
  }

  /** A whole sign-in, for which the reason of a failure is not needed. */
  async signIn(options) {
    try {
      return await this.finishSignIn(await this.beginSignIn(options), options);
    } catch {
      return false;
    }
  }

  /** The whole way in, for what a scenario begins with. */
  async mustSignIn(options) {
    const signedIn = await this.finishSignIn(await this.beginSignIn(options), options);
    return signedIn ? this : fail('nobody can sign in, so there is nothing to measure');
  }

  /** Presses the button of a form on a page, with the hidden fields that came with it. */
  async submit(page, action) {
    const { text } = await this.open(page);
    const form = [...text.matchAll(/<form[^>]*>[\s\S]*?<\/form>/g)].map(([form]) => form).find((form) => form.includes(`action="${action}"`));
    const body = new URLSearchParams();
    for (const [field] of (form ?? fail(`${page} has no form for ${action}`)).matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
      body.set(field.match(/name="([^"]*)"/)[1], field.match(/value="([^"]*)"/)?.[1] ?? '');
    }
    const headers = {
      origin: new URL(this.base).origin,
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/x-www-form-urlencoded',
    };
    return this.open(action, { method: 'POST', headers, body: body.toString() });
  }
}
