import type { Page } from '@playwright/test';

import { type Complaints, expect, expectAccessible } from './fixtures';
import { type Site, isHere } from './pages/site';
import type { Stop } from './pages/tour';
import { baseURL, cookieName } from './setting';

const phone = { width: 360, height: 800 };

/** The page that is open, in Japanese. `false` where it is not ours to say. */
export const inJapanese = async (site: Site): Promise<boolean> => {
  if (!isHere(new URL(site.page.url()))) return false;
  await site.page.context().addCookies([{ name: cookieName('logto-language'), value: 'ja', url: baseURL }]);
  await site.page.reload();
  await site.alive();
  return true;
};

/** Checks a page in light and dark, wide and narrow: it is accessible, and it and its texts fit the width of a phone. */
export const lookAt = async (stop: Stop, site: Site, complaints: Complaints): Promise<void> => {
  if (stop.complaint) complaints.allow(stop.complaint, 'the page is an answer with that status');
  await stop.go(site);
  await site.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await expectAccessible(site, 'light and wide');
  await site.page.setViewportSize(phone);
  await expectFit(site.page, 'light');
  await site.page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await expectFit(site.page, 'dark');
  await expectAccessible(site, 'dark and narrow');
  if (!stop.passing && (await inJapanese(site))) {
    await expect(site.page.locator('html')).toHaveAttribute('lang', 'ja');
    await expectFit(site.page, 'dark, in Japanese');
  }
};

/** That nothing has to be scrolled sideways; if it has, by what. */
const expectFit = async (page: Page, scheme: string): Promise<void> => {
  const [excess, culprits] = await page.evaluate(() => {
    const wider = [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > window.innerWidth + 1)
      .map((element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`);
    return [document.documentElement.scrollWidth - window.innerWidth, wider.slice(0, 5).join(', ')] as const;
  });
  expect(excess, `wider than a phone, ${scheme}, perhaps because of ${culprits}`).toBeLessThanOrEqual(0);
  expect(await cutTexts(page), `texts that are cut or leave their place, ${scheme}`).toEqual([]);
};

/**
 * The texts that are longer than their place: of a box that neither scrolls nor ends in an ellipsis, as names of people and
 * organizations do, and of a drawing.
 */
const cutTexts = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const says = (element: Element): string =>
      `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}: ${element.textContent.trim().slice(0, 60)}`;
    const hasText = (element: Element): boolean =>
      [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
    const isCut = (element: HTMLElement): boolean => {
      const style = getComputedStyle(element);
      const free = ['auto', 'scroll'].includes(style.overflowX) || style.textOverflow === 'ellipsis';
      const small = element.clientWidth <= 1; // for screen readers alone
      if (style.display === 'inline' || free || small) return false;
      const clips = style.overflowY === 'hidden' || style.overflowY === 'clip';
      return element.scrollWidth > element.clientWidth + 1 || (clips && element.scrollHeight > element.clientHeight + 1);
    };
    const leaves = (text: SVGTextElement): boolean => {
      const drawing = text.ownerSVGElement;
      if (!drawing) return false;
      const { left, right, top } = text.getBoundingClientRect();
      const isAround = (place: DOMRect): boolean =>
        place.left <= left && left <= place.right && place.top <= top && top <= place.bottom;
      const places = [drawing, ...drawing.querySelectorAll('rect')].map((element) => element.getBoundingClientRect());
      return !places.some(isAround) || places.some((place) => isAround(place) && right > place.right + 1);
    };
    const boxes = [...document.body.querySelectorAll<HTMLElement>('*')].filter((element) => element instanceof HTMLElement);
    const drawn = [...document.body.querySelectorAll<SVGTextElement>('svg text')];
    return [...boxes.filter((box) => hasText(box) && isCut(box)), ...drawn.filter(leaves)].map(says);
  });
