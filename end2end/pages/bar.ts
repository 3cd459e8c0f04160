import { type Locator, type Page, expect } from '@playwright/test';

/** What stands at the top of every page: the ways, the person, the way out. */
export class Bar {
  readonly self: Locator;
  readonly signInLink: Locator;
  /** Opens the menu of the person. */
  readonly userButton: Locator;
  /** In the menu. */
  readonly signOutButton: Locator;
  /** In the menu. */
  readonly signOutHereButton: Locator;
  /** In the menu. */
  readonly signOutEverywhereButton: Locator;
  /** In the menu. */
  readonly sessionsLink: Locator;
  readonly profileLink: Locator;
  readonly scopesLink: Locator;
  readonly apisLink: Locator;
  readonly ordersLink: Locator;
  readonly organizationsLink: Locator;

  constructor(page: Page) {
    this.self = page.getByRole('banner');
    this.signInLink = this.self.getByRole('link', { name: 'Sign in' });
    this.userButton = this.self.locator('summary');
    this.signOutButton = this.self.getByRole('button', { name: /^Sign out Ends this session in the app and at Logto/ });
    this.signOutHereButton = this.self.getByRole('button', { name: 'Sign out of this app only' });
    this.signOutEverywhereButton = this.self.getByRole('button', { name: 'Sign out everywhere' });
    this.sessionsLink = this.self.getByRole('link', { name: 'Your sessions' });
    const nav = this.self.getByRole('navigation');
    this.profileLink = nav.getByRole('link', { name: 'Profile' });
    this.scopesLink = this.self.getByRole('link', { name: 'Scopes' });
    this.apisLink = this.self.getByRole('link', { name: 'Access tokens' });
    this.ordersLink = this.self.getByRole('link', { name: 'Orders' });
    this.organizationsLink = nav.getByRole('link', { name: 'Organizations' });
  }

  /** Opens the person's menu. */
  async openMenu(): Promise<void> {
    await this.userButton.click();
    await expect(this.signOutButton).toBeVisible();
  }

  /** The name of the person who is signed in. */
  person(name: string): Locator {
    return this.userButton.getByText(name, { exact: true });
  }
}
