import { expect, test } from '../fixtures';
import { Home } from '../pages/home';
import { Profile } from '../pages/profile';
import { alice, bob, cookieName, idp, providerOrigin, visitor } from '../setting';

test('a person signs in from the home page and is greeted by name', async ({ site, signIn: _ }) => {
  await site.open(Home.path);
  await expect(site.bar.signInLink).toBeVisible();
  await site.home.signInLink.click();
  await site.signIn();
  await expect(site.page).toHaveURL(Home.path);
  await expect(site.home.heading).toHaveText(`Hello, ${visitor.name}`);
  await expect(site.bar.person(visitor.name)).toBeVisible();
  await expect(site.bar.signInLink).toHaveCount(0);
});

test('trying again after a problem leads to the page that was asked for', async ({ site, signIn: _ }) => {
  await site.open('/sign-in-problem?reason=cancelled&return_to=%2Fprofile');
  await site.problem.tryAgainLink.click();
  await site.signIn();
  await expect(site.page).toHaveURL(Profile.path);
  await expect(site.profile.heading).toBeVisible();
});

test("the bar's way in on the problem page leads to the page that was asked for", async ({ site, signIn: _ }) => {
  await site.open('/sign-in-problem?reason=cancelled&return_to=%2Fprofile');
  await site.bar.signInLink.click();
  await site.signIn();
  await expect(site.page).toHaveURL(Profile.path);
});

test('a browser that does not keep the session sees that at the third sign-in', async ({ site, signIn, context }) => {
  const forget = () => context.clearCookies({ name: cookieName('logto-session') });
  await signIn(site, visitor, Profile.path);
  await forget();
  await site.open(Profile.path);
  await expect(site.profile.heading).toBeVisible();
  await forget();
  await site.open(Profile.path);
  await expect(site.problem.heading).toHaveText('This browser does not stay signed in');
  await expect(site.problem.tryAgainLink).toHaveAttribute('href', '/sign-in?return_to=/profile');
});

test('a wrong password is refused, the typed name stays, and the right password then works', async ({
  site,
  signIn: _,
  complaints,
}) => {
  // Logto's own page asks /api/experience/verification/password.
  const answer = new RegExp(`status of 422 .*${providerOrigin.replaceAll('.', '\\.')}/(sign-in|api/experience/)`);
  complaints.allow(answer, 'the provider answers a wrong password with 422');
  await site.open(Home.path);
  await site.home.signInLink.click();
  await site.provider.submit({ ...visitor, password: 'not the password' });
  await expect(site.provider.refusal).toBeVisible();
  if (idp === 'dev') {
    await expect(site.provider.refusal).toContainText('Incorrect account or password.');
    await expect(site.provider.identifier).toHaveValue(visitor.username);
  }
  await site.signIn();
  await expect(site.bar.person(visitor.name)).toBeVisible();
});

test('a protected page asks for the sign-in and is shown after it, with its query', async ({ site, signIn: _ }) => {
  await site.open('/profile?with=query&and=%C3%A9');
  await expect(site.provider.identifier).toBeVisible();
  await site.signIn();
  await expect(site.page).toHaveURL('/profile?with=query&and=%C3%A9');
  await expect(site.profile.heading).toBeVisible();
  await expect(site.bar.person(visitor.name)).toBeVisible();
});

test('who is still signed in at the provider comes back without being asked', async ({ signedIn, context }) => {
  await context.clearCookies({ name: cookieName('logto-session') });
  await signedIn.open(Home.path);
  await signedIn.home.signInLink.click();
  await signedIn.back();
  await expect(signedIn.bar.person(visitor.name)).toBeVisible();
});

test.describe("on the development provider's page", () => {
  test.skip(idp !== 'dev', 'Logto offers first-party applications no cancelling, and nobody to pick');

  test('a person signs in by picking an account', async ({ site }) => {
    await site.open(Home.path);
    await site.home.signInLink.click();
    await site.devIdp.pick(bob);
    await site.back();
    await expect(site.home.heading).toHaveText(`Hello, ${bob.name}`);
    await expect(site.bar.person(bob.name)).toBeVisible();
  });

  test('a cancelled sign-in says so, and trying again leads to the sign-in', async ({ site }) => {
    await site.open(Home.path);
    await site.home.signInLink.click();
    await site.devIdp.cancelButton.click();
    await site.back();
    await expect(site.problem.heading).toHaveText('Sign-in cancelled');
    await expect(site.bar.signInLink).toBeVisible();
    await site.problem.tryAgainLink.click();
    await expect(site.provider.identifier).toBeVisible();
    await site.signIn(alice);
    await expect(site.bar.person(alice.name)).toBeVisible();
  });

  test('creating an account begins on the screen for it', async ({ site }) => {
    await site.open(Home.path);
    await site.home.createAccountLink.click();
    await expect(site.devIdp.heading).toHaveText('Create an account');
    await site.devIdp.pick(bob);
    await site.back();
    await expect(site.bar.person(bob.name)).toBeVisible();
  });

  test('a second person in the same browser gets a session of their own', async ({ signedIn, context }) => {
    // CB-22: signed in as one, the sign-in is finished as another.
    const origin = new URL(signedIn.page.url()).hostname;
    await context.clearCookies({ domain: '127.0.0.1' });
    const before = (await context.cookies()).find(({ name, domain }) => name === cookieName('logto-session') && domain === origin);
    await signedIn.page.goto('/sign-in?return_to=%2Fprofile');
    await signedIn.signIn(bob);
    await expect(signedIn.bar.person(bob.name)).toBeVisible();
    await expect(signedIn.page.getByText(visitor.name)).toHaveCount(0);
    const after = (await context.cookies()).find(({ name, domain }) => name === cookieName('logto-session') && domain === origin);
    expect(after?.value).not.toBe(before?.value);
  });
});
