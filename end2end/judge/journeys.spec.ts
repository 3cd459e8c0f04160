import { application, expect, judge, pagesOf, test } from './fixtures';

import { Home } from '../pages/home';
import { Profile } from '../pages/profile';

test('a person signs in, and the ID token of the judge is believed', async ({ site, person }) => {
  await site.open('/profile?with=query');
  await site.signIn(person);
  await expect(site.page).toHaveURL('/profile?with=query');
  await expect(site.profile.claim('sub').value).toHaveText(person.username);
  await expect(site.profile.claim('iss').value).toHaveText(`${judge}/oidc`);
  await expect(site.profile.claim('aud').value).toHaveText('judged');
  // Asked for by scopes, and not in the ID token: so a strict provider keeps it (OIDC Core 5.4).
  await expect(site.profile.claim('email').row).toHaveCount(0);
  const [exchange] = (await person.log()).filter(({ event }) => event === 'grant.success');
  expect(exchange?.grantType).toBe('authorization_code');
  expect(exchange?.granted?.split(' ').sort(), 'what it does not know is left out').toEqual([
    'address',
    'email',
    'offline_access',
    'openid',
    'phone',
    'profile',
  ]);
  expect(await person.refusals()).toEqual([]);
});

test('a wrong password is refused, and the right one then works', async ({ site, person, complaints }) => {
  complaints.allow(/status of 422 .*\/interaction\//, 'the judge answers a wrong password with 422');
  await site.open(Home.path);
  await site.home.signInLink.click();
  await site.provider.submit({ ...person, username: person.username, password: 'not the password' });
  await expect(site.provider.refusal).toBeVisible();
  await site.signIn(person);
  await expect(site.bar.person(person.name)).toBeVisible();
});

test('after a cancelled consent the page says so, and one can try again', async ({ site, person }) => {
  await site.open(Home.path);
  await site.home.signInLink.click();
  await site.provider.submit(person);
  await pagesOf(site).cancelButton.click();
  await site.back();
  await expect(site.problem.heading).toHaveText('Sign-in cancelled');
  await expect(site.bar.signInLink).toBeVisible();
  await site.problem.tryAgainLink.click();
  // The judge knows them already, and asks for the consent alone.
  await pagesOf(site).authorizeButton.click();
  await site.back();
  await expect(site.bar.person(person.name)).toBeVisible();
});

test('signing out ends the session here, the session at the judge, and what was granted', async ({ signedInAs, person }) => {
  const site = await signedInAs(person);
  await site.signOut();
  await expect(site.page).toHaveURL(Home.path);
  await expect(site.bar.signInLink).toBeVisible();
  const events = (await person.log()).map(({ event }) => event);
  expect(events).toContain('grant.revoked');
  expect(events).toContain('end_session.success');
  expect(await person.refusals()).toEqual([]);

  await site.page.goto(`${application}${Profile.path}`);
  await expect(site.provider.identifier).toBeVisible();
});
