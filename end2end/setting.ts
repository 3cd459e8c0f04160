// Where the tests run, and as whom. Everything can be said by the environment; nothing has to be.
//
//   E2E_PORT, E2E_IDP_PORT   ports of the server the tests start            (3100, and one more)
//   E2E_BASE_URL             the application; a server that answers there is used as it is
//   E2E_SERVER               the server program                             (../target/debug/server)
//   CHROMIUM_PATH            the browser                                    (/usr/bin/chromium-headless-shell, which opens pages
//                            twice as quickly, or /usr/bin/chromium, else Playwright's own)
//   E2E_SNAPSHOTS=1          traces of failed tests have snapshots of the page, which makes every test slower
//   SCREENSHOTS=1            also writes a picture of every page to screenshots/
//   PICTURES=1               also writes the pictures of components to docs/components
//
// Against a Logto of your own: E2E_LIVE=1 with LOGTO_ENDPOINT, LOGTO_APP_ID and LOGTO_APP_SECRET for the server,
// E2E_USERNAME and E2E_PASSWORD of an account there, and E2E_NAME, the name the application shows for it, if it has one.
// E2E_ORGANIZATION is the id of an organization that account is in, E2E_RESOURCE the indicator of an API resource of
// Leptos.toml that it has a permission at; what needs one that is not named is skipped.
// E2E_IDP=dev says that the sign-in page at LOGTO_ENDPOINT is the one of the development identity provider; E2E_IDP=judge
// that it is the one of judge/, which sets all of this by itself.

import { existsSync } from 'node:fs';
import path from 'node:path';

/** Somebody with an account at the identity provider. */
export interface Account {
  readonly username: string;
  readonly password: string;
  /** What the application calls them. */
  readonly name: string;
}

const read = (key: string): string | undefined => process.env[key]?.trim() || undefined;

const need = (key: string): string => {
  const value = read(key);
  if (!value) throw new Error(`${key} is not set, and E2E_LIVE=1 needs it`);
  return value;
};

/** Whether somebody else's identity provider signs people in, with accounts we know nothing about. */
export const live = read('E2E_LIVE') === '1';

/** Whose sign-in page it is. */
export const idp: 'dev' | 'logto' | 'judge' = (() => {
  const kind = read('E2E_IDP') ?? (live ? 'logto' : 'dev');
  if (kind === 'dev' || kind === 'logto' || kind === 'judge') return kind;
  throw new Error(`E2E_IDP is "${kind}"; it must be dev, logto or judge`);
})();

export const baseURL = new URL(read('E2E_BASE_URL') ?? `http://localhost:${read('E2E_PORT') ?? '3100'}`).origin;
export const port = Number(new URL(baseURL).port || 80);

/** The name that a cookie of the application has in a browser. */
export const cookieName = (name: string): string => {
  const { protocol, port } = new URL(baseURL);
  return `${protocol === 'https:' ? '__Host-' : ''}${name}${port && `-${port}`}`;
};
const idpPort = Number(read('E2E_IDP_PORT') ?? port + 1);

/** Where the development identity provider is, if it is the one that signs people in. */
export const devIdp = idp === 'dev' ? new URL(read('LOGTO_ENDPOINT') ?? `http://127.0.0.1:${idpPort}`).origin : undefined;

/** Where the provider is, whose answers and cookies are not ours to judge. */
export const providerOrigin = devIdp ?? new URL(need('LOGTO_ENDPOINT')).origin;

/** Whether a server that is already there is the one to test. */
export const reuseServer = read('E2E_BASE_URL') !== undefined;

const repository = path.resolve(__dirname, '..');
export const server = path.resolve(read('E2E_SERVER') ?? path.join(repository, 'target', 'debug', 'server'));
/** The server reads the `Leptos.toml` beside it, else the one where it is started. */
export const serverFolder = repository;

/** The environment of the server. An empty value counts as unset, so that a Logto in the environment is not used; nor is `.env`. */
export const serverEnvironment: Record<string, string> = {
  ENV_FILE: '',
  LEPTOS_SITE_ADDR: `127.0.0.1:${port}`,
  LEPTOS_ENV: 'DEV',
  APP_BASE_URL: baseURL,
  SESSION_STORE: 'memory:',
  SHOP_DATABASE: 'memory:',
  SESSION_KEYS: '',
  RUST_LOG: read('RUST_LOG') ?? 'error',
  ...(live
    ? {
        LOGTO_ENDPOINT: need('LOGTO_ENDPOINT'),
        LOGTO_APP_ID: need('LOGTO_APP_ID'),
        LOGTO_APP_SECRET: need('LOGTO_APP_SECRET'),
      }
    : { LOGTO_ENDPOINT: '', LOGTO_APP_ID: '', LOGTO_APP_SECRET: '', DEV_IDP_ADDR: `127.0.0.1:${idpPort}` }),
};

export const alice: Account = { username: 'alice', password: 'alice', name: 'Alice Example' };
export const bob: Account = { username: 'bob', password: 'bob', name: 'Bob Example' };
/** A member of one organization. */
export const carol: Account = { username: 'carol', password: 'carol', name: 'Carol Example' };
/** In fifty organizations. */
export const olga: Account = { username: 'olga', password: 'olga', name: 'Olga Example' };
/** Has every claim there is. */
export const frank: Account = { username: 'frank', password: 'frank', name: 'Frank Example' };
/** Has Japanese names, and an organization with a very long one. */
export const yuki: Account = { username: 'yuki', password: 'yuki', name: '山田 由紀' };
/** Has hostile text in every field. */
export const mallory: Account = { username: 'mallory', password: 'mallory', name: '</script><b>Mallory</b>\u202eyrollam\u202c\u200f' };

/** Has a name that shows nothing, so is called by username, and characters that HTML does not keep. */
export const noname: Account = { username: 'noname', password: 'noname', name: 'noname' };

/** Organizations of the development fixture, by id. Alice is admin of the first and member of the second. */
export const acme = 'asl5guymvnj4';
export const globex = '1xld34l574eb';
/** One that Alice is not in. */
export const foreign = 'longname0001';

/** The account for tests that work with any account. */
export const visitor: Account = live
  ? { username: need('E2E_USERNAME'), password: need('E2E_PASSWORD'), name: read('E2E_NAME') ?? need('E2E_USERNAME') }
  : { ...alice };

/** The id of an organization the visitor is in, if one is known. */
export const organization = live ? read('E2E_ORGANIZATION') : acme;
/** An API resource at which the visitor has a permission, if one is known. */
export const resource = live ? read('E2E_RESOURCE') : 'https://shop.example/api';

export const takeScreenshots = read('SCREENSHOTS') === '1';
/** Whether to write the pictures of components. */
export const takePictures = read('PICTURES') === '1';

/** Whether the trace of a failed test has snapshots of the page. */
export const takeSnapshots = read('E2E_SNAPSHOTS') === '1';

const browsers = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];
export const chromium = read('CHROMIUM_PATH') ?? browsers.find((file) => existsSync(file));
/** The one that also has the back/forward cache: the headless shell has none. */
export const wholeChromium = read('CHROMIUM_PATH') ?? browsers.toReversed().find((file) => existsSync(file));
