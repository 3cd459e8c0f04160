import { expect, test } from '../fixtures';
import { Home } from '../pages/home';
import { Problem } from '../pages/problem';
import { live, visitor } from '../setting';

test('a page that does not exist says so, with status 404 and a way home', async ({ site, complaints }) => {
  complaints.allow(/status of 404 .*\/nothing-here/, 'the browser notes the status of the document itself');
  const response = await site.open('/nothing-here');
  expect(response?.status()).toBe(404);
  await expect(site.notFound.heading).toBeVisible();
  await expect(site.page).toHaveTitle(/^Not found/);
  await site.notFound.homeLink.click();
  await expect(site.page).toHaveURL(Home.path);
  await expect(site.home.heading).toBeVisible();
});

test('the server says that it is well', async ({ request }) => {
  const response = await request.get('/healthz');
  expect(response.status()).toBe(200);
  expect((await response.text()).trim()).toBe('ok');
});

test('each reason of a problem has a text of its own, and a way on', async ({ site, complaints }) => {
  complaints.allow(/status of 503 .*\/sign-in-problem/, 'the browser notes the status of the document itself');
  const headings = new Set<string>();
  const reasons = ['cancelled', 'expired', 'invalid', 'unavailable', 'refused', 'loop', 'clock', 'too-large', 'access-denied', 'something else'];
  for (const reason of reasons) {
    await site.open(`${Problem.path}?reason=${encodeURIComponent(reason)}`);
    headings.add(await site.problem.heading.innerText());
    await expect(site.problem.tryAgainLink).toHaveAttribute('href', '/sign-in');
    await expect(site.problem.homeLink).toBeVisible();
  }
  expect(headings.size).toBe(reasons.length);
});

test('a choice of language stays on the page where the browser tells no page it comes from', async ({ site }) => {
  await site.page.route('**/language', async (route) => {
    const headers = await route.request().allHeaders();
    delete headers.referer;
    await route.continue({ headers });
  });
  const address = `${Problem.path}?reason=expired&return_to=%2Fprofile`;
  await site.open(address);
  await site.page.getByRole('button', { name: '日本語' }).click();
  await expect(site.page).toHaveURL(address);
  await expect(site.problem.heading).toHaveText('サインインの有効期限が切れました');
});

test('an address puts no text of its own on the problem page, and leads to no other site', async ({ site }) => {
  // CB-15, RD-04
  await site.open(`${Problem.path}?reason=Call+0900-12345&return_to=https://evil.example/`);
  await expect(site.page.locator('body')).not.toContainText('0900');
  await expect(site.problem.tryAgainLink).toHaveAttribute('href', '/sign-in');
  await site.open(`${Problem.path}?reason=expired&return_to=//evil.example/`);
  const response = await site.page.request.get((await site.problem.tryAgainLink.getAttribute('href')) ?? '', {
    maxRedirects: 0,
  });
  expect(response.status(), 'it begins a sign-in, whose target the server judges').toBe(303);
});

test('the development accounts stand on the home page, and only there', async ({ site, signIn: _ }) => {
  await site.open(Home.path);
  if (live) {
    await expect(site.home.accounts).toHaveCount(0);
  } else {
    await expect(site.home.accounts).toContainText('alice');
    await expect(site.home.accounts).toContainText('bob');
  }
});

test('the keyboard reaches the content first', async ({ site }) => {
  // WCAG 2.4.1
  await site.open(Home.path);
  await site.page.keyboard.press('Tab');
  const skip = site.page.getByRole('link', { name: 'Skip to content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await site.page.keyboard.press('Enter');
  await expect(site.page).toHaveURL('/#main');
  await site.page.keyboard.press('Tab');
  await expect(site.home.signInLink).toBeFocused();
});

test('what is not there for one account may be there for another', async ({ signedIn, complaints }) => {
  complaints.allow(/status of 404 .*\/nothing-here/, 'the browser notes the status of the document itself');
  await signedIn.open('/nothing-here');
  await expect(signedIn.page.getByRole('main')).toContainText(`You are signed in as ${visitor.name}.`);
  await signedIn.notFound.anotherAccountLink.click();
  await expect(signedIn.provider.identifier).toBeVisible();
});
