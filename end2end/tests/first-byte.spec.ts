import { expect, test } from '../fixtures';
import { Home } from '../pages/home';
import { Organizations } from '../pages/organizations';
import { Profile } from '../pages/profile';
import { visitor } from '../setting';

// What the server sends, before any script could have changed it.

const html = { headers: { accept: 'text/html' }, maxRedirects: 0 };

test('the first HTML of somebody who is signed in has the name', async ({ signedIn }) => {
  for (const path of [Home.path, Profile.path, Organizations.path]) {
    const text = await (await signedIn.page.request.get(path, html)).text();
    const body = text.slice(text.indexOf('<body'), text.indexOf('<script', text.indexOf('<body')));
    expect(body, path).toContain(visitor.name);
    expect(body, path).toContain('Sign out');
    expect(body, path).not.toContain('href="/sign-in');
    expect(body, `${path}: nothing is still loading`).not.toContain('class="loading"');
  }
});

test('the first HTML of somebody who is not has the way in', async ({ site }) => {
  const text = await (await site.page.request.get(Home.path, html)).text();
  const body = text.slice(text.indexOf('<body'), text.indexOf('<script', text.indexOf('<body')));
  expect(body).toContain('href="/sign-in"');
  expect(body).not.toContain('action="/sign-out"');
});

test('a protected page sends a stranger away before it renders anything', async ({ site }) => {
  // LX-03, the plain case; the spellings are tested beside the guard.
  for (const path of [Profile.path, '/profile?with=query', '/PROFILE', '/profile/', Organizations.path]) {
    const response = await site.page.request.get(path, html);
    expect(response.status(), path).toBe(303);
    expect(response.headers().location, path).toBe(
      `/sign-in?return_to=${path.replace(/[^A-Za-z0-9]/g, (letter) => encodeURIComponent(letter).replace('-', '%2D'))}`,
    );
    expect(await response.text(), path).toBe('');
  }
});

test('nothing personal is kept in caches', async ({ signedIn }) => {
  // HD-01
  for (const path of [Home.path, Profile.path, Organizations.path]) {
    const headers = (await signedIn.page.request.get(path, html)).headers();
    expect(headers['cache-control'], path).toContain('no-store');
    expect(headers['cache-control'], path).toContain('private');
    expect(headers.vary?.toLowerCase(), path).toContain('cookie');
  }
});
