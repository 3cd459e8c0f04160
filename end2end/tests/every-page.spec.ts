import type { Page } from '@playwright/test';

import { expect, expectAccessible, test } from '../fixtures';
import { tour } from '../pages/tour';

// Each page once, in light and dark, wide and narrow: usable by everybody, and never wider than the window.

const phone = { width: 375, height: 800 };

const names = [...new Set([...tour(true), ...tour(false)].map(({ name }) => name))];

for (const name of names) {
  test(`${name}: accessible, and fits a phone`, async ({ site, signIn: _, complaints }) => {
    const stop = tour(site.scripted).find((candidate) => candidate.name === name);
    test.skip(!stop, 'with scripts this page does not stand still');
    if (!stop) return;
    if (stop.complaint) complaints.allow(stop.complaint, 'the page is an answer with that status');
    await stop.go(site);
    await site.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await expectAccessible(site, 'light and wide');
    await site.page.setViewportSize(phone);
    await expectFit(site.page, 'light');
    await site.page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    await expectFit(site.page, 'dark');
    await expectAccessible(site, 'dark and narrow');
  });
}

/** That nothing has to be scrolled sideways; if it has, by what. */
const expectFit = async (page: Page, scheme: string): Promise<void> => {
  const [excess, culprits] = await page.evaluate(() => {
    const wider = [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > window.innerWidth + 1)
      .map((element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`);
    return [document.documentElement.scrollWidth - window.innerWidth, wider.slice(0, 5).join(', ')] as const;
  });
  expect(excess, `wider than a phone, ${scheme}, perhaps because of ${culprits}`).toBeLessThanOrEqual(0);
};
