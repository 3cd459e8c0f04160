import { expect, test } from '../fixtures';
import { Home } from '../pages/home';
import { Profile } from '../pages/profile';
import { isHere } from '../pages/site';
import { alice, idp, visitor } from '../setting';

test('a callback opened again neither breaks nor signs out', async ({ site, signIn: _ }) => {
  // CB-07: the Back button, a bookmark.
  const used = site.page.waitForRequest((request) => new URL(request.url()).pathname === '/callback');
  await site.open('/sign-in');
  await site.signIn();
  const callback = (await used).url();
  await site.open(callback);
  await expect(site.page).toHaveURL(Home.path);
  await expect(site.bar.person(visitor.name)).toBeVisible();

  await site.signOut();
  await site.open(callback);
  await expect(site.problem.heading).toHaveText('Sign-in expired');
  await expect(site.bar.signInLink).toBeVisible();
});

test('Back after the sign-in leaves the person signed in', async ({ site, signIn: _ }) => {
  // What Back shows is the provider's affair; that it takes nothing away is ours.
  await site.open('/sign-in');
  await site.signIn();
  await site.page.goBack();
  await site.open(Profile.path);
  await expect(site.page).toHaveURL(Profile.path);
  await expect(site.bar.person(visitor.name)).toBeVisible();
});

test('a callback does nothing in a browser that did not start it', async ({ site, openBrowser }) => {
  test.skip(idp !== 'dev', "Logto's own page cannot be answered without scripts, which would follow the way back");
  // CB-04, login CSRF. The provider is answered by hand, so that the code on the way back is still unused.
  await site.open('/sign-in');
  const request = site.page.request;
  let answer = await request.post(site.page.url(), { form: { account: alice.username }, maxRedirects: 0 });
  let next = site.page.url();
  while (!isHere(new URL(next))) {
    next = new URL(answer.headers().location ?? '', next).href;
    if (!isHere(new URL(next))) answer = await request.get(next, { maxRedirects: 0 });
  }
  expect(new URL(next).pathname).toBe('/callback');
  expect(new URL(next).searchParams.get('code')).toBeTruthy();

  const stranger = await openBrowser();
  await stranger.open(next);
  await expect(stranger.problem.heading).toHaveText('Sign-in expired');
  await expect(stranger.bar.signInLink).toBeVisible();
  await expect(stranger.page.getByText(alice.name)).toHaveCount(0);

  // Nothing was used up: where it was started, it still works.
  await site.open(next);
  await expect(site.bar.person(alice.name)).toBeVisible();
});

test('a callback nobody started is refused calmly', async ({ site }) => {
  // CB-03, CB-15: no text of the address on the page.
  for (const [query, heading] of [
    ['?code=x&state=y&iss=z', 'Sign-in expired'],
    ['?error=server_error&error_description=Your+account+is+locked,+call+us', 'Sign-in expired'],
    ['', 'Sign-in cancelled'],
  ] as const) {
    await site.open(`/callback${query}`);
    await expect(site.problem.heading).toHaveText(heading);
    await expect(site.page.locator('body')).not.toContainText('locked');
    await expect(site.bar.signInLink).toBeVisible();
  }
});
