import type { Locator, Page } from '@playwright/test';

/** What stands at the top of every page: the ways, the person, the way out. */
export class Bar {
  readonly self: Locator;
  readonly signInLink: Locator;
  readonly signOutButton: Locator;
  readonly profileLink: Locator;
  readonly organizationsLink: Locator;

  constructor(page: Page) {
    this.self = page.getByRole('banner');
    this.signInLink = this.self.getByRole('link', { name: 'Sign in' });
    this.signOutButton = this.self.getByRole('button', { name: 'Sign out' });
    this.profileLink = this.self.getByRole('link', { name: 'Profile' });
    this.organizationsLink = this.self.getByRole('link', { name: 'Organizations' });
  }

  /** The name of the person who is signed in. */
  person(name: string): Locator {
    return this.self.getByText(name, { exact: true });
  }
}
