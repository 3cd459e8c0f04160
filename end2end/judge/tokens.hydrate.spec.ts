import { expect, test } from './fixtures';

import { Apis } from '../pages/apis';
import { Home } from '../pages/home';

/** Longer than an access token lives at the judge. */
const OUTLIVED = 2_500;

test('userinfo tells what the ID token does not', async ({ site, person, signIn }) => {
  await signIn(site, person, '/profile?userinfo=true');
  const claims: [name: string, value: string | RegExp][] = [
    ['name', `${person.username} Judge`],
    ['given_name', person.username],
    ['locale', 'en'],
    ['email', `${person.username}@judge.example`],
    ['email_verified', 'true'],
    ['phone_number', '+15550000009'],
    ['phone_number_verified', 'false'],
    ['address', /street_address\s*1-1 Chiyoda/],
  ];
  for (const [name, value] of claims) {
    await expect(site.profile.claim(name).value, name).toHaveText(value);
    expect(await site.profile.origin(name), name).toMatchObject({ source: 'userinfo' });
  }
  expect(await person.refusals()).toEqual([]);
});

test('an outlived access token is replaced, again and again, with the refresh token of the last time', async ({
  site,
  person,
  signIn,
}) => {
  await signIn(site, person, '/profile?userinfo=true');
  for (let round = 0; round < 2; round += 1) {
    const before = (await person.refreshes()).length;
    await site.page.waitForTimeout(OUTLIVED);
    await site.open('/profile?userinfo=true');
    expect(await site.profile.origin('email')).toMatchObject({ source: 'userinfo' });
    expect((await person.refreshes()).length).toBeGreaterThan(before);
  }
  const refreshes = await person.refreshes();
  expect(refreshes.every(({ event, replaced }) => event === 'grant.success' && replaced)).toBe(true);
  expect(await person.refusals()).toEqual([]);
});

test('requests that come together never use a refresh token twice', async ({ signedInAs, person }) => {
  // RF-01: the judge ends the grant when one comes a second time, without the grace that Logto has.
  const site = await signedInAs(person);
  await site.page.waitForTimeout(OUTLIVED);
  const pages = await Promise.all(
    Array.from({ length: 6 }, () => site.page.request.get('/profile?userinfo=true', { headers: { accept: 'text/html' } })),
  );
  for (const page of pages) {
    expect(page.status()).toBe(200);
    expect(await page.text()).toContain(`${person.username}@judge.example`);
  }
  expect(await person.refusals()).toEqual([]);
});

test('a grant that was ended at the judge ends the session here', async ({ signedInAs, person }) => {
  const site = await signedInAs(person);
  await person.endGrants();
  await site.page.waitForTimeout(OUTLIVED);
  await site.open('/profile?userinfo=true');
  await expect(site.page.getByText(`${person.username}@judge.example`)).toHaveCount(0);
  await site.open(Home.path);
  await expect(site.bar.signInLink).toBeVisible();
  expect(await person.refusals()).toEqual([expect.stringContaining('grant.error: invalid_grant')]);
});

test('a token for an API resource says whom it is for and what it opens, also after another refresh', async ({
  site,
  person,
  signIn,
}) => {
  await signIn(site, person, Apis.path);
  const shop = site.apis.api('https://shop.example/api');
  await expect(shop.claim('aud')).toHaveText('https://shop.example/api');
  await expect(shop.claim('iss')).toHaveText(/\/oidc$/);
  await expect(shop.permissions).toHaveText([/Granted: read:orders$/, /Granted: write:orders$/]);
  const first = await shop.claim('jti').textContent();
  await site.page.waitForTimeout(OUTLIVED);
  await site.open(Apis.path);
  await expect(shop.claim('jti')).not.toHaveText(first ?? '');
  expect(await person.refusals()).toEqual([]);
});
