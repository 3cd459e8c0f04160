import { expect, test } from '../fixtures';
import { Apis, tokenAddress } from '../pages/apis';
import { Home } from '../pages/home';
import { Orders } from '../pages/orders';
import { Organizations } from '../pages/organizations';
import { Profile } from '../pages/profile';
import { Scopes } from '../pages/scopes';
import { isHere } from '../pages/site';
import { baseURL, cookieName, providerOrigin } from '../setting';

/**
 * Cookies know no ports: where a Logto is on the same host as the application, scripts of either can read `_logto`, in which
 * Logto's sign-in page keeps its settings. All of Logto's cookies begin like that, and none of ours.
 */
const isOfTheProvider = (cookie: string): boolean =>
  new URL(providerOrigin).hostname === new URL(baseURL).hostname && /^_(?!_)/.test(cookie);

test('the session cookie is out of reach for scripts and says nothing', async ({ site, signIn: _, context }) => {
  // SE-01
  await site.open('/sign-in');
  await site.signIn();
  const cookies = (await context.cookies(baseURL)).filter(({ name }) => name === cookieName('logto-session'));
  expect(cookies).toHaveLength(1);
  const secure = baseURL.startsWith('https:');
  expect(cookies[0]).toMatchObject({
    name: cookieName('logto-session'),
    httpOnly: true,
    sameSite: 'Lax',
    secure,
    path: '/',
    domain: new URL(baseURL).hostname,
  });
  // 128 bits or more, and no parts that could mean something.
  expect(cookies[0]?.value).toMatch(/^[\w-]{22,}$/);
  expect(await site.page.evaluate(() => document.cookie)).not.toContain('session');
});

test('somebody who only looks gets no cookie', async ({ site, context }) => {
  // SE-21
  await site.open(Home.path);
  expect(await context.cookies(baseURL)).toEqual([]);
});

test('the session gets a new name at the sign-in', async ({ site, signIn: _, context }) => {
  // SE-02, SE-03: one planted before is not taken over.
  const planted = 'AAAAAAAAAAAAAAAAAAAAAA';
  await context.addCookies([{ name: cookieName('logto-session'), value: planted, url: baseURL, httpOnly: true, sameSite: 'Lax' }]);
  await site.open('/sign-in');
  await site.signIn();
  const values = (await context.cookies(baseURL)).filter(({ name }) => name === cookieName('logto-session')).map(({ value }) => value);
  expect(values).toHaveLength(1);
  expect(values).not.toContain(planted);
});

test('no token reaches the browser', async ({ signedIn }) => {
  // SL-03. What the browser is sent, what it keeps, and what stands on the page.
  const seen: { where: string; text: string }[] = [];
  const reading: Promise<void>[] = [];
  signedIn.page.on('response', (response) => {
    const type = response.headers()['content-type'] ?? '';
    if (!isHere(new URL(response.url())) || !/html|json/.test(type)) return;
    reading.push(
      response.text().then(
        (text) => void seen.push({ where: response.url(), text }),
        () => undefined, // a redirect, which has no text
      ),
    );
  });
  const paths = [
    Home.path,
    Profile.path,
    '/profile?userinfo=true',
    Scopes.path,
    Organizations.path,
    Apis.path,
    tokenAddress('logto', 'asl5guymvnj4', 'openid'),
    Orders.path,
    '/nothing-here',
  ];
  for (const path of paths) {
    const response = await signedIn.page.request.get(path);
    seen.push({ where: `${path}, headers`, text: JSON.stringify(response.headersArray()) });
    if (path === '/nothing-here') continue;
    await signedIn.open(path);
    seen.push({ where: `${path}, as it stands`, text: await signedIn.page.content() });
    const kept = await signedIn.page.evaluate(() => ({
      cookies: document.cookie.split('; ').filter((cookie) => cookie !== ''),
      local: { ...localStorage },
      session: { ...sessionStorage },
    }));
    kept.cookies = kept.cookies.filter((cookie) => !isOfTheProvider(cookie));
    expect(kept, `what the browser keeps at ${path}`).toEqual({ cookies: [], local: {}, session: {} });
  }
  if (signedIn.scripted) {
    await signedIn.open(Profile.path);
    await signedIn.profile.fetchUserInfoLink.click();
    await expect(signedIn.profile.claim('custom_data').row).toBeVisible();
    await signedIn.open(Apis.path);
    await signedIn.apis.api('logto').renew();
    await signedIn.bar.profileLink.click();
    await signedIn.bar.apisLink.click();
    await expect(signedIn.apis.api('logto').menu).toBeVisible();
  }
  await Promise.all(reading);
  expect(seen.length).toBeGreaterThan(10);
  for (const { where, text } of seen) {
    expect(text, where).not.toMatch(/access_token|refresh_token|id_token/i);
    expect(text, `${where}: a JWT`).not.toMatch(/[\w-]{16,}\.[\w-]{16,}\.[\w-]{16,}/);
    // The id of a token or of a session at the provider looks like one, and opens nothing.
    const less = text.replaceAll(/(?:jti|sid)\W[^]{0,120}?(?<![\w-])[\w-]{43}(?![\w-])/g, '');
    expect(less, `${where}: an opaque token, 43 letters at Logto`).not.toMatch(/(?<![\w-])[\w-]{43}(?![\w-])/);
  }
});

test('the code of the callback does not stay in the history or in a referrer', async ({ site, signIn: _ }) => {
  // HD-10
  await site.open('/sign-in');
  await site.signIn();
  await expect(site.page).toHaveURL(Home.path);
  const referrer = await site.page.evaluate(() => document.referrer);
  expect(referrer).not.toContain('code=');
});
