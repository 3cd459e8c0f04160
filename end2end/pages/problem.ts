import type { Locator, Page } from '@playwright/test';

/** The page that says why a sign-in did not work. */
export class Problem {
  static readonly path = '/sign-in-problem';

  readonly heading: Locator;
  readonly tryAgainLink: Locator;
  readonly homeLink: Locator;

  constructor(page: Page) {
    const main = page.getByRole('main');
    this.heading = main.getByRole('heading', { level: 1 });
    this.tryAgainLink = main.getByRole('link', { name: 'Try again' });
    this.homeLink = main.getByRole('link', { name: 'Go to the home page' });
  }
}
