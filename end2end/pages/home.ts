import type { Locator, Page } from '@playwright/test';

export class Home {
  static readonly path = '/';

  readonly heading: Locator;
  readonly signInLink: Locator;
  readonly createAccountLink: Locator;
  readonly accounts: Locator;

  constructor(page: Page) {
    const main = page.getByRole('main');
    this.heading = main.getByRole('heading', { level: 1 });
    this.signInLink = main.getByRole('link', { name: 'Sign in', exact: true });
    this.createAccountLink = main.getByRole('link', { name: 'Create an account' });
    this.accounts = main.getByRole('region', { name: 'Development identity provider' });
  }
}
