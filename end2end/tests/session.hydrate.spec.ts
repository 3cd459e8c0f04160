import { expect, holdProgram, test } from '../fixtures';
import { bob, carol, live, visitor } from '../setting';

// The state of an open page stays true: what happens in one tab reaches the others, and nobody is surprised by an end.

const HOUR = 60 * 60 * 1000;

test('a sign-out in one tab reaches the others', async ({ site, signIn, openTab }) => {
  await signIn(site, visitor, '/profile');
  const other = await openTab();
  await other.open('/profile');
  await expect(other.bar.person(visitor.name)).toBeVisible();
  await site.signOut();
  await expect(other.notice).toContainText('Your session has ended.');
  await expect(other.bar.signInLink).toBeVisible();
  await expect(other.page.getByRole('main'), 'nothing of the person is left').not.toContainText(visitor.name);
});

test('a sign-in in one tab reaches the others', async ({ site, signIn, openTab }) => {
  const other = await openTab();
  await other.open('/');
  await expect(other.bar.signInLink).toBeVisible();
  await signIn(site);
  await expect(other.bar.person(visitor.name)).toBeVisible();
});

test('the menu stays as it is when another tab uses the session', async ({ site, signIn, openTab }) => {
  await signIn(site);
  await site.alive();
  const kept = await site.page.evaluateHandle(() => document.querySelector('.logto-menu__item'));
  const other = await openTab();
  await other.open('/profile');
  await other.alive();
  await site.page.evaluate(() => new Promise((pass) => setTimeout(pass, 300)));
  expect(await kept.evaluate((entry) => entry?.isConnected)).toBe(true);
});

test('a page that was loaded for another person comes anew', async ({ site, signIn, openBrowser, context, page }) => {
  test.skip(live, 'the people are of the development fixture');
  await signIn(site, bob, '/profile');
  // A page knows its session by the second at which it ends.
  await page.evaluate(() => new Promise((pass) => setTimeout(pass, 1100)));
  const other = await openBrowser();
  await signIn(other, carol);
  const run = await holdProgram(page);
  await page.reload({ waitUntil: 'commit' });
  await expect(site.bar.person(bob.name)).toBeVisible();
  // Before the page asks for anything, the browser has the session of somebody else.
  await context.clearCookies();
  await context.addCookies(await other.page.context().cookies());
  run();
  await expect(site.bar.person(carol.name)).toBeVisible();
});

test('a warning comes before the end, in all tabs, and staying takes it away in all', async ({ site, signIn, openTab, page }) => {
  await signIn(site);
  const other = await openTab();
  // One clock for all tabs of the browser.
  await page.clock.install();
  await site.open('/profile');
  await other.open('/profile');
  await expect(site.notice).toBeEmpty();
  await page.clock.fastForward(24 * HOUR - 4 * 60 * 1000);
  for (const tab of [site, other]) await expect(tab.notice).toContainText(/Your session ends in [34] minutes/);
  await site.notice.getByRole('button', { name: 'Stay signed in' }).click();
  for (const tab of [site, other]) await expect(tab.notice).toBeEmpty();
  await expect(site.bar.person(visitor.name)).toBeVisible();
});

test('changes of scopes that were not applied go with their person', async ({ site, signIn, page }) => {
  await signIn(site, visitor, '/scopes');
  const kept = (): Promise<number> => page.evaluate(() => sessionStorage.length);
  await site.scopes.press('email');
  await expect.poll(kept).toBe(1);
  await site.signOut();
  await expect(site.bar.signInLink).toBeVisible();
  await expect.poll(kept).toBe(0);
});

test('when the session has ended, the page says so and offers the way back', async ({ site, signIn, page, context }) => {
  await signIn(site);
  await page.clock.install();
  await site.open('/profile');
  await context.clearCookies();
  await page.clock.fastForward(24 * HOUR + 5 * 60 * 1000);
  await expect(site.notice).toContainText('Your session has ended.');
  await expect(page.getByRole('main')).not.toContainText(visitor.name);
  const link = site.notice.getByRole('link', { name: 'Sign in again' });
  await expect(link).toHaveAttribute('href', '/sign-in?return_to=/profile');
});

test('a page that comes into view after a while is checked again', async ({ site, signIn, page, context }) => {
  await signIn(site);
  await page.clock.install();
  await site.open('/profile');
  await context.clearCookies();
  await page.clock.fastForward(2 * 60 * 1000);
  await expect(site.bar.person(visitor.name)).toBeVisible();
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
  await expect(site.notice).toContainText('Your session has ended.');
});
