import { expect, test } from '../fixtures';
import { visitor } from '../setting';

// Browsers freeze whole pages to show them again at Back. Playwright switches that off, so here it is switched on again.
test.use({
  launchOptions: async ({ launchOptions }, use) => {
    await use({ ...launchOptions, ignoreDefaultArgs: ['--disable-back-forward-cache'] });
  },
});

test('Back after the sign-out shows no frozen page of the person', async ({ site, page, signIn }) => {
  // HD-03
  await signIn(site, visitor, '/profile');
  await expect(site.bar.person(visitor.name)).toBeVisible();
  await site.signOut();
  // Playwright does not notice when a frozen page is shown again, so it is not asked to wait for that.
  await page.evaluate(() => history.back()).catch(() => undefined);
  await expect(page).not.toHaveURL('/');
  await expect(page.locator('body')).not.toContainText(visitor.name);
});
