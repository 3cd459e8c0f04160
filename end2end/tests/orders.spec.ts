import { expect, test } from '../fixtures';
import { tokenAddress } from '../pages/apis';
import { Orders } from '../pages/orders';
import { alice, bob, carol, live } from '../setting';

test.skip(live, 'the orders API takes the tokens of the development fixture');

const SHOP = 'https://shop.example/api';

/** A name that no other test uses. */
const something = (): string => `Coffee ${Math.random().toString(36).slice(2, 10)}`;

test('an order is placed and listed, with the status and the duration of each call', async ({ site, signIn }) => {
  await signIn(site, alice, Orders.path);
  await expect(site.orders.whose).toHaveText('Your orders');
  await expect(site.orders.calls).toHaveText([/^GET \/shop\/orders status 200 in \d+ ms$/]);

  const item = something();
  await site.orders.place(item, '3');
  await expect(site.orders.news).toContainText('Order placed.');
  await expect(site.orders.calls.first()).toHaveText(/^POST \/shop\/orders status 201 in \d+ ms$/);
  const cells = site.orders.order(item).getByRole('cell');
  await expect(cells.nth(0)).toHaveText('3');
  await expect(cells.nth(1)).toContainText(/\d{4}/);
  await expect(cells.nth(2)).toHaveText('You');
  await expect(site.orders.item, 'the form is ready for another one').toHaveValue('');
  // It is said once: who reloads the page has placed no other order.
  if (site.scripted) await expect(site.page).toHaveURL(Orders.path);
  await site.page.reload();
  await expect(site.orders.order(item)).toBeVisible();
  await expect(site.orders.news).toHaveCount(0);
});

test("an organization's orders are apart from one's own, and its members see them", async ({
  site,
  signIn,
  openBrowser,
}) => {
  await signIn(site, alice, Orders.path);
  await site.orders.choose('acme');
  await expect(site.orders.whose).toHaveText('acme orders');
  await expect(site.page).toHaveURL(/\/orders\?organization=asl5guymvnj4/);
  const item = something();
  let loads = 0;
  site.page.on('request', (request) => {
    if (new URL(request.url()).pathname === '/api/orders') loads += 1;
  });
  await site.orders.place(item, '1');
  await expect(site.orders.order(item)).toBeVisible();
  await expect(site.orders.calls.first()).toContainText('POST /shop/organizations/asl5guymvnj4/orders');

  await site.orders.choose('You');
  await expect(site.orders.whose).toHaveText('Your orders');
  await expect(site.orders.order(item)).toHaveCount(0);
  // Loaded once more, the list would come without the notice.
  if (site.scripted) expect(loads, 'one list after the order, one after the choice').toBe(2);

  const other = await openBrowser();
  await signIn(other, carol, `${Orders.path}?organization=asl5guymvnj4`);
  await expect(other.orders.order(item).getByRole('cell').nth(2)).toHaveText('vy5uejihtdj7');
  await expect(other.orders.placing, 'she may read').toContainText('Missing permission in this organization: write:orders');
  await expect(other.orders.placeButton).toHaveCount(0);
});

test('an organization that one is not in is no choice, and the page says so', async ({ site, signIn }) => {
  await signIn(site, alice, `${Orders.path}?organization=nowhere`);
  await expect(site.orders.problem).toBeVisible();
  const problem = await site.orders.problem.textContent();
  if (site.scripted) await site.alive();
  await expect(site.page).toHaveURL(/organization=nowhere$/);
  await expect(site.orders.problem).toHaveText(problem ?? '');
});

test('an order is placed once, and what is typed stays until it is sent', async ({ site, signIn }) => {
  test.skip(!site.scripted, 'without scripts the browser sends a form at every press');
  await signIn(site, alice, Orders.path);
  await site.alive();
  const item = something();
  await site.orders.item.fill(item);
  await site.orders.quantity.fill('4');
  await site.orders.choose('acme');
  await expect(site.orders.whose).toHaveText('acme orders');
  await expect(site.orders.item).toHaveValue(item);
  await expect(site.orders.quantity).toHaveValue('4');

  let orders = 0;
  await site.page.route('**/api/orders/place', async (route) => {
    orders += 1;
    await new Promise((pass) => setTimeout(pass, 300));
    await route.continue();
  });
  await site.orders.placeButton.dblclick();
  await site.orders.item.fill('The next one');
  await expect(site.orders.order(item)).toHaveCount(1);
  await expect(site.orders.news).toContainText('Order placed.');
  await expect(site.orders.item).toHaveValue('The next one');
  expect(orders).toBe(1);
});

test('a person without the permission sees what is missing and who can give it', async ({ site, signIn }) => {
  await signIn(site, bob, Orders.path);
  await expect(site.orders.problem).toContainText('Missing permission: read:orders.');
  await expect(site.orders.problem).toContainText('Ask an administrator for a role');
  await expect(site.orders.calls).toHaveText([/^GET \/shop\/orders status 403 in \d+ ms$/]);
  await expect(site.orders.organization, 'he is in none').toHaveCount(0);

  await expect(site.orders.placing).toContainText('Missing permission: write:orders.');
  await expect(site.orders.placing).toContainText('Ask an administrator for a role');
  await expect(site.orders.placing.getByRole('link')).toHaveAttribute('href', /^\/apis\?resource=/);
  await expect(site.orders.placeButton, 'no form that would be refused').toHaveCount(0);

  await site.orders.tokenLink.first().click();
  await expect(site.page).toHaveURL((url) => url.searchParams.get('resource') === SHOP);
  await expect(site.apis.api(SHOP).self).toContainText('No permissions');
});

test('somebody else’s organization is not found, and nothing is sent', async ({ site, signIn }) => {
  await signIn(site, bob, `${Orders.path}?organization=asl5guymvnj4`);
  await expect(site.orders.problem).toContainText('You are not a member of this organization, or it does not exist.');
  await expect(site.orders.calls).toHaveCount(0);
  await expect(site.orders.placeButton).toHaveCount(0);
});

test('what is no order is refused by its field, and stays typed', async ({ site, signIn }) => {
  await signIn(site, alice, Orders.path);
  // The browser sees nothing wrong with spaces.
  await site.orders.place('   ', '7');
  await expect(site.orders.news).toContainText('Order not placed. Check the highlighted fields.');
  await expect(site.orders.item).toHaveAttribute('aria-invalid', 'true');
  await expect(site.orders.item).toHaveAccessibleDescription('Enter an item of up to 100 characters.');
  await expect(site.orders.item, 'the first wrong field').toBeFocused();
  await expect(site.orders.news.getByRole('link', { name: 'Item' })).toHaveAttribute('href', '#item');
  await expect(site.orders.news.getByRole('link', { name: 'Quantity' })).toHaveCount(0);
  if (site.scripted) await expect(site.page, 'the note is shown, and gone').toHaveURL(Orders.path);
  await expect(site.orders.quantity).toHaveValue('7');
  await expect(site.orders.quantity).not.toHaveAttribute('aria-invalid', 'true');
});

test('every field that is wrong is marked, each with what it takes, and stays typed', async ({ site, signIn }) => {
  await signIn(site, alice, Orders.path);
  await site.orders.place('   ', '1001');
  await expect(site.orders.news).toContainText('Order not placed. Check the highlighted fields.');
  for (const [field, description] of [
    [site.orders.item, 'Enter an item of up to 100 characters.'],
    [site.orders.quantity, 'Enter a whole number from 1 to 1,000.'],
  ] as const) {
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(field).toHaveAccessibleDescription(description);
  }
  await expect(site.orders.quantity).toHaveValue('1001');
  if (!site.scripted) return;
  await expect(site.orders.item, 'the first wrong field').toBeFocused();
  await site.orders.place(something(), '1001');
  await expect(site.orders.quantity).toBeFocused();
});

test('a link can neither show a notice about an order nor fill the form in', async ({ site, signIn }) => {
  // CB-15
  await signIn(site, alice, `${Orders.path}?problem=invalid&wrong=item&item=Coffee&quantity=999&notice=x`);
  await expect(site.orders.whose).toHaveText('Your orders');
  await expect(site.orders.news).toHaveCount(0);
  await expect(site.orders.item).toHaveValue('');
  await expect(site.orders.quantity).toHaveValue('1');
});

test('the page of access tokens leads to the page of orders, with the organization', async ({ site, signIn }) => {
  await signIn(site, alice, tokenAddress(SHOP, 'asl5guymvnj4'));
  await site.apis.api(SHOP).menu.click();
  await site.apis.api(SHOP).callLink.click();
  await expect(site.page).toHaveURL(`${Orders.path}?organization=asl5guymvnj4`);
  await expect(site.orders.whose).toHaveText('acme orders');
});
