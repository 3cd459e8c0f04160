import type { BrowserContext, Request } from '@playwright/test';

import { expect, test } from '../fixtures';
import { Organization } from '../pages/organization';
import type { Site } from '../pages/site';
import { acme, alice, visitor } from '../setting';

// The server tells open pages at once that their session has ended or changed. LO-23

const PATH = '/session-events';
/** How soon an open page has to be blank. */
const SOON = 1_000;

/** The streams that the tabs of a browser have opened. */
const streams = (context: BrowserContext): Request[] => {
  const opened: Request[] = [];
  context.on('request', (request) => {
    if (new URL(request.url()).pathname === PATH) opened.push(request);
  });
  return opened;
};

/** Opens a page, and waits until its stream is open. */
const openWithStream = async (site: Site, path: string): Promise<void> => {
  const opened = site.page.waitForResponse((response) => new URL(response.url()).pathname === PATH);
  await site.open(path);
  expect((await opened).status()).toBe(200);
};

const expectBlank = async (site: Site, name: string, timeout: number): Promise<void> => {
  await expect(site.page.getByRole('main'), 'nothing of the person is left').not.toContainText(name, { timeout });
  await expect(site.notice).toContainText('Your session has ended.', { timeout });
};

test('an open page is blank within a second of a logout at the provider', async ({ site, signIn, controls }) => {
  const person = await controls.personLike(alice);
  await signIn(site, person, '/');
  await openWithStream(site, '/profile');
  await expect(site.page.getByRole('main')).toContainText(person.name);
  await controls.endSessions(person);
  await expectBlank(site, person.name, SOON);
});

test('tabs of one browser share a stream, and the next tab takes it over', async ({ site, signIn, openTab, context, controls }) => {
  const opened = streams(context);
  const person = await controls.personLike(alice);
  await signIn(site, person, '/');
  await openWithStream(site, '/profile');
  const other = await openTab();
  await other.open('/profile');
  await expect(other.page.getByRole('main')).toContainText(person.name);
  expect(opened.filter((request) => request.frame().page() === other.page)).toEqual([]);

  const taken = other.page.waitForResponse((response) => new URL(response.url()).pathname === PATH);
  await site.page.close();
  expect((await taken).status()).toBe(200);
  const third = await openTab();
  await third.open('/profile');
  await controls.endSessions(person);
  for (const tab of [other, third]) await expectBlank(tab, person.name, SOON);
});

test('a page that somebody comes back to has its stream again', async ({ site, signIn, page, controls }) => {
  const person = await controls.personLike(alice);
  await signIn(site, person, '/');
  await openWithStream(site, '/profile');
  await site.open('/sign-in-problem?reason=expired');
  const again = page.waitForResponse((response) => new URL(response.url()).pathname === PATH);
  await page.goBack();
  await again;
  await site.alive();
  await expect(page.getByRole('main')).toContainText(person.name);
  await controls.endSessions(person);
  await expectBlank(site, person.name, SOON);
});

test('an organization that somebody was taken out of leaves the open page', async ({ site, signIn, openTab, controls, complaints }) => {
  complaints.allow(/status of 404 .*\/org\//, 'the person is not in it any more');
  const person = await controls.personLike(alice);
  await controls.giveShortTokens(person);
  await signIn(site, person, '/');
  await openWithStream(site, Organization.path(acme));
  await expect(site.organization.heading).toHaveText('acme');
  await controls.leave(person, acme);
  await controls.untilTokensEnd();
  // This server learns of it in another tab.
  const other = await openTab();
  await other.page.goto(Organization.path(acme));
  await expect(site.organization.heading).not.toHaveText('acme', { timeout: SOON });
});

test('without the stream, the checks that were there before still hold', async ({ site, signIn, page, context, openTab, complaints }) => {
  complaints.allow(/session-events/, 'the stream is blocked');
  await context.route(`**${PATH}*`, (route) => route.abort());
  await signIn(site, visitor, '/profile');
  const other = await openTab();
  await other.open('/profile');
  await site.signOut();
  await expectBlank(other, visitor.name, 5_000);
  await expect(page.getByRole('main')).toBeVisible();
});
