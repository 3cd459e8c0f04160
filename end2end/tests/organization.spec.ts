import { expect, test } from '../fixtures';
import { Organization } from '../pages/organization';
import { Organizations } from '../pages/organizations';
import { acme, alice, carol, cookieName, foreign, globex, live, olga, yuki } from '../setting';

test.skip(live, 'who is in which organization is known in the development fixture alone');

test('a member sees the organization and what they may do there', async ({ site, signIn }) => {
  await signIn(site, alice, Organizations.path);
  await site.page.getByRole('link', { name: 'acme' }).click();
  const { organization } = site;
  await expect(site.page).toHaveURL(Organization.path(acme));
  await expect(organization.heading).toHaveText('acme');
  await expect(organization.head).toContainText('Acme Corp');
  await expect(organization.head).toContainText('admin');
  await expect(organization.permission('manage:billing')).toHaveText(/^manage:billing.*Granted/);
  await expect(organization.permission('invite:member')).toHaveText(/^invite:member.*Granted/);
  await expect(site.page.getByRole('main')).toContainText(`urn:logto:organization:${acme}`);
  await site.page.getByText('Organization token', { exact: true }).click();
  await expect(site.page.getByText('Expires at exp')).toBeVisible();
  await expect(site.page).toHaveTitle(/^acme/);

  await site.open(Organization.path(globex));
  await expect(organization.heading).toHaveText('globex');
  await expect(organization.permission('manage:billing')).toHaveText(/manage:billing.*Not granted/);
  await expect(organization.tab('Billing')).toHaveCount(0);
});

test('what one may not open is not offered, and is refused to who goes there all the same', async ({
  site,
  signIn,
  complaints,
}) => {
  complaints.allow(/status of 403 .*\/billing/, 'the page is an answer with that status');
  await signIn(site, alice, Organization.path(acme));
  await expect(site.organization.tabs.getByRole('link')).toHaveText(['Overview', 'Support', 'Billing']);
  await site.organization.tab('Billing').click();
  await expect(site.page).toHaveURL(Organization.path(acme, 'billing'));
  await expect(site.organization.contact).toContainText('accounts@shop.example');
  await expect(site.page).toHaveTitle(/^Billing · acme/);

  await site.open(Organization.path(globex));
  await expect(site.organization.tabs.getByRole('link')).toHaveText(['Overview', 'Support']);
  const answer = await site.open(Organization.path(globex, 'billing'));
  expect(answer?.status()).toBe(403);
  await expect(site.refusal.forbidden).toBeVisible();
  await expect(site.refusal.missing).toHaveText('manage:billing');
  await expect(site.page).toHaveTitle(/^Access denied/);
  await expect(site.refusal.supportLink).toHaveAttribute('href', Organization.path(globex, 'support'));
  await site.refusal.organizationLink.click();
  await expect(site.organization.heading).toHaveText('globex');
});

test('what is not ones own looks like what is not there', async ({ site, signIn, complaints }) => {
  // OR-01, OR-02
  complaints.allow(/status of 404/, 'the page is an answer with that status');
  await signIn(site, alice);
  await site.open('/nothing-here');
  const nothing = await site.page.getByRole('main').innerText();
  for (const path of [Organization.path(foreign), Organization.path('nosuchorg001'), Organization.path('-', 'billing')]) {
    const answer = await site.open(path);
    expect(answer?.status()).toBe(404);
    expect(await site.page.getByRole('main').innerText(), path).toBe(nothing);
    await expect(site.page).toHaveTitle(/^Not found/);
    await expect(site.bar.person(alice.name)).toBeVisible();
  }
});

test('who is taken out while looking finds nothing there, and stays signed in', async ({
  site,
  signIn,
  controls,
  complaints,
}) => {
  // OR-05
  complaints.allow(/status of 404/, 'the page is an answer with that status');
  const person = await controls.personLike(alice);
  await controls.giveShortTokens(person);
  await signIn(site, person, Organization.path(acme));
  await expect(site.organization.heading).toHaveText('acme');
  await controls.leave(person, acme);
  await controls.untilTokensEnd();
  await site.organization.tab('Support').click();
  await expect(site.notFound.heading).toBeVisible();
  await expect(site.page.getByRole('main')).not.toContainText('acme');
  await expect(site.bar.person(person.name)).toBeVisible();
  await site.open(Organization.path(globex));
  await expect(site.organization.heading).toHaveText('globex');
  await expect(site.switcher.button).toHaveCount(0);
});

test('a role that is given while looking counts at the next page', async ({ site, signIn, controls, complaints }) => {
  complaints.allow(/status of 403 .*\/billing/, 'the page is an answer with that status');
  const person = await controls.personLike(alice);
  await controls.giveShortTokens(person);
  await signIn(site, person, Organization.path(globex, 'billing'));
  await expect(site.refusal.forbidden).toBeVisible();
  await controls.join(person, globex, ['admin']);
  await controls.untilTokensEnd();
  await site.open(Organization.path(globex, 'billing'));
  await expect(site.organization.contact).toContainText('accounts@shop.example');
});

test('the switcher leads to the same page of another organization', async ({ site, signIn }) => {
  await signIn(site, alice, Organization.path(acme, 'support'));
  await site.switcher.switchTo('globex');
  await expect(site.page).toHaveURL(Organization.path(globex, 'support'));
  await expect(site.organization.heading).toHaveText('globex');
  await expect(site.organization.contact).toContainText(globex);
});

test('two tabs hold two organizations', async ({ site, signIn, openTab }) => {
  // OR-04
  await signIn(site, alice, Organization.path(acme));
  const other = await openTab();
  await other.open(Organization.path(globex));
  await site.organization.tab('Support').click();
  await expect(site.organization.contact).toContainText(acme);
  await other.organization.tab('Support').click();
  await expect(other.organization.contact).toContainText(globex);
  await expect(site.organization.heading).toHaveText('acme');
});

test('the organization that was shown last is remembered', async ({ site, signIn, context }) => {
  await signIn(site, alice, Organization.path(globex));
  await expect(site.organization.heading).toHaveText('globex');
  await site.open(Organizations.path);
  await expect(site.organizations.organization('globex').self).toContainText('Last used');
  await expect(site.organizations.organization('acme').self).not.toContainText('Last used');
  await site.open('/api/organization/open');
  await expect(site.page).toHaveURL(Organization.path(globex));
  const cookies = await context.cookies();
  expect(cookies.find((cookie) => cookie.name === cookieName('logto-organization'))).toMatchObject({ httpOnly: true, value: globex });
});

test('one, fifty and very long names', async ({ site, signIn, openBrowser }) => {
  await signIn(site, carol, '/api/organization/open');
  await expect(site.page).toHaveURL(Organization.path(acme));
  await expect(site.switcher.button).toHaveCount(0);

  const many = await openBrowser();
  await signIn(many, olga, Organization.path('team07'));
  await many.switcher.switchTo('Willow');
  await expect(many.page).toHaveURL(Organization.path('team50'));
  await expect(many.organization.heading).toHaveText('Willow');

  const long = await openBrowser();
  await signIn(long, yuki, Organization.path(foreign));
  await expect(long.organization.heading).toHaveText(/^The Worshipful Company/);
  await long.switcher.switchTo('さくら文具株式会社');
  await expect(long.organization.heading).toHaveText('さくら文具株式会社');
});

test('while the provider does not answer, a page says that it cannot be known', async ({
  site,
  signIn,
  controls,
  complaints,
}) => {
  complaints.allow(/status of 503/, 'the page is an answer with that status');
  const person = await controls.personLike(alice);
  await signIn(site, person, Organization.path(acme));
  await expect(site.organization.heading).toHaveText('acme');
  await controls.addFault(person, { status: 503, times: 99 });
  // What was said about this one still holds.
  await site.open(Organization.path(acme));
  await expect(site.organization.heading).toHaveText('acme');
  await expect(site.organization.permission('manage:billing')).toBeVisible();

  const answer = await site.open(Organization.path(globex));
  expect(answer?.status()).toBe(503);
  await expect(site.refusal.unavailable).toBeVisible();
  await controls.endFaults(person);
  await site.refusal.tryAgainLink.click();
  await expect(site.organization.heading).toHaveText('globex');
});
