import { expect, test } from '../fixtures';
import { Home } from '../pages/home';
import { Organizations } from '../pages/organizations';
import { Profile } from '../pages/profile';
import { baseURL, cookieName, visitor } from '../setting';

test('signing out leads home, takes the session away, and protected pages ask again', async ({ signedIn, context }) => {
  await signedIn.open(Profile.path);
  await signedIn.signOut();
  await expect(signedIn.page).toHaveURL(Home.path);
  await expect(signedIn.bar.signInLink).toBeVisible();
  await expect(signedIn.page.getByText(visitor.name)).toHaveCount(0);
  const names = (await context.cookies(signedIn.page.url())).map(({ name }) => name);
  expect(names).not.toContainEqual(cookieName('logto-session'));

  // The session of the provider has ended too: it asks for a name again instead of sending the browser back.
  for (const path of [Profile.path, Organizations.path]) {
    await signedIn.open(path);
    await expect(signedIn.provider.identifier).toBeVisible();
  }
});

test('the old session cookie is worth nothing after the sign-out', async ({ signedIn, context }) => {
  // ASVS 7.4.1: the session ends on the server, not only in the browser.
  const old = (await context.cookies(signedIn.page.url())).filter(({ name }) => name === cookieName('logto-session'));
  expect(old).toHaveLength(1);
  await signedIn.signOut();
  await context.addCookies(old);
  await signedIn.open(Home.path);
  await expect(signedIn.bar.signInLink).toBeVisible();
  await expect(signedIn.page.getByText(visitor.name)).toHaveCount(0);
});

test('Back after the sign-out shows nothing of the person', async ({ signedIn, complaints }) => {
  // HD-03
  complaints.allow(/status of 400 .*\/session\/end/, "Back may reach the provider's confirmation, which was used");
  await expect(signedIn.bar.person(visitor.name)).toBeVisible();
  await signedIn.bar.profileLink.click();
  await expect(signedIn.profile.claim('sub').value).toBeVisible();
  const subject = await signedIn.profile.claim('sub').value.innerText();
  await signedIn.signOut();
  for (let steps = 0; steps < 4; steps += 1) {
    await signedIn.page.goBack({ waitUntil: 'load' }).catch(() => null);
    await expect(signedIn.page.locator('body')).not.toContainText(visitor.name);
    await expect(signedIn.page.locator('body')).not.toContainText(subject);
  }
});

test('signing out in one tab ends the other one too', async ({ signedIn, openTab }) => {
  const other = await openTab();
  await other.open(Profile.path);
  await expect(other.bar.person(visitor.name)).toBeVisible();
  await signedIn.signOut();
  await other.page.reload();
  await expect(other.provider.identifier).toBeVisible();
});

test('signing out twice is no error', async ({ signedIn, openTab }) => {
  // LO-06: the button of a page that was still open when its session ended.
  const other = await openTab();
  await other.open(Home.path);
  await signedIn.signOut();
  const again = await other.page.request.post('/sign-out', { headers: { origin: baseURL } });
  expect(again.ok()).toBe(true);
  await other.open(Home.path);
  await expect(other.bar.signInLink).toBeVisible();
});

test('the page after a sign-out says so once, and that Logto may still know who it is', async ({ signedIn, signIn }) => {
  const notice = signedIn.page.getByRole('main').getByText('You are signed out');
  await signedIn.signOut();
  await expect(notice).toHaveText('You are signed out.');
  await signedIn.page.reload();
  await expect(signedIn.bar.signInLink).toBeVisible();
  await expect(notice).toHaveCount(0);

  await signIn(signedIn);
  await signedIn.signOutHere();
  await expect(notice).toContainText('of this app. Your Logto session may still be active');
  await signedIn.open(Home.path);
  await expect(notice).toHaveCount(0);
});

test('who signs out in another application is signed out at the next request of an open tab', async ({
  site,
  signIn,
  openTab,
  controls,
}) => {
  // LO-23
  const person = await controls.personLike(visitor);
  await signIn(site, person, Profile.path);
  await expect(site.profile.claim('sub').value).toBeVisible();
  const other = await openTab();
  await other.open(Home.path);
  await expect(other.bar.person(person.name)).toBeVisible();

  await controls.endSessions(person);
  await site.page.reload();
  await expect(site.provider.identifier).toBeVisible();
  await other.page.reload();
  await expect(other.bar.signInLink).toBeVisible();
  await expect(other.page.getByText(person.name)).toHaveCount(0);
});
