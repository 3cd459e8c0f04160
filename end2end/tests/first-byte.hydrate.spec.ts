import { type Page } from '@playwright/test';

import { expect, test } from '../fixtures';
import { Home } from '../pages/home';
import { Organizations } from '../pages/organizations';
import { Profile } from '../pages/profile';
import { type Site } from '../pages/site';
import { visitor } from '../setting';

/** The requests for data that a page makes while it comes to life. */
const listen = (page: Page): string[] => {
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/api/') || request.method() !== 'GET') asked.push(`${request.method()} ${pathname}`);
  });
  return asked;
};

/** Every sign-in anywhere moves `updated_at`, and others of these tests sign in as the same person: its row may say one time or two. */
const MOVES = '[data-claim="updated_at"]';
const still = (text: string): string => text.replace(/"updated_at": *\d+/g, '');

/**
 * The texts of the page as they were when the HTML was read, and as they are now. A time is compared as the moment it denotes: where
 * the reader is, only the page that has come to life can know.
 */
const asSent = async (site: Site, path: string): Promise<string> => {
  const text = await (await site.page.request.get(path, { headers: { accept: 'text/html' } })).text();
  return site.page.evaluate(
    ([sent, moves]) => {
      const document = new DOMParser().parseFromString(sent, 'text/html');
      for (const element of document.querySelectorAll(`script, ${moves}`)) element.remove();
      for (const time of document.querySelectorAll('time')) time.textContent = time.dateTime;
      return (document.body.textContent ?? '').replace(/\s+/g, ' ').trim();
    },
    [text, MOVES] as const,
  );
};

const asItStands = async (site: Site): Promise<string> =>
  site.page.evaluate((moves) => {
    const body = document.body.cloneNode(true) as HTMLElement;
    for (const element of body.querySelectorAll(`script, ${moves}`)) element.remove();
    for (const time of body.querySelectorAll('time')) time.textContent = time.dateTime;
    return (body.textContent ?? '').replace(/\s+/g, ' ').trim();
  }, MOVES);

test('a page that comes to life asks for nothing and changes nothing, signed out', async ({ site, page }) => {
  // LX-10: the sign-in state comes with the HTML.
  const asked = listen(page);
  for (const path of [Home.path, '/sign-in-problem?reason=expired']) {
    await site.open(path);
    await page.waitForLoadState('networkidle');
    expect(await asItStands(site), path).toBe(await asSent(site, path));
  }
  expect(asked).toEqual([]);
});

test('a page that comes to life asks for nothing and changes nothing, signed in', async ({ signedIn, page }) => {
  // LX-10
  const asked = listen(page);
  for (const path of [Home.path, Profile.path, '/profile?userinfo=true', Organizations.path]) {
    await signedIn.open(path);
    await page.waitForLoadState('networkidle');
    expect(still(await asItStands(signedIn)), path).toBe(still(await asSent(signedIn, path)));
    await expect(signedIn.bar.person(visitor.name)).toBeVisible();
  }
  expect(asked).toEqual([]);
});
