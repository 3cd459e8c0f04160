import type { Locator, Page } from '@playwright/test';

/** One row of the table of claims. */
export interface Claim {
  readonly row: Locator;
  readonly value: Locator;
  readonly source: Locator;
  readonly scope: Locator;
}

export class Profile {
  static readonly path = '/profile';

  readonly heading: Locator;
  readonly fetchUserInfoLink: Locator;
  readonly idTokenOnlyLink: Locator;
  readonly rows: Locator;
  private readonly details: Locator;

  constructor(private readonly page: Page) {
    const main = page.getByRole('main');
    this.heading = main.getByRole('heading', { level: 1, name: 'Profile' });
    this.fetchUserInfoLink = main.getByRole('link', { name: 'Fetch userinfo' });
    this.idTokenOnlyLink = main.getByRole('link', { name: 'ID token only' });
    this.rows = main.getByRole('row').filter({ has: page.getByRole('rowheader') });
    this.details = main.getByRole('group');
  }

  claim(name: string): Claim {
    const row = this.rows.filter({ has: this.page.getByRole('rowheader', { name, exact: true }) });
    const cell = (column: number): Locator => row.getByRole('cell').nth(column);
    return { row, value: cell(0), source: cell(1), scope: cell(2) };
  }

  /** Unfolds the list of the claims that are not there. */
  async showAbsent(): Promise<void> {
    if (await this.details.getByRole('list').isVisible()) return;
    await this.details.getByText(/claims? (is|are) not here/).click();
  }

  absent(name: string): Locator {
    return this.details.getByRole('listitem').filter({ has: this.page.getByText(name, { exact: true }) });
  }
}
