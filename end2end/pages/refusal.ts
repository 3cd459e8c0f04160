import type { Locator, Page } from '@playwright/test';

/** What stands in the place of a page that somebody may not see. */
export class Refusal {
  readonly forbidden: Locator;
  readonly unavailable: Locator;
  readonly signedOut: Locator;
  /** What is missing. */
  readonly missing: Locator;
  readonly organizationLink: Locator;
  /** Whom to ask. */
  readonly supportLink: Locator;
  readonly tryAgainLink: Locator;
  readonly signInLink: Locator;

  constructor(page: Page) {
    const main = page.getByRole('main');
    const heading = (name: string): Locator => main.getByRole('heading', { level: 1, name });
    this.forbidden = heading('You do not have access to this page');
    this.unavailable = heading('This page cannot be shown right now');
    this.signedOut = heading('Sign in to see this page');
    this.missing = main.locator('.logto-refused__what code');
    this.organizationLink = main.getByRole('link', { name: 'Go to the organization' });
    this.supportLink = main.getByRole('link', { name: 'Contact support' });
    this.tryAgainLink = main.getByRole('link', { name: 'Try again' });
    this.signInLink = main.getByRole('link', { name: 'Sign in' });
  }
}
