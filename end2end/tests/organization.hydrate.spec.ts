import type { Page, Request } from '@playwright/test';

import { expect, test } from '../fixtures';
import { Home } from '../pages/home';
import { Organization } from '../pages/organization';
import { Organizations } from '../pages/organizations';
import { acme, alice, cookieName, globex, live, olga } from '../setting';

test.skip(live, 'who is in which organization is known in the development fixture alone');

/** Holds back what is asked of the server about an organization, until it is let go. */
const holdBack = async (page: Page, id: string): Promise<{ asked: Request[]; letGo: () => void }> => {
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const asked: Request[] = [];
  await page.route(
    (url) => url.pathname.startsWith('/api/') && url.searchParams.get('organization') === id,
    async (route) => {
      asked.push(route.request());
      await held;
      await route.continue();
    },
  );
  return { asked, letGo };
};

/** The documents that are loaded from now on. */
const documents = (page: Page): string[] => {
  const loaded: string[] = [];
  page.on('request', (request) => {
    if (request.isNavigationRequest()) loaded.push(new URL(request.url()).pathname);
  });
  return loaded;
};

test('a page that comes to life has its verdict with it, and asks for nothing', async ({ site, signIn, page, complaints }) => {
  // LX-10
  complaints.allow(/status of 40[34]/, 'the pages are answers with that status');
  await signIn(site, alice);
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/api/')) asked.push(pathname);
  });
  for (const path of [
    Organization.path(acme),
    Organization.path(acme, 'billing'),
    Organization.path(globex, 'billing'),
    Organization.path('nosuchorg001'),
  ]) {
    await site.open(path);
    await page.waitForLoadState('networkidle');
  }
  expect(asked).toEqual([]);
});

test('in the browser, a page is drawn only after the server has said that it may be seen', async ({
  site,
  signIn,
  page,
}) => {
  await signIn(site, alice, Organizations.path);
  const loaded = documents(page);
  const { asked, letGo } = await holdBack(page, acme);
  await page.getByRole('link', { name: 'acme' }).click();
  await expect(page).toHaveURL(Organization.path(acme));
  await expect(page.locator('.logto-waiting')).toBeAttached();
  await expect(site.organization.heading).toHaveCount(0);
  expect(asked.map((request) => new URL(request.url()).pathname)).toEqual(['/api/access']);
  letGo();
  await expect(site.organization.heading).toHaveText('acme');
  expect(loaded).toEqual([]);
});

test('in the browser, a refusal takes the place of the page', async ({ site, signIn, page }) => {
  await signIn(site, alice, Organization.path(acme, 'billing'));
  const loaded = documents(page);
  await site.switcher.switchTo('globex');
  await expect(page).toHaveURL(Organization.path(globex, 'billing'));
  await expect(site.refusal.forbidden).toBeVisible();
  await expect(site.refusal.missing).toHaveText('manage:billing');
  await expect(page.getByRole('main')).not.toContainText('accounts@shop.example');
  await page.goBack();
  await expect(site.organization.contact).toContainText('accounts@shop.example');
  expect(loaded).toEqual([]);
});

for (const slow of ['the verdict', 'the data'] as const) {
  test(`answers about one organization never show under another, when ${slow} is late`, async ({ site, signIn, page }) => {
    // OR-03
    await signIn(site, alice, Organizations.path);
    const { asked, letGo } = await holdBack(page, acme);
    if (slow === 'the data') await page.route('**/api/access?**', (route) => route.continue());
    await page.getByRole('link', { name: 'acme' }).click();
    await expect(page).toHaveURL(Organization.path(acme));
    await expect.poll(() => asked.map((request) => new URL(request.url()).pathname)).toContain(
      slow === 'the data' ? '/api/organization' : '/api/access',
    );
    // The router of the page itself, as a link would.
    await page.evaluate((path) => {
      const link = document.createElement('a');
      link.href = path;
      document.querySelector('main')?.append(link);
      link.click();
      link.remove();
    }, Organization.path(globex));
    await expect(site.organization.heading).toHaveText('globex');
    const late = asked.map((request) => request.response());
    letGo();
    await Promise.all(late);
    await page.waitForLoadState('networkidle');
    await expect(site.organization.heading).toHaveText('globex');
    await expect(site.organization.head).toContainText('Globex Inc');
    await expect(site.organization.permission('manage:billing')).toContainText('Not granted');
    await expect(page.getByRole('main')).not.toContainText('Acme Corp');
    await expect(page.getByRole('main')).not.toContainText(acme);
    await expect(site.organization.tab('Billing')).toHaveCount(0);
  });
}

test('whoever is taken out between the verdict and the data finds nothing there', async ({
  site,
  signIn,
  controls,
  page,
  complaints,
}) => {
  // OR-05
  complaints.allow(/status of 404 .*\/api\/organization/, 'there is no such organization any more');
  const person = await controls.personLike(alice);
  await controls.giveShortTokens(person);
  await signIn(site, person, Organizations.path);
  const { asked, letGo } = await holdBack(page, acme);
  await page.route('**/api/access?**', (route) => route.continue());
  await page.getByRole('link', { name: 'acme' }).click();
  await expect.poll(() => asked.length).toBe(1);
  await controls.leave(person, acme);
  await controls.untilTokensEnd();
  letGo();
  await expect(site.notFound.heading).toBeVisible();
  await expect(page).toHaveTitle(/^Not found/);
  await expect(site.bar.person(person.name)).toBeVisible();
});

test('whoever signs out elsewhere sees no more of the organization', async ({ site, signIn, openTab }) => {
  await signIn(site, alice, Organization.path(acme));
  const other = await openTab();
  await other.open(Home.path);
  await other.signOut();
  await expect(site.refusal.signedOut).toBeVisible();
  await expect(site.page.getByRole('main')).not.toContainText('acme');
  await expect(site.refusal.signInLink).toHaveAttribute('href', `/sign-in?return_to=/org/${acme}`);
});

test('the session that ended unnoticed is noticed at the next page', async ({ site, signIn, context, complaints }) => {
  // LX-13
  complaints.allow(/status of 401 .*\/api\/access/, 'nobody is signed in any more, and the server says so');
  await signIn(site, alice, Organization.path(acme));
  await context.clearCookies({ name: cookieName('logto-session') });
  await site.organization.tab('Support').click();
  await expect(site.refusal.signedOut).toBeVisible();
  // The provider still knows the person, and asks nothing.
  await site.refusal.signInLink.click();
  await expect(site.page).toHaveURL(Organization.path(acme, 'support'));
  await expect(site.organization.contact).toContainText(acme);
});

test.describe('the switcher by keyboard', () => {
  test.beforeEach(async ({ site, signIn }) => {
    await signIn(site, olga, Organization.path('team07'));
    await expect(site.switcher.button).toHaveAttribute('aria-expanded', 'false');
    await site.switcher.button.focus();
  });

  test('opens at the current one, goes through the list and round, and closes', async ({ site, page }) => {
    const { switcher } = site;
    await page.keyboard.press('ArrowDown');
    await expect(switcher.field).toBeFocused();
    await expect(switcher.button).toHaveAttribute('aria-expanded', 'true');
    await expect(switcher.options).toHaveCount(50);
    await expect.poll(() => switcher.active()).toContain('Beech');
    await expect(switcher.list.getByRole('option', { selected: true })).toContainText('Beech');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => switcher.active()).toContain('Birch');
    await page.keyboard.press('PageDown');
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => switcher.active()).toContain('Elder');
    for (let step = 0; step < 5; step += 1) await page.keyboard.press('PageDown');
    await expect.poll(() => switcher.active()).toContain('Willow');
    await expect(switcher.options.filter({ hasText: 'Willow' })).toBeInViewport();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => switcher.active()).toContain('Acorn');
    await expect(switcher.options.filter({ hasText: 'Acorn' })).toBeInViewport();
    await page.keyboard.press('Escape');
    await expect(switcher.list).toHaveCount(0);
    await expect(switcher.button).toBeFocused();
    await expect(page).toHaveURL(Organization.path('team07'));
  });

  test('a letter on the button begins the search, Enter goes there, and the focus comes along', async ({ site, page }) => {
    const { switcher } = site;
    await page.keyboard.type('wil');
    await expect(switcher.field).toHaveValue('wil');
    await expect(switcher.options).toHaveText(['Willow'].map((name) => new RegExp(name)));
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(Organization.path('team50'));
    await expect(site.organization.heading).toHaveText('Willow');
    await expect(switcher.button).toBeFocused();
  });

  test('says when nothing matches, and Enter then does nothing', async ({ site, page }) => {
    const { switcher } = site;
    await page.keyboard.type('xyz');
    await expect(switcher.nothing).toBeVisible();
    await expect(switcher.field).not.toHaveAttribute('aria-activedescendant', /./);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(Organization.path('team07'));
    await switcher.field.fill('  OAK ');
    await expect(switcher.options).toHaveCount(1);
  });

  test('Tab goes on to the list of all, and closes behind itself', async ({ site, page }) => {
    const { switcher } = site;
    await page.keyboard.press('Enter');
    await expect(switcher.field).toBeFocused();
    await page.keyboard.press('Tab');
    await expect(page.getByRole('link', { name: 'All organizations' })).toBeFocused();
    await page.keyboard.press('Tab');
    await expect(switcher.list).toHaveCount(0);
  });

  test('while a word is being composed, Enter belongs to it', async ({ site, page }) => {
    const { switcher } = site;
    await page.keyboard.press('ArrowDown');
    await switcher.field.dispatchEvent('keydown', { key: 'Enter', isComposing: true });
    await switcher.field.dispatchEvent('keydown', { key: 'Escape', isComposing: true });
    await expect(switcher.field).toBeFocused();
    await expect(page).toHaveURL(Organization.path('team07'));
  });

  test('a press outside closes it', async ({ site }) => {
    const { switcher } = site;
    await switcher.button.click();
    await expect(switcher.list).toBeVisible();
    await site.organization.permissions.first().click();
    await expect(switcher.list).toHaveCount(0);
    await switcher.button.click();
    await expect(switcher.field).toBeFocused();
    await switcher.button.click();
    await expect(switcher.list).toHaveCount(0);
    await expect(switcher.button).toBeFocused();
  });
});

test('few organizations are not searched: the list itself takes the keys', async ({ site, signIn, page }) => {
  await signIn(site, alice, Organization.path(acme));
  const { switcher } = site;
  await switcher.button.focus();
  await page.keyboard.press('ArrowDown');
  await expect(switcher.list).toBeFocused();
  await expect(switcher.field).toHaveCount(0);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(Organization.path(globex));
  await expect(site.organization.heading).toHaveText('globex');
  await expect(switcher.button).toBeFocused();
});
