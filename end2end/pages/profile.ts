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
  static readonly pathWithUserInfo = '/profile?userinfo=true';

  readonly heading: Locator;
  /** The person at a glance: picture, name, email address. */
  readonly head: Locator;
  readonly fetchUserInfoLink: Locator;
  readonly idTokenOnlyLink: Locator;
  readonly copyButton: Locator;
  /** Says whether it was copied. */
  readonly copied: Locator;
  /** Says that userinfo did not answer. */
  readonly warning: Locator;
  /** Of the claims that are there. */
  readonly rows: Locator;
  /** The titles of the groups, in their order. */
  readonly groups: Locator;
  private readonly bar: Locator;
  private readonly table: Locator;
  private readonly json: Locator;

  constructor(page: Page) {
    const main = page.getByRole('main');
    this.bar = main.locator('.logto-user-info-panel__bar');
    this.table = main.getByRole('table');
    this.heading = main.getByRole('heading', { level: 1, name: 'Profile' });
    this.head = main.locator('.logto-person');
    this.fetchUserInfoLink = this.bar.getByRole('link', { name: 'Fetch userinfo' });
    this.idTokenOnlyLink = this.bar.getByRole('link', { name: 'Show ID token only' });
    this.copyButton = this.bar.getByRole('button', { name: 'Copy JSON' });
    this.copied = this.bar.locator('.logto-copy-button').getByRole('status');
    this.warning = this.bar.getByText('Could not fetch userinfo');
    this.rows = this.table.locator('tr[data-claim]');
    this.groups = this.table.locator('th[scope=rowgroup]');
    this.json = main.locator('.logto-user-info-panel__json');
  }

  claim(name: string): Claim {
    const row = this.table.locator(`tr[data-claim="${name}"]`);
    const cell = (column: number): Locator => row.getByRole('cell').nth(column);
    return { row, value: cell(0), source: cell(1), scope: cell(2) };
  }

  /** What is said of a claim that is not there. */
  absent(name: string): Locator {
    return this.table.getByRole('row').filter({ has: this.table.page().locator(`li[data-claim="${name}"]`) });
  }

  /** Unfolds everything that is folded. */
  async unfold(): Promise<void> {
    const folded = this.table.locator('details:not([open]) > summary');
    while ((await folded.count()) > 0) await folded.first().click();
    await this.unfoldJson();
  }

  async unfoldJson(): Promise<void> {
    if (!(await this.json.getByRole('textbox').isVisible())) await this.json.getByText('View JSON', { exact: true }).click();
  }

  /** What stands in the page as JSON. */
  async readJson(): Promise<Record<string, unknown>> {
    await this.unfoldJson();
    return JSON.parse(await this.json.getByRole('textbox', { name: 'View JSON' }).inputValue()) as Record<string, unknown>;
  }
}
