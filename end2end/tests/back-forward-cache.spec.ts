import { expect, test, withBackForwardCache } from '../fixtures';
import { visitor } from '../setting';

test.use(withBackForwardCache);

test('Back after the sign-out shows no frozen page of the person', async ({ site, page, signIn, javaScriptEnabled }) => {
  // HD-03
  await signIn(site, visitor, '/profile');
  await expect(site.bar.person(visitor.name)).toBeVisible();
  await site.signOut();
  // Playwright does not notice when a frozen page is shown again, so it is not asked to wait for that.
  // Without JavaScript the provider's own sign-out page, with its button, lies between.
  const back = javaScriptEnabled ? -1 : -2;
  await page.evaluate((steps) => history.go(steps), back).catch(() => undefined);
  await expect(page).not.toHaveURL('/');
  await expect(page.locator('body')).not.toContainText(visitor.name);
});
