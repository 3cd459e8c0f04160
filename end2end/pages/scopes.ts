import type { Locator, Page } from '@playwright/test';

/** One scope, as the page shows it. */
export interface ScopeRow {
  readonly row: Locator;
  readonly switch: Locator;
  readonly state: Locator;
  readonly cost: Locator;
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
  private readonly rows: Locator;
  readonly legend: Locator;

  constructor(private readonly page: Page) {
    const main = page.getByRole('main');
    this.heading = main.getByRole('heading', { level: 1, name: 'Scopes' });
    this.notice = main.getByRole('status');
    this.applyButton = main.getByRole('button', { name: 'Apply' });
    this.undoButton = main.getByRole('button', { name: 'Discard' });
    this.summary = main.locator('[aria-live]');
    this.switches = main.getByRole('switch');
    this.rows = main.getByRole('listitem');
    this.legend = main.getByText('What happens when you change a scope', { exact: true });
  }

  scope(name: string): ScopeRow {
    const row = this.rows.filter({ has: this.page.getByText(name, { exact: true }) });
    const fact = (label: string): Locator => row.getByRole('paragraph').filter({ hasText: label });
    return { row, switch: row.getByRole('switch'), state: fact('State: '), cost: fact('When changed: ') };
  }

  group(name: string | RegExp): Locator {
    return this.page.getByRole('region', { name });
  }

  /** Presses the switches of these scopes. */
  async press(...names: string[]): Promise<void> {
    for (const name of names) await this.scope(name).switch.click();
  }

  /** Unfolds what the costs mean. */
  async explain(): Promise<void> {
    await this.legend.click();
  }
}
