import AxeBuilder from '@axe-core/playwright';
import { type BrowserContext, type LaunchOptions, type Page, expect, test as base } from '@playwright/test';

import { Controls } from './controls';
import { Site } from './pages/site';
import { type Account, alice, devIdp, idp, visitor, wholeChromium } from './setting';

export { expect };

/** What the browser complained about. Whatever is in it at the end fails the test. */
export class Complaints {
  private readonly all: string[] = [];
  private readonly allowed: RegExp[] = [];

  /** Lets one kind of complaint pass, because it is what the test is about. */
  allow(pattern: RegExp, _because: string): void {
    this.allowed.push(pattern);
  }

  listen(context: BrowserContext): void {
    context.on('console', (message) => {
      const text = `${message.type()}: ${message.text()} (${message.location().url})`;
      if (['error', 'warning', 'assert'].includes(message.type()) || /hydrat/i.test(text)) this.all.push(text);
    });
    context.on('weberror', (error) => this.all.push(`exception: ${error.error().message}`));
  }

  left(): string[] {
    return this.all.filter((text) => !this.allowed.some((pattern) => pattern.test(text)));
  }
}

interface Fixtures {
  /** What the browser complains about, in every test. */
  complaints: Complaints;
  /** The application in this test's first tab. */
  site: Site;
  /** The application in this tab, after somebody signed in at the provider. */
  signedIn: Site;
  /** Signs somebody in, in a tab of this browser, and opens a page. The visitor is somebody new in each test, where that can be. */
  signIn: (site: Site, account?: Account, path?: string) => Promise<void>;
  /** Opens another tab of the same browser. */
  openTab: () => Promise<Site>;
  /** Opens another browser, which shares nothing with this one. */
  openBrowser: () => Promise<Site>;
  /** The controls of the development identity provider. Where another one signs people in, the test is skipped. */
  controls: Controls;
}

/** Alice's picture is somewhere on the internet. It is drawn here, so that no test asks for it there. */
const PICTURE =
  '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><rect width="40" height="40" fill="#7c5cd6"/></svg>';

const draw = (context: BrowserContext): Promise<unknown> =>
  context.route('https://example.com/**', (route) => route.fulfill({ contentType: 'image/svg+xml', body: PICTURE }));

/** For `test.use`: a browser that keeps whole pages to show them again at Back. Playwright switches that off. */
export const withBackForwardCache = {
  launchOptions: async (
    { launchOptions }: { launchOptions: LaunchOptions },
    use: (options: LaunchOptions) => Promise<void>,
  ): Promise<void> => {
    const browser = wholeChromium ? { executablePath: wholeChromium } : {};
    await use({ ...launchOptions, ...browser, ignoreDefaultArgs: ['--disable-back-forward-cache'] });
  },
};

/** Keeps the browser's half of the application from starting in this tab, until what it gives back is called. */
export const holdProgram = async (page: Page): Promise<() => void> => {
  let start = (): void => undefined;
  const started = new Promise<void>((resolve) => (start = resolve));
  await page.route(/\/pkg\/leptos-logto[^/]*\.wasm$/, async (route) => {
    await started;
    await route.continue();
  });
  return start;
};

const prepare = async (context: BrowserContext, complaints: Complaints): Promise<void> => {
  complaints.listen(context);
  await draw(context);
};

export const test = base.extend<Fixtures>({
  complaints: [
    async ({ context, javaScriptEnabled }, use) => {
      const complaints = new Complaints();
      if (!javaScriptEnabled) {
        complaints.allow(/\.wasm was preloaded using link preload but not used/, 'without scripts nothing uses it');
      }
      await prepare(context, complaints);
      await use(complaints);
      await closeChecker(context);
      expect(complaints.left(), 'what the browser complained about').toEqual([]);
    },
    { auto: true },
  ],

  site: async ({ page, javaScriptEnabled, complaints: _ }, use) => {
    await use(new Site(page, javaScriptEnabled));
  },

  signIn: async ({ javaScriptEnabled, request }, use, testInfo) => {
    testInfo.skip(idp === 'logto' && !javaScriptEnabled, "Logto's own sign-in page needs JavaScript");
    // The server asks the provider only so often for one person, and all tests together ask more often than that.
    let somebody: Promise<Account> | undefined;
    const ofThisTest = (account: Account) => {
      if (account !== visitor || devIdp === undefined) return account;
      return (somebody ??= new Controls(request, devIdp).personLike(alice));
    };
    await use(async (site, account = visitor, path) => site.enter(await ofThisTest(account), path));
  },

  signedIn: async ({ site, signIn }, use) => {
    await signIn(site);
    await use(site);
  },

  openTab: async ({ context, javaScriptEnabled, complaints: _ }, use) => {
    await use(async () => new Site(await context.newPage(), javaScriptEnabled));
  },

  openBrowser: async ({ browser, contextOptions, baseURL, javaScriptEnabled, complaints }, use) => {
    const opened: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext({ ...contextOptions, baseURL, javaScriptEnabled });
      opened.push(context);
      await prepare(context, complaints);
      return new Site(await context.newPage(), javaScriptEnabled);
    });
    for (const context of opened) {
      await closeChecker(context);
      await context.close();
    }
  },

  controls: async ({ request }, use, testInfo) => {
    testInfo.skip(!devIdp, 'only the development provider has controls');
    await use(new Controls(request, devIdp ?? ''));
  },
});

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Whether everybody can use what is on the page, as far as a program can tell: WCAG 2.0 to 2.2, levels A and AA. */
export const expectAccessible = async (site: Site, how: string): Promise<void> => {
  const { violations } = site.scripted ? await analyze(site.page) : await analyzeCopy(site.page);
  const found = violations.map(({ id, nodes }) => ({ id, where: nodes.map((node) => node.html) }));
  expect(found, `violations of WCAG, ${how}`).toEqual([]);
};

// The page has no frames, so the checker need not open a page of its own to put their results together.
const analyze = (page: Page) => new AxeBuilder({ page }).setLegacyMode().withTags(RULES).analyze();

/** The browsers in which pages without scripts are checked, one for each browser of a test. */
const checkers = new WeakMap<BrowserContext, Promise<Page>>();

const openChecker = async (context: BrowserContext): Promise<Page> => {
  const browser = context.browser();
  if (!browser) throw new Error('this browser opens no other window');
  const checker = await browser.newContext({ javaScriptEnabled: true });
  await draw(checker);
  return checker.newPage();
};

const closeChecker = async (context: BrowserContext): Promise<void> => {
  const checker = await checkers.get(context);
  await checker?.context().close();
};

/**
 * The checker is a script and needs timers, which a page without scripts has not. So it gets a copy of the page as it
 * stands, less the scripts, in a browser that could run them.
 */
const analyzeCopy = async (page: Page) => {
  const opened = checkers.get(page.context()) ?? openChecker(page.context());
  checkers.set(page.context(), opened);
  const copy = await opened;
  const isDark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  await copy.emulateMedia({ colorScheme: isDark ? 'dark' : 'light', reducedMotion: 'reduce' });
  const size = page.viewportSize();
  if (size) await copy.setViewportSize(size);
  const body = (await page.content()).replace(/<script\b[\s\S]*?<\/script>/g, '');
  const isOfPage = (url: URL): boolean => url.href === page.url();
  await copy.route(isOfPage, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body }));
  await copy.goto(page.url());
  // As high as the page: a bar that stays in view covers a row only until somebody scrolls.
  const height = await copy.evaluate(() => document.documentElement.scrollHeight);
  if (size) await copy.setViewportSize({ width: size.width, height: Math.max(size.height, height) });
  const results = await analyze(copy);
  await copy.unroute(isOfPage);
  return results;
};
