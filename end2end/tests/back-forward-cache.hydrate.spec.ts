import { expect, test, withBackForwardCache } from '../fixtures';
import { providerOrigin, visitor } from '../setting';

test.use(withBackForwardCache);

test('a page that is kept is hidden, and comes back at the same place', async ({ site, signIn, openTab }) => {
  // HD-03: the browser paints what it kept before it says that it did.
  // A page with the stream is not kept: the first tab has it.
  await signIn(site, visitor);
  await site.alive();
  const other = await openTab();
  const { page } = other;
  await page.addInitScript(() => {
    addEventListener('pageshow', ({ persisted }) => {
      Object.assign(window, { shown: { persisted, hidden: document.documentElement.hidden } });
    });
  });
  await other.open('/profile');
  await other.alive();
  await other.profile.unfoldJson();
  await page.getByRole('textbox', { name: 'View JSON' }).focus();
  const place = () => page.evaluate(() => ({ top: scrollY, focus: document.activeElement?.tagName }));
  const before = await place();
  expect(before).toMatchObject({ focus: 'TEXTAREA' });
  expect(before.top).toBeGreaterThan(100);

  await page.goto(providerOrigin);
  // Playwright does not notice when a frozen page is shown again, so it is not asked to wait for that.
  await page.evaluate(() => history.back()).catch(() => undefined);
  const shown = () => page.evaluate(() => (window as unknown as { shown?: unknown }).shown).catch(() => undefined);
  await expect.poll(shown).toEqual({ persisted: true, hidden: true });
  await expect(other.bar.person(visitor.name)).toBeVisible();
  expect(await place()).toEqual(before);
});
