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
  await expect(site.sessions.news).toHaveText('The session has ended.');
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
  await site.sessions.endOthersButton.click();
  await expect(site.sessions.news).toHaveText('2 other sessions have ended.');
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

test('signing out everywhere ends the sessions of all devices', async ({ site, signIn, openBrowser, controls }) => {
  const person = await controls.personLike(visitor);
  const [phone, stranger] = [await openBrowser(), await openBrowser()];
  await signIn(phone, person, Profile.path);
  await signIn(stranger, bob, Profile.path);
  await signIn(site, person, Home.path);
  await site.signOutEverywhere();
  await expect(site.page.getByRole('main')).toContainText(
    'You are signed out of this app on all your devices. A device that is still signed in at Logto can sign in again without a password.',
  );
  // A guarded page would sign in again: this browser's session at Logto goes on.
  await phone.open(Home.path);
  await expect(phone.bar.signInLink).toBeVisible();
  await stranger.open(Profile.path);
  await expect(stranger.profile.claim('sub').value).toBeVisible();
});
