import type { Locator, Page } from '@playwright/test';

/** One scope, as the page shows it. */
export interface ScopeRow {
  readonly row: Locator;
  readonly switch: Locator;
  readonly state: Locator;
  /** That a change of it leads to Logto. */
  readonly leads: Locator;
}

/** The page of scopes, with a switch for each. */
export class Scopes {
  static readonly path = '/scopes';

  readonly heading: Locator;
  readonly notice: Locator;
  readonly applyButton: Locator;
  readonly undoButton: Locator;
  /** What the changes take together. */
  readonly summary: Locator;
  readonly switches: Locator;
  /** The scopes that are always on, in one line. */
  readonly required: Locator;
  private readonly main: Locator;
  private readonly folded: Locator;

  constructor(private readonly page: Page) {
    const main = page.getByRole('main');
    this.heading = main.getByRole('heading', { level: 1, name: 'Scopes' });
    this.notice = main.locator('.logto-notice');
    this.applyButton = main.getByRole('button', { name: 'Apply', exact: true });
    this.undoButton = main.getByRole('button', { name: 'Discard' });
    this.summary = main.locator('[aria-live]');
    this.switches = main.getByRole('switch');
    this.main = main;
    this.required = main.locator('.logto-scope-toggles__required');
    this.folded = main.locator('details:not([open]) > summary');
  }

  scope(name: string): ScopeRow {
    const row = this.main.locator(`li[data-scope="${name}"]`);
    return { row, switch: row.getByRole('switch'), state: row.locator('summary'), leads: row.getByText('Redirect to Logto') };
  }

  group(name: string | RegExp): Locator {
    return this.page.getByRole('region', { name });
  }

  /** Presses the switches of these scopes. */
  async press(...names: string[]): Promise<void> {
    for (const name of names) await this.scope(name).switch.click();
  }

  /** Unfolds everything that is folded. */
  async unfold(): Promise<void> {
    while ((await this.folded.count()) > 0) await this.folded.first().click();
  }
}
