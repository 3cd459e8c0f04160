import { expect, test } from '../fixtures';
import { Orders } from '../pages/orders';
import { Organizations } from '../pages/organizations';
import { Profile } from '../pages/profile';
import { isHere } from '../pages/site';
import { cookieName, live, visitor } from '../setting';

test('links between pages load no new document', async ({ signedIn, page }) => {
  const documents: string[] = [];
  page.on('request', (request) => {
    if (request.isNavigationRequest()) documents.push(request.url());
  });
  await signedIn.bar.profileLink.click();
  await expect(signedIn.profile.claim('sub').value).toBeVisible();
  await expect(page).toHaveTitle(/^Profile/);
  await signedIn.bar.organizationsLink.click();
  await expect(signedIn.organizations.heading).toBeVisible();
  await expect(page).toHaveTitle(/^Organizations/);
  await page.goBack();
  await expect(signedIn.profile.heading).toBeVisible();
  await expect(signedIn.bar.person(visitor.name)).toBeVisible();
  expect(documents).toEqual([]);
});

test('keyboards and screen readers go on in the page that has come', async ({ signedIn, page }) => {
  await signedIn.open(Profile.path);
  const scrolled = () => page.evaluate(() => window.scrollY);
  await page.mouse.wheel(0, 300);
  await expect.poll(scrolled).toBeGreaterThan(0);
  await signedIn.bar.scopesLink.focus();
  await page.keyboard.press('Enter');
  await expect(signedIn.scopes.heading).toBeVisible();
  await expect(signedIn.scopes.heading).toBeFocused();
  await expect.poll(scrolled, 'with the bar in sight').toBe(0);
  // The scopes come after the heading, and Tab goes to what is there.
  const first = signedIn.scopes.required.locator('summary');
  await expect(first).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(first).toBeFocused();
});

test('another organization in the query is the same page, so the focus stays', async ({ signedIn }) => {
  test.skip(live, 'the orders API is of the development fixture');
  await signedIn.open(Orders.path);
  await signedIn.orders.organization.focus();
  await signedIn.orders.organization.selectOption({ label: 'acme' });
  await expect(signedIn.orders.whose).toHaveText('acme orders');
  await expect(signedIn.orders.organization).toBeFocused();
});

test('a session that ended meanwhile shows the way in, which leads back to the page', async ({
  signedIn,
  page,
  context,
  complaints,
}) => {
  // LX-13: once, and no endless reloading.
  complaints.allow(/status of 401 .*\/api\/organizations/, 'nobody is signed in any more, and the server says so');
  // Nobody tells this tab.
  await context.clearCookies({ name: cookieName('logto-session') });

  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await signedIn.bar.organizationsLink.click();
  await expect(signedIn.organizations.signInAgain).toBeVisible();
  await expect(signedIn.organizations.all).toHaveCount(0);
  expect(asked.filter((path) => path.startsWith('/api/'))).toEqual(['/api/organizations']);

  // The provider's own session lives on, so it asks nothing.
  await signedIn.organizations.signInAgain.click();
  await signedIn.back();
  await expect(page).toHaveURL(Organizations.path);
  await expect(signedIn.bar.person(visitor.name)).toBeVisible();
});

test('the sign-in link and the sign-out button are of the browser, not of the router', async ({ signedIn, page }) => {
  // F6, F7: they lead through other servers, which a request of a script could not follow.
  const kinds: string[] = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (isHere(url) && url.pathname.startsWith('/sign-')) kinds.push(`${url.pathname} ${request.resourceType()}`);
  });
  await signedIn.open(Profile.path);
  await signedIn.signOut();
  await signedIn.home.signInLink.click();
  await expect(signedIn.provider.identifier).toBeVisible();
  expect(kinds).toEqual(['/sign-out document', '/sign-in document']);
});
