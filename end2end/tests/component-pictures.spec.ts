import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { test } from '../fixtures';
import { Profile } from '../pages/profile';
import { withPalette } from '../png';
import { alice } from '../setting';

// The pictures of components in rustdoc, from the page of all components, and that of the profile in README.md. Collected only with
// PICTURES=1.

const docs = path.resolve(__dirname, '..', '..', 'docs');

/** Around the component, in pixels: less than the frame is away. */
const MARGIN = 12;

/** The component, and the state that its picture shows. */
const pictures: readonly (readonly [string, string])[] = [
  ['AccessTokenList', 'a token with permissions, one without, one that is refused'],
  ['OrganizationList', 'two organizations'],
  ['PermissionPanel', 'granted and not granted'],
  ['ScopeToggles', 'requested, not granted'],
  ['SessionList', 'this session and another one'],
  ['UserInfoPanel', 'of the ID token'],
];

for (const [component, state] of pictures) {
  test(`a picture of ${component}`, async ({ page }) => {
    await page.setViewportSize({ width: 932, height: 800 });
    await page.goto(`/components?language=en&theme=light&only=${component}`);
    const shown = page.locator(`[data-example="${state}"]`).locator('.logto').first();
    const file = component.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
    const { x, y, width, height } = (await shown.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    const clip = { x: x - MARGIN, y: y - MARGIN, width: width + 2 * MARGIN, height: height + 2 * MARGIN };
    const picture = await page.screenshot({ clip, fullPage: true });
    await writeFile(path.join(docs, 'components', `${file}.png`), withPalette(picture));
  });
}

test('a picture of the profile', async ({ site, signIn }) => {
  await site.page.setViewportSize({ width: 1280, height: 800 });
  await signIn(site, alice, Profile.pathWithUserInfo);
  await writeFile(path.join(docs, 'profile.png'), withPalette(await site.page.screenshot()));
});
