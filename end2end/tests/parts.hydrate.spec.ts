import type { Page, Route } from '@playwright/test';

import { expect, holdProgram, test } from '../fixtures';
import { Home } from '../pages/home';
import { Orders } from '../pages/orders';
import { Profile } from '../pages/profile';
import { live } from '../setting';

// The code of pages is in parts of their own, which the browser loads when somebody goes there.
const PARTS = /\/pkg\/(split|chunk)_[^/]+\.wasm$/;

test('a first visit loads no part of another page, and going there loads its part', async ({ signedIn, page }) => {
  const parts: string[] = [];
  page.on('request', (request) => {
    if (PARTS.test(request.url())) parts.push(request.url());
  });
  await signedIn.open(Home.path);
  await signedIn.bar.profileLink.hover();
  expect(parts.some((part) => part.includes('split_home')), 'the dashboard').toBe(true);
  expect(parts.some((part) => /split_(about_me|access|inside)/.test(part))).toBe(false);
  await signedIn.bar.profileLink.click();
  await expect(signedIn.profile.claim('sub').value).toBeVisible();
  expect(parts.some((part) => part.includes('split_about_me'))).toBe(true);
  expect(parts.some((part) => part.includes('split_inside'))).toBe(false);
});

test('home loads no part for somebody who is not signed in', async ({ site, page }) => {
  const parts: string[] = [];
  page.on('request', (request) => {
    if (PARTS.test(request.url())) parts.push(request.url());
  });
  await site.open(Home.path);
  await expect(site.home.snippet).toBeVisible();
  expect(parts).toEqual([]);
});

test('when a part cannot be loaded, the page comes from the server', async ({ signedIn, page, complaints }) => {
  complaints.allow(/split_about_me|Failed to fetch|ERR_FAILED/, 'the part is kept from loading');
  const documents: string[] = [];
  page.on('request', (request) => {
    if (request.isNavigationRequest()) documents.push(new URL(request.url()).pathname);
  });
  await page.route(/split_about_me/, (route) => route.abort());
  await signedIn.bar.profileLink.click();
  await expect(signedIn.profile.claim('sub').value).toBeVisible();
  expect(documents).toEqual([Profile.path]);
  // It is not brought to life, and is not asked for again and again; its links lead on.
  await signedIn.bar.organizationsLink.click();
  await expect(signedIn.organizations.heading).toBeVisible();
  expect(documents).toEqual([Profile.path, '/organizations']);
});

for (const [what, respond] of [
  ['cannot be loaded', (route: Route) => route.abort()],
  ['never comes', () => undefined],
] as const) {
  test(`a page of which a part ${what} leads home after a sign-out`, async ({ signedIn, openTab, complaints }) => {
    complaints.allow(/split_about_me|Failed to fetch|ERR_FAILED/, 'the part is kept from loading');
    const other = await openTab();
    await other.page.route(/split_about_me/, respond);
    const asked = other.page.waitForRequest(/split_about_me/);
    await other.page.goto(Profile.path);
    await asked;
    await expect(other.profile.claim('sub').value).toBeVisible();
    await expect(other.page).toHaveTitle(/^Profile/);
    await signedIn.signOut();
    await expect(other.page).toHaveURL('/');
    await expect(other.bar.signInLink).toBeVisible();
  });
}

test('links lead on while the part of a page is on its way', async ({ signedIn, page }) => {
  await page.route(/split_about_me/, () => undefined);
  const asked = page.waitForRequest(/split_about_me/);
  await page.goto(Profile.path);
  await asked;
  await signedIn.bar.organizationsLink.click();
  await expect(signedIn.organizations.heading).toBeVisible();
  await signedIn.alive();
});

test('who has gone to another page stays there when the part of the one before fails', async ({ signedIn, page, complaints }) => {
  complaints.allow(/split_access|Failed to fetch|ERR_FAILED/, 'the part is kept from loading');
  let fail = (): void => undefined;
  const failing = new Promise<void>((resolve) => (fail = resolve));
  await page.route(/split_access/, async (route) => {
    await failing;
    await route.abort();
  });
  await signedIn.bar.scopesLink.click();
  await expect(page.locator('html[data-loading]')).toHaveCount(1);
  await signedIn.bar.organizationsLink.click();
  await expect(signedIn.organizations.heading).toBeVisible();
  await expect(page).toHaveURL('/organizations');
  const failed = page.waitForEvent('requestfailed', (request) => request.url().includes('split_access'));
  fail();
  await failed;
  await page.evaluate(() => new Promise(requestAnimationFrame));
  await expect(signedIn.organizations.heading).toBeVisible();
  await expect(page).toHaveURL('/organizations');
});

test('the way back before anything is hydrated leads to the page of the address', async ({ signedIn, page }) => {
  await signedIn.open(Profile.path);
  await signedIn.bar.organizationsLink.click();
  await expect(signedIn.organizations.heading).toBeVisible();
  await signedIn.bar.profileLink.click();
  await expect(signedIn.profile.heading).toBeVisible();
  const run = await holdProgram(page);
  await page.reload({ waitUntil: 'commit' });
  await expect(signedIn.profile.heading).toBeVisible();
  // The entry before is of the same document since the reload, so the browser loads nothing.
  await page.evaluate(() => history.back());
  await expect(page).toHaveURL('/organizations');
  run();
  await expect(signedIn.organizations.heading).toBeVisible();
  await signedIn.alive();
});

// The page is hydrated in several tasks. One that is held here stands for one that takes long.
const GAPS = ['before anything of it is there', "before the person's menu", 'before the page'] as const;

type Held = { held: (() => void)[]; real: typeof window.setTimeout };

/** Loads a page of which no task is hydrated from this one on. */
const hold = async (page: Page, gap: (typeof GAPS)[number], load: () => Promise<unknown>): Promise<void> => {
  await page.addInitScript((first) => {
    let started = 0;
    const real = window.setTimeout.bind(window);
    const held: TimerHandler[] = [];
    Object.assign(window, { held, real });
    window.setTimeout = ((handler: TimerHandler, delay?: number) => {
      if (delay !== 0) return real(handler, delay);
      if (started === first) return held.push(handler);
      started += 1;
      return real(handler);
    }) as typeof window.setTimeout;
  }, GAPS.indexOf(gap));
  await load();
  await page.waitForFunction(() => (window as unknown as Held).held.length > 0);
};

/** Goes on with what was held. */
const release = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const { held, real } = window as unknown as Held;
    window.setTimeout = real;
    for (const task of held) task();
  });

for (const gap of GAPS) {
  test(`links lead on while hydration waits ${gap}`, async ({ signedIn, page }) => {
    await hold(page, gap, () => page.goto(Profile.path));
    await signedIn.bar.organizationsLink.click();
    await page.waitForURL('/organizations');
    await expect(signedIn.organizations.heading).toBeVisible();
  });

  test(`the way back leads back while hydration waits ${gap}`, async ({ signedIn, page }) => {
    await signedIn.open(Profile.path);
    await signedIn.bar.organizationsLink.click();
    await expect(signedIn.organizations.heading).toBeVisible();
    await signedIn.bar.profileLink.click();
    await expect(signedIn.profile.heading).toBeVisible();
    // After a reload, the entry before is of the same document, so the browser says `popstate`.
    await hold(page, gap, () => page.reload());
    await page.evaluate(() => history.back());
    await expect(signedIn.organizations.heading).toBeVisible();
  });

  test(`a sign-out in another tab leads home while hydration waits ${gap}`, async ({ signedIn, openTab }) => {
    const other = await openTab();
    await hold(other.page, gap, () => other.page.goto(Profile.path));
    await signedIn.signOut();
    await expect(other.page).toHaveURL('/');
    await expect(other.bar.signInLink).toBeVisible();
  });

  test(`the title and what is typed stay while hydration waits ${gap}`, async ({ signedIn, page }) => {
    test.skip(live, 'the orders API is of the development fixture');
    const { orders } = signedIn;
    await hold(page, gap, () => page.goto(Orders.path));
    await expect(page).toHaveTitle('Orders · leptos-logto');
    await orders.item.fill('Lamp');
    await orders.quantity.fill('7');
    await release(page);
    await signedIn.alive();
    await expect(page).toHaveTitle('Orders · leptos-logto');
    await expect(orders.item).toHaveValue('Lamp');
    await expect(orders.quantity).toHaveValue('7');
  });
}

test('a choice from before hydration applies', async ({ signedIn, page }) => {
  test.skip(live, 'the orders API is of the development fixture');
  await hold(page, 'before the page', () => page.goto(Orders.path));
  await signedIn.orders.organization.selectOption({ label: 'acme' });
  await release(page);
  await expect(signedIn.orders.whose).toHaveText('acme orders');
  await expect(signedIn.orders.organization.locator('option:checked')).toHaveText('acme');
});

test('a page whose code takes long is marked, and the focus waits for it', async ({ signedIn, page }) => {
  await signedIn.open(Profile.path);
  await page.route(/split_access/, async (route) => {
    await new Promise((arrived) => setTimeout(arrived, 4000));
    await route.continue();
  });
  await signedIn.bar.scopesLink.focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('html[data-loading]')).toHaveCount(1);
  await expect(page).toHaveTitle(/^Profile/);
  await expect(signedIn.scopes.heading).toBeVisible({ timeout: 10_000 });
  await expect(page.locator('html[data-loading]')).toHaveCount(0);
  await expect(page.getByRole('main')).toBeFocused();
});
