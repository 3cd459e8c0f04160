import { expect, test } from '../fixtures';
import { Profile } from '../pages/profile';
import { live, visitor } from '../setting';

test('without scripts there is no button that does nothing, and the JSON is text to select', async ({ site, signIn }) => {
  await signIn(site, visitor, Profile.path);
  await expect(site.profile.copyButton).toBeHidden();
  expect(await site.profile.readJson()).toHaveProperty('sub');
});

test('without scripts times are in UTC', async ({ site, signIn }) => {
  test.skip(live, 'when an account was made is known in the development fixture alone');
  await signIn(site, visitor, Profile.path);
  await expect(site.profile.claim('created_at').value).toHaveText('2026-11-22 06:47:52 UTC');
});
