import { expect, test } from '../fixtures';
import { Organizations } from '../pages/organizations';
import { Profile } from '../pages/profile';
import { isHere } from '../pages/site';
import { idp, visitor } from '../setting';

// Logto keeps one sign-in under way for each browser and application: the second tab replaces the first one's. Whichever
// tab is finished first comes back with the second one's state, and the other ends at the provider. Our part (CB-09):
// that this ends with a person who is signed in, in both tabs.

for (const first of [1, 2] as const) {
  test(`two tabs begin to sign in, and tab ${first} is finished first`, async ({ site, signIn: _, openTab, complaints }) => {
    complaints.allow(/status of 400 .*\/sign-in/, 'the provider refuses the sign-in that is no longer open');
    const one = site;
    await one.open(Profile.path);
    await expect(one.provider.identifier).toBeVisible();
    const two = await openTab();
    await two.open(Organizations.path);
    await expect(two.provider.identifier).toBeVisible();

    const [quick, slow] = first === 1 ? [one, two] : [two, one];
    await quick.signIn();
    await expect(quick.page, 'it comes back with the state of tab 2').toHaveURL(Organizations.path);
    await expect(quick.bar.person(visitor.name)).toBeVisible();

    if (idp === 'dev') {
      const refused = slow.page.waitForResponse((response) => response.request().method() === 'POST');
      await slow.provider.submit(visitor);
      expect((await refused).status(), 'at the provider, as at Logto').toBe(400);
      expect(isHere(new URL(slow.page.url()))).toBe(false);
    }

    for (const [tab, path] of [
      [one, Profile.path],
      [two, Organizations.path],
    ] as const) {
      await tab.open(path);
      await expect(tab.page).toHaveURL(path);
      await expect(tab.bar.person(visitor.name)).toBeVisible();
    }
  });
}

test('two tabs, and the other one has only to be reloaded', async ({ site, signIn, openTab }) => {
  const other = await openTab();
  await other.open('/');
  await expect(other.bar.signInLink).toBeVisible();
  await signIn(site);
  // With scripts it hears of the sign-in and comes again by itself.
  if (!other.scripted) await other.page.reload();
  await expect(other.bar.person(visitor.name)).toBeVisible();
});
