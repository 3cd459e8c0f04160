import path from 'node:path';

import { test } from '../fixtures';
import { inJapanese } from '../look';
import { tour, tourWithScripts, tourWithoutScripts } from '../pages/tour';

// Pictures of every page, for people to look at. Collected only with SCREENSHOTS=1.

const folder = path.resolve(__dirname, '..', 'screenshots');

for (const stop of [...tour, ...tourWithScripts, ...tourWithoutScripts]) {
  test(`a picture of ${stop.name}`, async ({ site, signIn: _, complaints }, testInfo) => {
    test.skip(!!stop.passing && !site.scripted, 'without scripts the server has waited for everything');
    if (stop.complaint) complaints.allow(stop.complaint, 'the page is an answer with that status');
    await stop.go(site);
    const take = async (language: string): Promise<void> => {
      for (const width of [375, 1280]) {
        await site.page.setViewportSize({ width, height: 800 });
        for (const colorScheme of ['light', 'dark'] as const) {
          await site.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          const file = `${stop.name.toLowerCase().replace(/[^a-z]+/g, '-')}-${language}-${width}-${colorScheme}.png`;
          await site.page.screenshot({ path: path.join(folder, testInfo.project.name, file), fullPage: true });
        }
      }
    };
    await take('en');
    if (!stop.passing && (await inJapanese(site))) await take('ja');
  });
}
