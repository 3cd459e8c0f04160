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

test('links lead on while the part of a page is on its way', async ({ signedIn, page }) => {
  await page.route(/split_about_me/, () => undefined);
  const asked = page.waitForRequest(/split_about_me/);
  await page.goto(Profile.path);
  await asked;
  await signedIn.bar.organizationsLink.click();
  await expect(signedIn.organizations.heading).toBeVisible();
  await signedIn.alive();
});
