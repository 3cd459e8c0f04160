import { expect, test } from '../fixtures';
import { Home } from '../pages/home';
import { Profile } from '../pages/profile';
import { Sessions } from '../pages/sessions';
import { bob, visitor } from '../setting';

test('somebody sees where they are signed in, and that there is no other session', async ({ site, signIn, controls }) => {
  // SE-20
  const person = await controls.personLike(visitor);
  await signIn(site, person, Home.path);
  await site.bar.openMenu();
  await site.bar.sessionsLink.click();
  await expect(site.sessions.heading).toBeVisible();
  await expect(site.sessions.all).toHaveCount(1);
  await expect(site.sessions.current).toContainText('Chrome on');
  await expect(site.sessions.current).toContainText('Computer');
  await expect(site.sessions.current).toContainText('127.0.0.…');
  await expect(site.sessions.current).toContainText(/Last used\s*Now/);
  await expect(site.sessions.only).toBeVisible();
  await expect(site.sessions.endOthersButton).toHaveCount(0);
});

test('a session that is ended on another device is signed out at its next request', async ({
  site,
  signIn,
  openBrowser,
  controls,
}) => {
  // SE-20
  const person = await controls.personLike(visitor);
  const [phone, stranger] = [await openBrowser(), await openBrowser()];
  await signIn(phone, person, Profile.path);
  await signIn(stranger, bob, Profile.path);
  await signIn(site, person, Sessions.path);
  await expect(site.sessions.others).toHaveCount(1);
  await site.sessions.endButtons.click();
  await expect(site.sessions.newsTitle).toHaveText(/^Session ended: Chrome on \w+\.$/);
  await expect(site.sessions.news).toContainText('still signed in at Logto can sign in again without a password, until you sign out there too.');
  await expect(site.sessions.all).toHaveCount(1);
  if (site.scripted) await expect(site.sessions.news).toBeFocused();
  await site.page.reload();
  await expect(site.sessions.only).toBeVisible();
  await expect(site.sessions.news).toHaveCount(0);

  // A guarded page would sign in again: this browser's session at Logto goes on.
  await phone.open(Home.path);
  await expect(phone.bar.signInLink).toBeVisible();
  await stranger.open(Profile.path);
  await expect(stranger.profile.claim('sub').value).toBeVisible();
});

test('all other sessions end at once', async ({ site, signIn, openBrowser, controls }) => {
  // SE-20
  const person = await controls.personLike(visitor);
  const others = [await openBrowser(), await openBrowser()];
  for (const other of others) await signIn(other, person, Profile.path);
  await signIn(site, person, Sessions.path);
  await expect(site.sessions.othersHeading).toHaveText('Other sessions (2)');
  await site.sessions.endOthersButton.click();
  await expect(site.sessions.newsTitle).toHaveText('2 other sessions have ended.');
  await expect(site.sessions.only).toBeVisible();
  for (const other of others) {
    await other.open(Home.path);
    await expect(other.bar.signInLink).toBeVisible();
  }
  await site.open(Profile.path);
  await expect(site.profile.claim('sub').value).toBeVisible();
});

test('the button of a page that was open too long ends nothing else', async ({ site, signIn, openTab, openBrowser, controls }) => {
  // SE-20: the session had ended before.
  const person = await controls.personLike(visitor);
  const phone = await openBrowser();
  await signIn(phone, person, Home.path);
  await signIn(site, person, Sessions.path);
  const tab = await openTab();
  await tab.open(Sessions.path);
  await site.sessions.endButtons.click();
  await expect(site.sessions.news).toBeVisible();
  await tab.sessions.endButtons.click();
  await expect(tab.sessions.news).toHaveText('That session had already ended.');
  await expect(tab.sessions.all).toHaveCount(1);
});

test('the buttons of two devices of the same kind have names that say when each was used and began', async ({
  site,
  signIn,
  openBrowser,
  controls,
}) => {
  const person = await controls.personLike(visitor);
  for (const other of [await openBrowser(), await openBrowser()]) await signIn(other, person, Home.path);
  await signIn(site, person, Sessions.path);
  const time = String.raw`\d{4}-\d{2}-\d{2} \d{2}:\d{2} UTC`;
  const name = new RegExp(`^End session Chrome on \\w+ Last used ${time}\\S* Signed in ${time}\\S*$`);
  await expect(site.sessions.endButtons).toHaveCount(2);
  for (const button of await site.sessions.endButtons.all()) await expect(button).toHaveAccessibleName(name);
});

test('where a session may not have ended, that is seen, and gone with the next press', async ({
  site,
  signIn,
  openBrowser,
  controls,
  complaints,
}) => {
  test.skip(!site.scripted, 'without scripts the browser itself says that nothing was sent');
  complaints.allow(/net::ERR_FAILED|did not get through/, 'the request of the form is cut off');
  const person = await controls.personLike(visitor);
  for (const other of [await openBrowser(), await openBrowser()]) await signIn(other, person, Home.path);
  await site.page.setViewportSize({ width: 375, height: 667 });
  await signIn(site, person, Sessions.path);
  await site.page.route('**/api/sessions/end*', (route) => route.abort());
  await site.sessions.endButtons.last().click();
  await expect(site.sessions.failure).toContainText('The session may not have ended. Reload the page to see.');
  await expect(site.sessions.failure).not.toContainText('Not loaded');
  await expect(site.sessions.failure).toBeFocused();
  await expect(site.sessions.failure).toBeInViewport();
  await expect(site.sessions.others).toHaveCount(2);

  // One failure takes the place of the other.
  await site.sessions.endOthersButton.click();
  await expect(site.sessions.failure).toContainText('The other sessions may not have ended.');
  await expect(site.sessions.failure).toHaveCount(1);

  await site.page.unroute('**/api/sessions/end*');
  await site.sessions.endButtons.last().click();
  await expect(site.sessions.news).toContainText('Session ended');
  await expect(site.sessions.failure).toHaveCount(0);

  // And what was done is no longer said above what failed.
  await site.page.route('**/api/sessions/end*', (route) => route.abort());
  await site.sessions.endOthersButton.click();
  await expect(site.sessions.failure).toBeFocused();
  await expect(site.sessions.news).toHaveCount(0);
});

test('the page has the way out everywhere, beside this session', async ({ site, signIn, openBrowser, controls }) => {
  const person = await controls.personLike(visitor);
  await signIn(site, person, Sessions.path);
  await expect(site.sessions.signOutEverywhereButton).toHaveCount(0);
  const phone = await openBrowser();
  await signIn(phone, person, Home.path);
  await site.page.reload();
  await site.sessions.signOutEverywhereButton.click();
  await site.provider.confirmSignOut();
  await expect(site.page.getByRole('main')).toContainText('You are signed out of this app on all your devices.');
  await phone.page.reload();
  await expect(phone.bar.signInLink).toBeVisible();
});

test('signing out everywhere ends the sessions of all devices', async ({ site, signIn, openBrowser, controls }) => {
  const person = await controls.personLike(visitor);
  const [phone, stranger] = [await openBrowser(), await openBrowser()];
  await signIn(phone, person, Profile.path);
  await signIn(stranger, bob, Profile.path);
  await signIn(site, person, Home.path);
  await site.signOutEverywhere();
  await expect(site.page.getByRole('main')).toContainText(
    'You are signed out of this app on all your devices. A device that is still signed in to Logto can sign in again without a password.',
  );
  // A guarded page would sign in again: this browser's session at Logto goes on.
  await phone.open(Home.path);
  await expect(phone.bar.signInLink).toBeVisible();
  await stranger.open(Profile.path);
  await expect(stranger.profile.claim('sub').value).toBeVisible();
});
