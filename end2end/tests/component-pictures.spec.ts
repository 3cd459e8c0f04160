import path from 'node:path';

import { test } from '../fixtures';

// The pictures of components in rustdoc, from the page of all components. Collected only with PICTURES=1.

const folder = path.resolve(__dirname, '..', '..', 'docs', 'components');

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
    await shown.screenshot({ path: path.join(folder, `${file}.png`) });
  });
}
