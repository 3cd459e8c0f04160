import { expect, test } from '../fixtures';
import { Profile } from '../pages/profile';
import { alice, bob, live, visitor } from '../setting';

test('the claims every sign-in has stand there with source and scope', async ({ site, signIn }) => {
  await signIn(site, visitor, Profile.path);
  await expect(site.page).toHaveTitle(/^Profile/);
  const subject = site.profile.claim('sub');
  await expect(subject.source).toHaveText('ID token');
  await expect(subject.scope).toHaveText('openid');
  await expect(site.profile.claim('iss').source).toHaveText('ID token');
  await expect(site.profile.claim('iat').value).toHaveText(/UTC\s*\d{10} s$/);
  for (const row of await site.profile.rows.all()) {
    await expect(row.getByRole('cell').nth(1)).toHaveText(/^(ID token|userinfo|ID token, userinfo)$/);
    await expect(row.getByRole('cell').nth(2)).toHaveText(/\S/);
  }
  await expect(site.profile.claim('nonce').row).toHaveCount(0);
});

test('times say which unit they came in: milliseconds from Logto, seconds from OpenID Connect', async ({ site, signIn }) => {
  await signIn(site, visitor, Profile.path);
  for (const name of ['created_at', 'updated_at']) {
    const { value } = site.profile.claim(name);
    await expect(value).toHaveText(/\d{4}, \d{2}:\d{2}:\d{2} UTC\s*\d{13} ms$/);
    const exact = Number(/(\d{13}) ms/.exec(await value.innerText())?.[1]);
    const shown = Date.parse((await value.getByRole('time').getAttribute('datetime')) ?? '');
    expect(shown, 'the words mean the same moment').toBe(Math.floor(exact / 1000) * 1000);
  }
});

test('fetching userinfo adds what the ID token has not, and leaving it out takes it away', async ({ site, signIn }) => {
  await signIn(site, visitor, Profile.path);
  await expect(site.profile.claim('custom_data').row).toHaveCount(0);
  await site.profile.fetchUserInfoLink.click();
  await expect(site.page).toHaveURL('/profile?userinfo=true');
  const data = site.profile.claim('custom_data');
  await expect(data.source).toHaveText('userinfo');
  await expect(data.scope).toHaveText('custom_data');
  await expect(site.profile.claim('sub').source).toHaveText('ID token, userinfo');
  await expect(site.profile.claim('iss').source).toHaveText('ID token');
  await site.profile.idTokenOnlyLink.click();
  await expect(site.page).toHaveURL(Profile.path);
  await expect(site.profile.claim('custom_data').row).toHaveCount(0);
  await expect(site.profile.claim('sub').source).toHaveText('ID token');
});

test.describe('with the people of the development world', () => {
  test.skip(live, 'what Alice and Bob have is known in the development world alone');

  const profile = 'profile';
  const organizations = 'urn:logto:scope:organizations';
  const claims: [name: string, value: string | RegExp, scope: string][] = [
    ['sub', 'vy5uejihtdj7', 'openid'],
    ['name', 'Alice Example', profile],
    ['given_name', 'Alice', profile],
    ['family_name', 'Example', profile],
    ['nickname', 'Al', profile],
    ['username', 'alice', profile],
    ['picture', 'https://example.com/avatars/alice.png', profile],
    ['created_at', /^22 Nov 2026, 06:47:52 UTC\s*1795330072842 ms$/, profile],
    ['email', 'alice@example.com', 'email'],
    ['email_verified', 'true', 'email'],
    ['phone_number', '15550000001', 'phone'],
    ['address', /"locality": "Paris"/, 'address'],
    ['roles', /"shop-reader"/, 'roles'],
    ['organizations', /"asl5guymvnj4"/, organizations],
    ['organization_roles', /"asl5guymvnj4:admin"/, 'urn:logto:scope:organization_roles'],
    ['aud', /^\w+$/, '–'],
  ];

  test("each of Alice's claims has its value, its source and its scope", async ({ site, signIn }) => {
    await signIn(site, alice, Profile.path);
    for (const [name, value, scope] of claims) {
      const claim = site.profile.claim(name);
      await expect(claim.value, name).toHaveText(value);
      await expect(claim.source, name).toHaveText('ID token');
      await expect(claim.scope, name).toHaveText(scope);
    }
    await expect(site.page.getByRole('heading', { level: 2 })).toHaveText(alice.name);
  });

  test("Bob's picture is null, his nickname is absent, and the page tells the two apart", async ({ site, signIn }) => {
    await signIn(site, bob, Profile.path);
    const picture = site.profile.claim('picture');
    await expect(picture.value).toHaveText('null asked for, no value');
    await expect(picture.source).toHaveText('ID token');
    await expect(picture.scope).toHaveText(profile);
    await expect(site.profile.claim('nickname').row).toHaveCount(0);

    await site.profile.showAbsent();
    await expect(site.profile.absent('nickname')).toContainText('not in the ID token; perhaps in userinfo (profile)');
    await expect(site.profile.absent('custom_data')).toBeVisible();
    await expect(site.profile.absent('picture')).toHaveCount(0);

    await site.profile.fetchUserInfoLink.click();
    await expect(site.profile.claim('custom_data').value).toContainText('"plan": "free"');
    await site.profile.showAbsent();
    await expect(site.profile.absent('nickname')).toContainText('never set for this account (profile)');
    await expect(site.profile.absent('custom_data')).toHaveCount(0);
  });

  test("Alice's custom data comes from userinfo", async ({ site, signIn }) => {
    await signIn(site, alice, '/profile?userinfo=true');
    const data = site.profile.claim('custom_data');
    await expect(data.value).toContainText('"plan": "gold"');
    await expect(data.source).toHaveText('userinfo');
    await expect(site.profile.claim('email').source).toHaveText('ID token, userinfo');
  });
});

test('the person stands above the claims', async ({ site, signIn }) => {
  await signIn(site, visitor, Profile.path);
  await expect(site.page.getByRole('heading', { level: 2, name: visitor.name })).toBeVisible();
});
