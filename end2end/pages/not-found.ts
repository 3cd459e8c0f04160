import type { Locator, Page } from '@playwright/test';

export class NotFound {
  readonly heading: Locator;
  readonly homeLink: Locator;
  readonly anotherAccountLink: Locator;

  constructor(page: Page) {
    const main = page.getByRole('main');
    this.heading = main.getByRole('heading', { level: 1, name: 'Page not found' });
    this.homeLink = main.getByRole('link', { name: 'Go to the home page' });
    this.anotherAccountLink = main.getByRole('link', { name: 'Use another account' });
  }
}
