import { acme, alice, bob, carol, foreign, frank, globex, idp, live, mallory, noname, olga, organization, resource, visitor, yuki } from '../setting';
import { Apis, tokenAddress } from './apis';
import { Home } from './home';
import { Orders } from './orders';
import { Organization } from './organization';
import { Organizations } from './organizations';
import { Profile } from './profile';
import { Scopes } from './scopes';
import { Sessions } from './sessions';
import type { Site } from './site';

/** A page that somebody can look at, and the way there. */
export interface Stop {
  readonly name: string;
  /** Leads from a fresh browser to the page. */
  readonly go: (site: Site) => Promise<void>;
  /** A complaint of the browser that belongs to the page. */
  readonly complaint?: RegExp;
  /** Whether it is a state that another page load would not show again. */
  readonly passing?: boolean;
}

const SHOP = 'https://shop.example/api';

const signedIn =
  (path: string, account = visitor) =>
  (site: Site): Promise<void> =>
    site.enter(account, path);

const ofTheApplication: Stop[] = [
  { name: 'home, signed out', go: async (site) => void (await site.open(Home.path)) },
  { name: 'home, signed in', go: signedIn(Home.path) },
  { name: 'profile', go: signedIn(Profile.path) },
  { name: 'profile with userinfo', go: signedIn(Profile.pathWithUserInfo) },
  {
    name: 'scopes, unfolded',
    go: async (site) => {
      await signedIn(Scopes.path)(site);
      await site.scopes.unfold();
    },
  },
  { name: 'scopes', go: signedIn(Scopes.path) },
  {
    name: 'scopes, with changes',
    go: async (site) => {
      await signedIn(Scopes.path)(site);
      await site.scopes.press('email', 'urn:logto:scope:sessions');
    },
  },
  { name: 'apis', go: signedIn(Apis.path) },
  { name: 'apis, none of that name', go: signedIn(tokenAddress('https://unknown.example/api')) },
  { name: 'orders', go: signedIn(Orders.path) },
  // Of somebody who has few.
  { name: 'sessions', go: signedIn(Sessions.path, live ? visitor : noname) },
  { name: 'organizations', go: signedIn(Organizations.path) },
  { name: 'problem, cancelled', go: async (site) => void (await site.open('/sign-in-problem?reason=cancelled')) },
  {
    name: 'problem, invalid',
    go: async (site) => void (await site.open('/sign-in-problem?reason=invalid&return_to=%2Fprofile')),
  },
  {
    name: 'not found',
    complaint: /status of 404 .*\/nothing-here/,
    go: async (site) => void (await site.open('/nothing-here')),
  },
];

const ofTheDevelopmentWorld: Stop[] = [
  { name: 'profile, null and absent', go: signedIn(Profile.path, bob) },
  {
    name: 'profile, full and unfolded',
    go: async (site) => {
      await signedIn(Profile.pathWithUserInfo, frank)(site);
      await site.profile.unfold();
    },
  },
  { name: 'profile, a name that shows nothing', go: signedIn(Profile.pathWithUserInfo, noname) },
  { name: 'scopes, fifty organizations', go: signedIn(Scopes.path, olga) },
  { name: 'profile, hostile', go: signedIn(Profile.pathWithUserInfo, mallory) },
  { name: 'organization', go: signedIn(Organization.path(acme), alice) },
  { name: 'organization, not all permitted', go: signedIn(Organization.path(globex), alice) },
  { name: 'organization, the only one', go: signedIn(Organization.path(acme), carol) },
  { name: 'organization, hostile', go: signedIn(Organization.path('hostile00001'), mallory) },
  { name: 'organization, long name', go: signedIn(Organization.path(foreign), yuki) },
  { name: 'organization, support', go: signedIn(Organization.path(acme, 'support'), alice) },
  { name: 'organization, billing', go: signedIn(Organization.path(acme, 'billing'), alice) },
  {
    name: 'organization, billing not permitted',
    complaint: /status of 403 .*\/billing/,
    go: signedIn(Organization.path(globex, 'billing'), alice),
  },
  {
    name: 'organization, not a member',
    complaint: /status of 404 .*\/org\//,
    go: signedIn(Organization.path(foreign), alice),
  },
  {
    name: 'organization, one of fifty, switcher open',
    go: async (site) => {
      await signedIn(Organization.path('team07'), olga)(site);
      if (site.scripted) await site.switcher.button.click();
    },
  },
  { name: 'profile, full', go: signedIn(Profile.pathWithUserInfo, frank) },
  {
    name: 'scopes, asked and not granted',
    go: async (site) => {
      await signedIn(Scopes.path, bob)(site);
      await site.scopes.press('write:orders');
      await site.scopes.applyButton.click();
      await site.scopes.notice.waitFor();
      await site.alive();
    },
  },
  { name: 'apis, in an organization', go: signedIn(tokenAddress(SHOP, '1xld34l574eb'), alice) },
  { name: 'apis, called', go: signedIn(`${Apis.path}?call=1`, alice) },
  { name: 'apis, no permission', go: signedIn(Apis.path, bob) },
  { name: 'home, something needs attention', go: signedIn(Home.path, bob) },
  { name: 'apis, beyond the grant', go: signedIn(tokenAddress(SHOP, '', 'drop:tables'), alice) },
  { name: 'apis, not a member', go: signedIn(tokenAddress(SHOP, 'asl5guymvnj4'), bob) },
  { name: 'apis, hostile names', go: signedIn(tokenAddress('logto', 'hostile00001'), mallory) },
  { name: 'apis, a very long name', go: signedIn(tokenAddress('logto', 'longname0001'), yuki) },
  {
    name: 'orders, just placed',
    go: async (site) => {
      await signedIn(Orders.path, alice)(site);
      await site.orders.place('Single-origin filter coffee, washed, from a very small farm high up in the mountains', '1000');
      await site.orders.news.waitFor();
    },
  },
  { name: 'orders, refused', go: signedIn(Orders.path, bob) },
  {
    name: 'orders, no order',
    go: async (site) => {
      await signedIn(Orders.path, alice)(site);
      await site.orders.place('   ', '7');
      await site.orders.news.waitFor();
    },
  },
  { name: 'orders, not a member', go: signedIn(`${Orders.path}?organization=asl5guymvnj4`, bob) },
  { name: 'orders, a very long name', go: signedIn(`${Orders.path}?organization=longname0001`, yuki) },
  { name: 'organizations, none', go: signedIn(Organizations.path, bob) },
  { name: 'organizations, fifty', go: signedIn(Organizations.path, olga) },
  { name: 'organizations, long and Japanese names', go: signedIn(Organizations.path, yuki) },
];

const ofTheDevelopmentProvider: Stop[] = [
  { name: 'provider, sign-in', go: async (site) => void (await site.open('/sign-in')) },
  {
    name: 'provider, wrong password',
    complaint: /status of 422 .*\/sign-in/,
    go: async (site) => {
      await site.open('/sign-in');
      await site.provider.submit({ ...alice, password: 'not the password' });
      await site.provider.refusal.waitFor();
    },
  },
  {
    name: 'provider, sign-in in Japanese',
    go: async (site) => {
      await site.open('/sign-in');
      await site.page.goto(`${site.page.url()}&ui_locales=ja`);
    },
  },
  { name: 'provider, register', go: async (site) => void (await site.open('/sign-in?first_screen=register')) },
  {
    name: 'provider, sign-in no longer open',
    go: async (site) => {
      await site.open('/sign-in');
      await site.page.goto(new URL('/unknown-session', site.page.url()).href);
    },
  },
  {
    name: 'provider, signed out without a way back',
    go: async (site) => {
      await site.open('/sign-in');
      await site.page.goto(new URL('/oidc/session/end', site.page.url()).href);
      await site.provider.confirmSignOut();
      await site.page.waitForURL('**/oidc/session/end/success');
    },
  },
  {
    name: 'provider, about',
    go: async (site) => {
      await site.open('/sign-in');
      await site.page.goto(new URL('/', site.page.url()).href);
    },
  },
];

/** Pages of whoever signs in, where an organization or an API resource of theirs is known. */
const ofTheVisitor: Stop[] = [
  ...(resource === undefined ? [] : [{ name: 'apis, a resource', go: signedIn(tokenAddress(resource)) }]),
  ...(organization === undefined
    ? []
    : [
        { name: 'organization, of the visitor', go: signedIn(Organization.path(organization)) },
        { name: 'apis, an organization', go: signedIn(tokenAddress('logto', organization)) },
      ]),
];

/** The pages everybody sees. */
export const tour: Stop[] = [
  ...ofTheApplication,
  ...(live ? ofTheVisitor : []),
  ...(live ? [] : ofTheDevelopmentWorld),
];

/** The page that asks whether to sign out: with scripts it answers itself, and nobody sees it. */
export const tourWithoutScripts: Stop[] =
  idp === 'dev'
    ? [
        {
          name: 'provider, sign-out',
          go: async (site) => {
            await site.open('/sign-in');
            await site.page.goto(new URL('/oidc/session/end', site.page.url()).href);
          },
        },
      ]
    : [];

/** A page that asks the server while it is shown, where it is, and which server function it asks. */
interface Asking {
  readonly name: string;
  readonly path: string;
  readonly asks: string;
}

const asking: Asking[] = [
  { name: 'profile', path: Profile.path, asks: 'user-info' },
  { name: 'scopes', path: Scopes.path, asks: 'scopes' },
  { name: 'apis', path: Apis.path, asks: 'access-tokens' },
  { name: 'orders', path: Orders.path, asks: 'orders' },
  { name: 'sessions', path: Sessions.path, asks: 'sessions' },
  { name: 'organizations', path: Organizations.path, asks: 'organizations' },
  ...(organization === undefined
    ? []
    : [
        { name: 'organization, who may see it', path: Organization.path(organization), asks: 'access' },
        { name: 'organization', path: Organization.path(organization), asks: 'organization' },
      ]),
  ...(live
    ? []
    : [
        { name: 'organization, support', path: Organization.path(acme, 'support'), asks: 'support-contact' },
        { name: 'organization, billing', path: Organization.path(acme, 'billing'), asks: 'billing-contact' },
      ]),
];

/** Follows a link to a page whose question to the server does not come back, or fails. */
const follow = async (site: Site, { path, asks }: Asking, answers: boolean): Promise<void> => {
  await signedIn(Home.path)(site);
  await site.page.route(
    (url) => url.pathname === `/api/${asks}`,
    (route) => (answers ? route.abort() : undefined),
  );
  await site.page.evaluate((href) => {
    const link = document.body.appendChild(document.createElement('a'));
    link.href = href;
    link.click();
    link.remove();
  }, path);
};

/** What pages show while the server is asked, and when it does not answer: only where pages are drawn in the browser. */
const ofPagesThatAsk: Stop[] = asking.flatMap((page): Stop[] => [
  {
    name: `${page.name}, loading`,
    passing: true,
    go: async (site) => {
      await follow(site, page, false);
      await site.page.locator('main').getByText('Loading').first().waitFor({ state: 'attached' });
    },
  },
  {
    name: `${page.name}, not answered`,
    passing: true,
    complaint: /ERR_FAILED|did not get through/,
    go: async (site) => {
      await follow(site, page, true);
      await site.page.locator('main').getByRole('link', { name: 'Try again' }).waitFor();
    },
  },
]);

/** With scripts: what depends on them, and the provider's pages, which are the same without. */
export const tourWithScripts: Stop[] = [...ofPagesThatAsk, ...(idp === 'dev' ? ofTheDevelopmentProvider : [])];
