import { expect, test } from '../fixtures';
import { Organization } from '../pages/organization';
import { Profile } from '../pages/profile';
import { Scopes } from '../pages/scopes';
import type { Site } from '../pages/site';
import { acme, alice, bob, cookieName, globex, idp, live, visitor } from '../setting';

const SESSIONS = 'urn:logto:scope:sessions';

/** Presses the button and waits for the page that comes of it, and for what it says. */
const apply = async (site: Site, notice: string): Promise<void> => {
  await site.scopes.applyButton.click();
  await site.page.waitForURL(/\/scopes\?scopes=/);
  await site.alive();
  const result = site.scopes.notice.filter({ hasText: notice });
  await expect(result).toBeInViewport();
  if (site.scripted) await expect(result).toBeFocused();
};

test('the way there is in the bar, and each scope says what it is', async ({ signedIn }) => {
  await signedIn.bar.scopesLink.click();
  await expect(signedIn.page).toHaveURL(Scopes.path);
  await expect(signedIn.scopes.heading).toBeVisible();
  await expect(signedIn.page).toHaveTitle(/^Scopes/);
  const { required } = signedIn.scopes;
  await expect(required).toContainText(/Required:\s+openid, offline_access, profile/);
  for (const reserved of ['openid', 'offline_access', 'profile']) {
    await expect(signedIn.scopes.scope(reserved).row, 'it has no switch').toHaveCount(0);
  }
  await expect(required.getByText('Required to sign in.')).toBeHidden();
  const email = signedIn.scopes.scope('email');
  await expect(email.switch).toBeEnabled();
  await expect(email.switch).toHaveAccessibleName('Email email');
  await expect(email.switch).toHaveAccessibleDescription(/whether it is verified.* State: .*Granted$/);
  await expect(email.leads).toHaveCount(0);
  await expect(email.row.getByText('email, email_verified')).toBeHidden();
  await signedIn.scopes.unfold();
  await expect(email.row.getByText('email, email_verified')).toBeVisible();
  await expect(required.getByText('Required to sign in.')).toBeVisible();
});

test('a claim goes with its scope, and comes back with it', async ({ site, signIn }) => {
  await signIn(site, visitor, Scopes.path);
  await site.scopes.press('email');
  await apply(site, 'Changes applied.');
  const email = site.scopes.scope('email');
  await expect(email.switch).not.toBeChecked();
  await expect(email.state).toContainText('Off');
  await expect(email.row, 'what was changed is marked').toContainText('Changed');
  await expect(email.row).toBeInViewport();
  await expect(site.scopes.scope('phone').row).not.toContainText('Changed');
  await site.open(Profile.path);
  await expect(site.profile.claim('sub').row).toBeVisible();
  await expect(site.profile.claim('email').row).toHaveCount(0);

  await site.open(Scopes.path);
  await site.scopes.press('email');
  await apply(site, 'Changes applied.');
  await expect(site.scopes.scope('email').state).toContainText('Granted');
  await site.open(Profile.path);
  await expect(site.profile.claim('email').row).toBeVisible();
});

test('Undo puts the switches back as they came', async ({ site, signIn }) => {
  await signIn(site, visitor, Scopes.path);
  await site.scopes.press('email', SESSIONS);
  await site.scopes.undoButton.click();
  await expect(site.scopes.scope('email').switch).toBeChecked();
  await expect(site.scopes.scope(SESSIONS).switch).not.toBeChecked();
});

test('while Logto does not answer, the page says what it does not know, and changes nothing', async ({
  site,
  signIn,
  controls,
}) => {
  test.skip(live, 'which APIs are configured is not known');
  const person = await controls.personLike(alice);
  // Home would ask for the tokens of the APIs.
  await signIn(site, person, Profile.path);
  await controls.addFault(person, { status: 503, times: 99 });
  await site.open(Scopes.path);
  await expect(site.scopes.notice).toContainText('Showing requested permissions');
  await expect(site.scopes.scope('read:orders').state).toContainText('Unknown');
  await expect(site.scopes.scope('email').state).toContainText('Granted');
  await site.scopes.press('email');
  await apply(site, 'Nothing changed. Try again');
  await expect(site.scopes.scope('email').state).toContainText('Granted');
  await controls.endFaults(person);
  await site.open(Scopes.path);
  await expect(site.scopes.notice).toHaveCount(0);
  await expect(site.scopes.scope('read:orders').state).toContainText('Granted');
});

test('applying without a change says so', async ({ site, signIn }) => {
  test.skip(site.scripted, 'with scripts there is no button before something is changed');
  await signIn(site, visitor, Scopes.path);
  await apply(site, 'No changes to apply.');
});

test('what was never granted needs a new authorization, which comes back to the switches', async ({ site, signIn }) => {
  await signIn(site, visitor, Scopes.path);
  const sessions = site.scopes.scope(SESSIONS);
  await expect(sessions.state).toContainText('Not requested');
  await expect(sessions.leads).toBeAttached();
  await expect(sessions.switch).toHaveAccessibleDescription(/Redirect to Logto$/);
  await sessions.switch.click();
  await site.scopes.applyButton.click();
  // Logto still knows the person, so it may ask nothing.
  await site.page.waitForURL(/\/scopes\?scopes=/);
  await site.alive();
  await expect(site.scopes.notice).toContainText(/Granted: |Not granted by Logto/);
  await expect(site.scopes.scope(SESSIONS).state).not.toContainText('Not requested');
  await expect(site.bar.person(visitor.name)).toBeVisible();
});

test.describe('with the development identity provider', () => {
  test.skip(idp !== 'dev', "Logto's own page has no such button");

  test('who cancels at the provider is back at the switches, and nothing has changed', async ({ site, signIn, context }) => {
    await signIn(site, visitor, Scopes.path);
    // Somebody who has left Logto meanwhile is asked there again.
    const cookies = await context.cookies();
    await context.clearCookies();
    await context.addCookies(cookies.filter(({ name }) => name === cookieName('logto-session')));
    await site.scopes.press(SESSIONS, 'email');
    await site.scopes.applyButton.click();
    await site.devIdp.cancelButton.click();
    await site.back();
    await expect(site.page).toHaveURL(/\/scopes\?scopes=/);
    await expect(site.scopes.notice).toContainText('Authorization cancelled. Nothing changed.');
    await expect(site.scopes.scope(SESSIONS).state).toContainText('Not requested');
    await expect(site.scopes.scope('email').state).toContainText('Granted');
    await expect(site.bar.person(visitor.name)).toBeVisible();
    await site.open(Profile.path);
    await expect(site.profile.claim('email').row).toBeVisible();
  });
});

test.describe('with the people of the development fixture', () => {
  test.skip(live, 'what Alice and Bob may do is known in the development fixture alone');

  test('custom data that was switched off and on again is on the profile', async ({ site, signIn, controls }) => {
    await signIn(site, await controls.personLike(alice), Scopes.path);
    await site.scopes.press('custom_data');
    await apply(site, 'Changes applied.');
    await site.open('/profile?userinfo=true');
    await expect(site.profile.claim('sub').row).toBeVisible();
    await expect(site.profile.claim('custom_data').row).toHaveCount(0);
    await site.open(Scopes.path);
    await site.scopes.press('custom_data');
    if (site.scripted) await expect(site.scopes.summary).toHaveText(/tokens are refreshed and userinfo is fetched/);
    await apply(site, 'Changes applied.');
    await site.open('/profile?userinfo=true');
    await expect(site.profile.claim('custom_data').value).toContainText('gold');
  });

  test('a token shows what Alice may do at the shop, and the page says who can give her the rest', async ({
    site,
    signIn,
    controls,
  }) => {
    await signIn(site, await controls.personLike(alice), Scopes.path);
    const shop = site.scopes.group('API https://shop.example/api');
    await expect(shop.getByRole('switch')).toHaveCount(2);
    for (const permission of ['read:orders', 'write:orders', 'manage:billing']) {
      await expect(site.scopes.scope(permission).state, permission).toContainText('Granted');
      await expect(site.scopes.scope(permission).switch, permission).toBeChecked();
    }
    const invoices = site.scopes.scope('view:invoices');
    await expect(invoices.state).toContainText('Requested, not granted');
    await expect(invoices.switch).not.toBeChecked();
    await expect(invoices.row).toContainText('Ask an administrator for one');
  });

  test('Bob asks for a permission that no role of his has', async ({ site, signIn }) => {
    await signIn(site, bob, Scopes.path);
    await site.scopes.press('write:orders');
    await site.scopes.applyButton.click();
    await site.page.waitForURL(/\/scopes\?scopes=/);
    await site.alive();
    await expect(site.scopes.notice).toContainText('Not granted by Logto');
    await expect(site.scopes.notice).toContainText('Ask an administrator for a role with write:orders');
    await expect(site.scopes.notice, 'nobody pressed it').not.toContainText('read:orders');
    const orders = site.scopes.scope('write:orders');
    await expect(orders.state).toContainText('Requested, not granted');
    await expect(orders.switch).not.toBeChecked();
    await expect(site.bar.person(bob.name)).toBeVisible();
    // What he did not press is what it was, here and on the other pages.
    for (const untouched of ['read:orders', 'view:invoices', 'manage:billing', 'invite:member']) {
      await expect(site.scopes.scope(untouched).state, untouched).toContainText('Requested, not granted');
    }
    await site.open('/apis');
    await expect(site.page.getByText('Not granted: read:orders')).toBeAttached();
    await site.open('/');
    await expect(site.home.notGranted).toContainText('read:orders, write:orders');
  });

  test('a permission in organizations is granted where a token for one has it', async ({ site, signIn, openBrowser, controls }) => {
    // OR-06
    await signIn(site, await controls.personLike(alice), Scopes.path);
    const billing = site.scopes.scope('manage:billing');
    await expect(billing.state).toContainText(/Granted\s+in 1 of 2 organizations/);
    await expect(billing.row).toContainText(/– globex Not granted\s+✓ acme Granted/);
    await site.scopes.unfold();
    await billing.row.getByRole('link', { name: 'acme' }).click();
    await expect(site.page).toHaveURL(Organization.path(acme));

    // In no organization nothing is granted, asking again cannot help, and who can is said.
    const other = await openBrowser();
    await signIn(other, bob, Scopes.path);
    for (const permission of ['manage:billing', 'invite:member']) {
      const scope = other.scopes.scope(permission);
      await expect(scope.state).toContainText('Requested, not granted');
      await expect(scope.switch).not.toBeChecked();
      await expect(scope.switch).toBeDisabled();
      await expect(scope.row).toContainText('you are not a member of any organization. Ask an organization administrator for an invitation');
    }
  });

  test('memberships are locked while a permission in organizations is on, and free after', async ({ site, signIn, controls }) => {
    await signIn(site, await controls.personLike(alice), Scopes.path);
    const memberships = site.scopes.scope('urn:logto:scope:organizations');
    await expect(memberships.switch).toBeChecked();
    await expect(memberships.switch).toBeDisabled();
    await expect(memberships.row).toContainText('Required while an organization permission is on.');
    await site.scopes.press('manage:billing', 'invite:member');
    await apply(site, 'Changes applied.');
    await expect(memberships.switch).toBeChecked();
    await expect(memberships.switch).toBeEnabled();
  });

  test('an organization tells what is switched off from what no role there gives', async ({ site, signIn, controls }) => {
    await signIn(site, await controls.personLike(alice), Scopes.path);
    await site.scopes.press('invite:member');
    await apply(site, 'Changes applied.');
    await site.open(Organization.path(globex));
    const main = site.page.getByRole('main');
    await expect(main).toContainText('Off in Scopes: invite:member. Turn on to see whether your roles here include them.');
    await expect(main).toContainText('Not included in your roles here: manage:billing.');

    await site.open(Scopes.path);
    await site.scopes.press('manage:billing');
    await apply(site, 'Changes applied.');
    await site.open(Organization.path(globex));
    await expect(main).toContainText('Off in Scopes: manage:billing, invite:member.');
  });

  test('what somebody has switched off leads to its switch', async ({ site, signIn, complaints, controls }) => {
    complaints.allow(/status of 403 .*\/billing/, 'the page is refused');
    await signIn(site, await controls.personLike(alice), Scopes.path);
    await site.scopes.press('write:orders', 'manage:billing');
    await apply(site, 'Changes applied.');
    for (const [path, scope] of [
      ['/orders', 'write:orders'],
      [Organization.path(acme), 'manage:billing'],
      [Organization.path(acme, 'billing'), 'manage:billing'],
      ['/apis', 'write:orders'],
    ] as const) {
      await site.open(path);
      await site.page.getByRole('main').getByRole('link', { name: 'Open Scopes' }).first().click();
      await site.page.waitForURL(/\/scopes\?scope=.*#scope-/);
      await expect(site.scopes.scope(scope).switch).toBeInViewport();
      await expect(site.scopes.scope(scope).row.getByText('ermission. Included in')).toBeVisible();
      await expect(site.page.locator(':target')).toHaveAttribute('data-scope', scope);
    }
  });
});
