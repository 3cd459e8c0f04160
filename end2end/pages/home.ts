import type { Locator, Page } from '@playwright/test';

export class Home {
  static readonly path = '/';

  readonly heading: Locator;
  readonly signInLink: Locator;
  readonly createAccountLink: Locator;
  readonly accounts: Locator;
  /** How to have this in an application of one's own. */
  readonly snippet: Locator;
  /** The same, folded, for somebody who is signed in. */
  readonly foldedSnippet: Locator;
  /** What needs the attention of somebody who is signed in. */
  readonly attention: Locator;
  /** What was requested and not granted, with who can help. */
  readonly notGranted: Locator;

  constructor(private readonly page: Page) {
    const main = page.getByRole('main');
    this.heading = main.getByRole('heading', { level: 1 });
    this.signInLink = main.getByRole('link', { name: 'Sign in', exact: true });
    this.createAccountLink = main.getByRole('link', { name: 'Create an account' });
    this.snippet = main.locator('section.snippet');
    this.foldedSnippet = main.locator('details.snippet');
    this.attention = main.getByRole('region', { name: 'Needs attention' });
    this.notGranted = main.getByRole('region', { name: 'Scopes not granted' });
    this.accounts = main.getByRole('region', { name: 'Development identity provider' });
  }

  /** A panel of the dashboard, by its title. */
  panel(title: string): Locator {
    return this.page.locator('.facts section').filter({ has: this.page.getByRole('heading', { name: title }) });
  }
}
