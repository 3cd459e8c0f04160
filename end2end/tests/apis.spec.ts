import { expect, test } from '../fixtures';
import { Apis, tokenAddress } from '../pages/apis';
import { alice, bob, live, visitor } from '../setting';

const SHOP = 'https://shop.example/api';
const BILLING = 'https://billing.example/api';
const ACME = 'asl5guymvnj4';
const GLOBEX = '1xld34l574eb';

test('the way there is in the bar, and Logto itself comes first', async ({ signedIn }) => {
  await signedIn.bar.apisLink.click();
  await expect(signedIn.page).toHaveURL(Apis.path);
  await expect(signedIn.apis.heading).toBeVisible();
  await expect(signedIn.apis.panels.first()).toContainText('It has no readable claims.');
});

test('a token for Logto itself has scopes and times, and no claims', async ({ site, signIn }) => {
  await signIn(site, visitor, Apis.path);
  const logto = site.apis.api('logto');
  await logto.askForAnother();
  await expect(logto.permissions.filter({ hasText: 'openid' })).toContainText('Granted');
  await expect(logto.left).toHaveText(/\d+ (s|min|h) left/);
  await expect(logto.claim('jti')).toHaveCount(0);
});

test.describe('with the people of the development fixture', () => {
  test.skip(live, 'its APIs, organizations and roles are those of the development fixture');

  test("the token for the shop says what Alice may do there", async ({ site, signIn }) => {
    await signIn(site, alice, Apis.path);
    const shop = site.apis.api(SHOP);
    await expect(shop.permissions).toHaveText([/^✓ Granted: read:orders$/, /^✓ Granted: write:orders$/]);
    await expect(shop.claim('aud')).toHaveText(SHOP);
    await expect(shop.claim('sub')).toHaveText('vy5uejihtdj7');
    await expect(shop.claim('client_id')).toHaveText('9llbk1n9eiovviw3z58b2');
    await expect(shop.claim('jti')).toHaveText(/^[\w-]{20,}$/);
    await expect(shop.claim('organization_id')).toHaveCount(0);
    await expect(shop.left).toHaveText(/left$/);
    expect(Number(await shop.bar.getAttribute('max'))).toBe(3600);
  });

  test('a token that opens nothing is no success: who can give a permission is said', async ({ site, signIn }) => {
    await signIn(site, bob, Apis.path);
    const shop = site.apis.api(SHOP);
    await expect(shop.self).toContainText(/No permissions.*This token has no permissions for this API\./s);
    await expect(shop.self).toContainText('Ask an administrator for a role');
    await expect(shop.permissions).toHaveText([/^– Not granted: read:orders$/, /^– Not granted: write:orders$/]);
    await shop.askForAnother();
    await expect(shop.organization, 'he is in none').toHaveCount(0);
  });

  test('fewer permissions can be asked for, and the address keeps the choice', async ({ site, signIn }) => {
    await signIn(site, alice, Apis.path);
    const shop = site.apis.api(SHOP);
    await shop.askForAnother();
    await shop.tick('write:orders').uncheck();
    await shop.showButton.click();
    await expect(shop.permissions).toHaveText([/read:orders$/]);
    await expect(site.page).toHaveURL(tokenAddress(SHOP, '', 'read:orders'));
    const token = (await shop.claim('jti').textContent()) ?? '';

    await site.page.reload();
    await site.alive();
    await expect(shop.permissions).toHaveText([/read:orders$/]);
    await expect(shop.claim('jti'), 'the same token').toHaveText(token);
    // It is news for five seconds.
    await expect(async () => {
      await site.page.reload();
      await expect(shop.state).toHaveCount(0, { timeout: 1000 });
    }).toPass();
    await site.alive();
    await expect(shop.tick('write:orders')).not.toBeChecked();
    await expect(shop.tick('read:orders')).toBeChecked();
  });

  test('in an organization the token says which one, and what its roles give', async ({ site, signIn }) => {
    await signIn(site, alice, Apis.path);
    const shop = site.apis.api(SHOP);
    await shop.askForAnother();
    await shop.organization.selectOption({ label: 'globex' });
    await shop.showButton.click();
    await expect(shop.claim('organization_id')).toHaveText(GLOBEX);
    await expect(shop.permissions).toHaveText([/✓ Granted: read:orders$/, /– Not granted: write:orders$/]);
    await expect(shop.organization).toHaveValue(GLOBEX);

    await site.open(tokenAddress('logto', ACME));
    const acme = site.apis.api('logto');
    await expect(acme.claim('aud')).toHaveText(`urn:logto:organization:${ACME}`);
    await expect(acme.permissions.filter({ hasText: 'manage:billing' })).toContainText('✓');
    await expect(acme.claim('organization_id'), 'the audience says it').toHaveCount(0);
  });

  test('the orders API is called on the page, and its answer is shown as it came', async ({ site, signIn }) => {
    await signIn(site, alice, Apis.path);
    const shop = site.apis.api(SHOP);
    await shop.callButton.click();
    await expect(shop.call).toHaveText(/^GET \/shop\/orders status 200 in \d+ ms$/);
    await expect(shop.answer).toContainText('"orders"');
    await expect(site.page).toHaveURL(`${Apis.path}?call=1`);
    await shop.callButton.click();
    await expect(site.page).toHaveURL(`${Apis.path}?call=2`);
    await expect(shop.call).toContainText('status 200');

    await site.open(tokenAddress(SHOP, ACME));
    await shop.callButton.click();
    await expect(shop.call).toContainText(`GET /shop/organizations/${ACME}/orders status 200`);
    await expect(shop.claim('organization_id')).toHaveText(ACME);
    await expect(site.apis.api(BILLING).callButton, 'it is another API').toHaveCount(0);
  });

  test('an answer that refuses is shown, too', async ({ site, signIn }) => {
    await signIn(site, bob, Apis.path);
    const shop = site.apis.api(SHOP);
    await shop.callButton.click();
    await expect(shop.call).toContainText('GET /shop/orders status 403');
    await expect(shop.answer).toContainText('"status": 403');
  });

  test('a fresh token is another one, and is kept', async ({ site, signIn }) => {
    await signIn(site, alice, tokenAddress(SHOP, ACME));
    const shop = site.apis.api(SHOP);
    const first = (await shop.claim('jti').textContent()) ?? '';
    // One that came within the last five seconds is as fresh as it can be had.
    await expect(async () => {
      await shop.renew();
      await expect(shop.claim('jti')).not.toHaveText(first, { timeout: 1000 });
    }).toPass({ timeout: 20_000 });
    await expect(shop.claim('organization_id')).toHaveText(ACME);
    await expect(shop.state).toHaveText('Just issued');
    const second = (await shop.claim('jti').textContent()) ?? '';
    await site.page.reload();
    await expect(shop.claim('jti')).toHaveText(second);
  });

  test('a refusal explains itself and says what to do', async ({ site, signIn }) => {
    await signIn(site, alice, tokenAddress(SHOP, 'unknown'));
    const shop = site.apis.api(SHOP);
    await expect(shop.self).toContainText('You are not a member of this organization, or it does not exist.');
    await expect(shop.menu).toHaveCount(0);

    await site.open(tokenAddress(SHOP, '', 'read:orders', 'drop:tables'));
    await expect(shop.self).toContainText('exceed what was granted at sign-in');
    await expect(shop.self).not.toContainText('drop:tables');
    await shop.self.getByRole('link', { name: 'Request all granted permissions' }).click();
    await expect(shop.permissions).toHaveText([/read:orders$/, /write:orders$/]);

    await site.open(tokenAddress('https://other.example/api'));
    await expect(site.apis.unknown).toBeVisible();
    await expect(site.apis.api(BILLING).self).toContainText('No permissions');
  });

  test('while Logto does not answer, what is kept is shown', async ({ site, signIn, controls }) => {
    const person = await controls.personLike(alice);
    await signIn(site, person, Apis.path);
    await expect(site.apis.api(SHOP).permissions).toHaveCount(2);
    await controls.addFault(person, { path: '/oidc/token', status: 503, times: 100 });
    await site.open(tokenAddress(SHOP, ACME));
    await expect(site.apis.api(SHOP).self).toContainText('Logto is not responding');
    await expect(site.apis.api(BILLING).left).toBeVisible();
    await controls.endFaults(person);
    await site.page.reload();
    await expect(site.apis.api(SHOP).claim('organization_id')).toHaveText(ACME);
  });
});
