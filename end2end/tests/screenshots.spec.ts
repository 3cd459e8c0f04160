import path from 'node:path';

import { test } from '../fixtures';
import { tour } from '../pages/tour';

// Pictures of every page, for people to look at. Collected only with SCREENSHOTS=1.

const folder = path.resolve(__dirname, '..', 'screenshots');
const names = [...new Set([...tour(true), ...tour(false)].map(({ name }) => name))];

for (const name of names) {
  test(`a picture of ${name}`, async ({ site, signIn: _, complaints }, testInfo) => {
    const stop = tour(site.scripted).find((candidate) => candidate.name === name);
    test.skip(!stop, 'with scripts this page does not stand still');
    if (!stop) return;
    if (stop.complaint) complaints.allow(stop.complaint, 'the page is an answer with that status');
    await stop.go(site);
    for (const width of [375, 1280]) {
      await site.page.setViewportSize({ width, height: 800 });
      for (const colorScheme of ['light', 'dark'] as const) {
        await site.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const file = `${name.replace(/[^a-z]+/g, '-')}-${width}-${colorScheme}.png`;
        await site.page.screenshot({ path: path.join(folder, testInfo.project.name, file), fullPage: true });
      }
    }
  });
}
