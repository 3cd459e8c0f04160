import type { Page } from '@playwright/test';

import { expect, test } from '../fixtures';
import { Home } from '../pages/home';
import { Profile } from '../pages/profile';

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

test('a page of which a part cannot be loaded hears of a sign-out', async ({ signedIn, openTab, complaints }) => {
  complaints.allow(/split_about_me|Failed to fetch|ERR_FAILED/, 'the part is kept from loading');
  const other = await openTab();
  await other.page.route(/split_about_me/, (route) => route.abort());
  const failed = other.page.waitForEvent('requestfailed');
  await other.page.goto(Profile.path);
  await failed;
  await expect(other.profile.claim('sub').value).toBeVisible();
  await signedIn.signOut();
  await expect(other.bar.signInLink).toBeVisible();
});

test('links lead on while the part of a page is on its way', async ({ signedIn, page }) => {
  await page.route(/split_about_me/, () => undefined);
  const asked = page.waitForRequest(/split_about_me/);
  await page.goto(Profile.path);
  await asked;
  await signedIn.bar.organizationsLink.click();
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

  test(`a sign-out in another tab is shown after hydration that waits ${gap}`, async ({ signedIn, openTab }) => {
    const other = await openTab();
    await hold(other.page, gap, () => other.page.goto(Profile.path));
    await signedIn.signOut();
    // Both ways of hearing of it have the time to come.
    await other.page.waitForTimeout(300);
    await expect(other.profile.claim('sub').value).toBeVisible();
    await other.page.evaluate(() => {
      const { held, real } = window as unknown as Held;
      window.setTimeout = real;
      for (const task of held) task();
    });
    await expect(other.profile.claim('sub').value).toHaveCount(0);
    await expect(other.bar.signInLink).toBeVisible();
  });
}
