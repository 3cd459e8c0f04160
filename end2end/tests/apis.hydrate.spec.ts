import { expect, test } from '../fixtures';
import { Apis, tokenAddress } from '../pages/apis';
import { alice, live } from '../setting';

const SHOP = 'https://shop.example/api';

test.skip(live, 'the APIs are those of the development fixture');

test('choosing and refreshing load no document, keep the focus, and Back undoes a choice', async ({
  site,
  signIn,
  page,
}) => {
  await signIn(site, alice, Apis.path);
  const documents: string[] = [];
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.isNavigationRequest()) documents.push(request.url());
    if (request.url().includes('/api/')) asked.push(`${request.method()} ${new URL(request.url()).pathname}`);
  });
  const shop = site.apis.api(SHOP);
  await shop.askForAnother();
  await shop.organization.selectOption({ label: 'globex' });
  await shop.showButton.click();
  await expect(shop.claim('organization_id')).toBeVisible();
  const came = Date.now();
  await expect(shop.showButton).toBeFocused();
  await expect(shop.organization).toHaveValue('1xld34l574eb');

  const first = (await shop.claim('jti').textContent()) ?? '';
  // Within five seconds after it came, it would be the same one. The server compares whole seconds.
  await page.waitForTimeout(Math.max(0, came + 6000 - Date.now()));
  await shop.renew();
  await expect(shop.claim('jti')).not.toHaveText(first);
  await expect(shop.menu).toBeFocused();
  await expect(shop.said).toHaveText('New token issued.');
  const load = 'GET /api/access-tokens';
  expect(asked).toEqual([load, 'POST /api/access-tokens/refresh', load]);

  await page.goBack();
  await expect(page).toHaveURL(Apis.path);
  await expect(shop.claim('organization_id')).toHaveCount(0);
  await expect(shop.organization).toHaveValue('');
  expect(documents).toEqual([]);
});

test('what is left runs down in steps one can read, and only the last minute and the end are announced', async ({
  site,
  signIn,
  page,
}) => {
  // LX-11: the text of the server stays until the page is hydrated.
  await page.clock.install();
  await signIn(site, alice, tokenAddress(SHOP));
  const shop = site.apis.api(SHOP);
  await expect(shop.left).toHaveText(/^(1 h|59 min) left$/);
  const full = Number(await shop.bar.getAttribute('value'));

  await page.clock.runFor('30:00');
  await expect(shop.left).toHaveText(/^(29|30) min left$/);
  expect(Number(await shop.bar.getAttribute('value'))).toBeLessThan(full);
  await expect(shop.announcement).toBeEmpty();

  await page.clock.runFor('29:10');
  await expect(shop.left).toHaveText(/^\d+ s left$/);
  await expect(shop.announcement).toHaveText('Orders API: less than a minute left');

  await page.clock.runFor('01:00');
  await expect(shop.left).toHaveText('Expired');
  await expect(shop.announcement).toHaveText('Orders API: expired');
  await expect(shop.bar).toHaveAttribute('value', '0');
});
