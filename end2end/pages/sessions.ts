import type { Locator, Page } from '@playwright/test';

/** The person's sessions at this application. */
export class Sessions {
  static readonly path = '/sessions';

  readonly heading: Locator;
  readonly all: Locator;
  /** The session of this browser. */
  readonly current: Locator;
  readonly others: Locator;
  readonly endButtons: Locator;
  readonly endOthersButton: Locator;
  /** Above the other sessions: how many there are. */
  readonly othersHeading: Locator;
  /** What the last form did. */
  readonly news: Locator;
  /** The first sentence of it. */
  readonly newsTitle: Locator;
  readonly signOutEverywhereButton: Locator;
  /** What the last form may not have done. */
  readonly failure: Locator;
  /** Shown when there is no other session. */
  readonly only: Locator;

  constructor(page: Page) {
    const main = page.getByRole('main');
    this.heading = main.getByRole('heading', { level: 1, name: 'Your sessions' });
    this.all = main.locator('.logto-session');
    this.current = this.all.filter({ hasText: 'This session' });
    this.others = this.all.filter({ hasNotText: 'This session' });
    this.endButtons = this.others.getByRole('button', { name: 'End session' });
    this.endOthersButton = main.getByRole('button', { name: 'End all other sessions' });
    this.othersHeading = main.getByRole('heading', { level: 2, name: 'Other sessions' });
    this.failure = main.getByRole('alert');
    this.news = main.getByRole('status').filter({ hasText: 'session' });
    this.newsTitle = this.news.locator('.logto-notice__title');
    this.signOutEverywhereButton = main.getByRole('button', { name: 'Sign out everywhere' });
    this.only = main.getByText('You have no other session in this app.');
  }
}
