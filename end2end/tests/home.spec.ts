import { expect, expectAccessible, test } from '../fixtures';
import { Home } from '../pages/home';
import { Organization } from '../pages/organization';
import { Orders } from '../pages/orders';
import { Profile } from '../pages/profile';
import { acme, alice, bob, live, olga, visitor } from '../setting';

test('home has a command, five lines of code, and the ways to documentation and source', async ({ site }) => {
  await site.open(Home.path);
  const [add, lines] = await site.home.snippet.locator('pre').allInnerTexts();
  expect(add).toMatch(/^cargo add leptos-logto /);
  expect(lines?.trim().split('\n')).toHaveLength(5);
  await expect(site.home.snippet.getByRole('link', { name: 'examples/minimal' })).toHaveAttribute('href', /examples\/minimal$/);
  for (const part of [site.home.snippet, site.page.getByRole('contentinfo')]) {
    await expect(part.getByRole('link', { name: 'Documentation' })).toHaveAttribute('href', /quick-start\.md$/);
    await expect(part.getByRole('link', { name: 'Source' })).toHaveAttribute('href', /leptos-logto$/);
  }
  await expect(site.page.getByRole('contentinfo')).toContainText(/leptos-logto \d+\.\d+\.\d+/);
});

test('nothing of the snippet is cut off, nor breaks inside a line: where it is too long, it can be scrolled to', async ({ site }) => {
  for (const width of [320, 375, 1280]) {
    await site.page.setViewportSize({ width, height: 800 });
    await site.open(Home.path);
    const blocks = site.home.snippet.locator('pre');
    const cut = (): Promise<number[]> => blocks.evaluateAll((all) => all.map((block) => block.scrollWidth - block.clientWidth));
    if (width === 1280) expect(await cut()).toEqual([0, 0]);
    const lines = await blocks.locator('code').evaluateAll((all) =>
      all.map((code) => new Set([...code.getClientRects()].map(({ top }) => Math.round(top))).size),
    );
    expect(lines, `at ${String(width)}`).toEqual([1, 5]);
    for (const block of await blocks.all()) {
      await block.focus();
      await expect(block).toBeFocused();
      await expect(block).toHaveCSS('overflow-x', 'auto');
    }
  }
});

test('signed in, the snippet is folded below the dashboard', async ({ signedIn }) => {
  const { foldedSnippet } = signedIn.home;
  await expect(foldedSnippet.locator('pre').first()).toBeHidden();
  await foldedSnippet.locator('summary').click();
  await expect(foldedSnippet.locator('pre')).toHaveCount(2);
  await expect(foldedSnippet.locator('pre').first()).toBeVisible();
  await expectAccessible(signedIn, 'with the snippet unfolded');
});

test('buttons copy the command and the lines, and say so; without JavaScript there are none', async ({ site, context }) => {
  await site.open(Home.path);
  const buttons = site.home.snippet.getByRole('button');
  if (!site.scripted) {
    await expect(buttons).toHaveCount(0);
    return;
  }
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  for (const [name, text] of [
    ['Copy Command', /^cargo add leptos-logto --git https:[^\n]+$/],
    ['Copy Component', /^<SignedOut>(.*\n){4}<\/SignedIn>$/],
  ] as const) {
    const button = site.page.getByRole('button', { name, exact: true });
    const block = site.home.snippet.locator('.snippet__code').filter({ has: button });
    await block.getByRole('button').click();
    await expect(block.getByRole('status')).toHaveText('Copied.');
    expect(await site.page.evaluate(() => navigator.clipboard.readText())).toMatch(text);
  }
});

test('a page of the list asks for the sign-in and is there afterwards', async ({ site }) => {
  await site.open(Home.path);
  await site.page.getByRole('main').getByRole('link', { name: 'Profile' }).click();
  await site.signIn();
  await expect(site.page).toHaveURL(Profile.path);
});

test('signed in, home says what is so', async ({ signedIn }) => {
  const { home } = signedIn;
  await expect(home.heading).toContainText(visitor.name);
  await expect(home.panel('Profile')).toContainText(visitor.name);
  await expect(home.panel('Session').locator('time')).toHaveCount(2);
  await expect(home.panel('Access tokens').getByRole('definition').first()).toHaveText(/^[1-9]/);
  await home.panel('Profile').getByRole('link', { name: 'Profile' }).click();
  await expect(signedIn.page).toHaveURL(Profile.path);
});

test.describe('with the people of the development fixture', () => {
  test.skip(live, 'their organizations and roles are those of the development fixture');

  test('organizations stand with the roles there, and lead to their pages', async ({ site, signIn, openBrowser }) => {
    await signIn(site, alice);
    const organizations = site.home.panel('Organizations').getByRole('listitem');
    await expect(organizations).toHaveCount(2);
    await expect(organizations.filter({ hasText: 'acme' })).toHaveText('acme admin');
    await expect(organizations.filter({ hasText: 'globex' })).toHaveText('globex member');
    await expect(site.home.panel('Profile')).toContainText('alice@example.com');
    await organizations.getByRole('link', { name: 'acme' }).click();
    await expect(site.page).toHaveURL(Organization.path(acme));

    const many = await openBrowser();
    await signIn(many, olga);
    await expect(many.home.panel('Organizations').getByRole('listitem').last()).toHaveText('45 more');
  });

  test('what was requested and not granted is said with who can help, and the way to its row, unfolded', async ({ site, signIn }) => {
    await signIn(site, bob);
    const { notGranted, attention } = site.home;
    await expect(notGranted).toContainText('Ask an administrator for a role with read:orders, write:orders');
    await expect(attention, 'nothing is wrong').toHaveCount(0);
    await notGranted.getByRole('link').first().click();
    await expect(site.page).toHaveURL('/scopes?scope=read%3Aorders#scope-read%3Aorders');
    await site.alive();
    const { row } = site.scopes.scope('read:orders');
    await expect(row).toBeInViewport();
    await expect(row.getByText('Ask an administrator for one')).toBeInViewport();
    await expect(site.scopes.scope('write:orders').row.getByText('Ask an administrator for one')).toBeHidden();
  });

  test('while Logto does not answer, home says so and shows what is known', async ({ site, signIn, controls }) => {
    const person = await controls.personLike(alice);
    await signIn(site, person, Profile.path);
    await controls.addFault(person, { status: 503, times: 99 });
    await site.open(Home.path);
    await expect(site.home.attention).toContainText('Logto is not responding');
    await expect(site.home.panel('Organizations').getByRole('listitem')).toHaveCount(2);
    await controls.endFaults(person);
  });
});

test('who signs out in another tab sees the start page', async ({ signedIn, openTab }) => {
  const other = await openTab();
  await other.open(Profile.path);
  await other.signOut();
  if (!signedIn.scripted) await signedIn.page.reload();
  await expect(signedIn.home.snippet).toBeVisible();
  await expect(signedIn.page.getByRole('main')).not.toContainText(visitor.name);
});

test('the bar is as high for somebody as for nobody', async ({ site, signIn }) => {
  const height = async (): Promise<number> => (await site.bar.self.boundingBox())?.height ?? 0;
  await site.open(Home.path);
  const nobody = await height();
  await signIn(site);
  expect(await height()).toBe(nobody);
});

test('the menu has the name, the email address, pages, and what each sign-out ends', async ({ site, signIn }) => {
  await signIn(site, live ? visitor : alice);
  await site.bar.openMenu();
  const menu = site.bar.self.locator('.logto-menu__items');
  await expect(menu).toContainText(visitor.name);
  if (!live) await expect(menu).toContainText('alice@example.com');
  await expect(menu.getByRole('link')).toHaveText(['Profile', 'Organizations', 'Your sessions']);
  await expect(site.bar.signOutButton).toContainText('Logto asks you to sign in again');
  await expect(site.bar.signOutEverywhereButton).toContainText('Ends all your sessions in this app, and the one at Logto');
  await expect(site.bar.signOutHereButton).toContainText('You stay signed in at Logto');
});

test('in an organization, the bar says where one is', async ({ site, signIn }) => {
  test.skip(live, 'the organization is of the development fixture');
  await signIn(site, alice, Organization.path(acme));
  await expect(site.bar.organizationsLink).toHaveAttribute('aria-current', 'true');
  await site.open(Orders.path);
  await expect(site.bar.organizationsLink).not.toHaveAttribute('aria-current', /./);
  await expect(site.bar.ordersLink).toHaveAttribute('aria-current', 'page');
});
