import { expect, test } from '../fixtures';
import { Profile } from '../pages/profile';
import { visitor } from '../setting';

test('fetching userinfo loads no new document, and Back undoes it', async ({ site, page, signIn }) => {
  await signIn(site, visitor, Profile.path);
  const documents: string[] = [];
  const asked: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (request.isNavigationRequest()) documents.push(pathname);
    if (pathname.startsWith('/api/')) asked.push(pathname);
  });
  await site.profile.fetchUserInfoLink.click();
  await expect(site.profile.claim('custom_data').source).toHaveText('userinfo');
  expect(documents).toEqual([]);
  expect(asked).toEqual(['/api/user-info']);

  await page.goBack();
  await expect(page).toHaveURL(Profile.path);
  await expect(site.profile.claim('custom_data').row).toHaveCount(0);
  expect(documents).toEqual([]);
});
