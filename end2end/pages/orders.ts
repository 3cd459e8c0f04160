import type { Locator, Page } from '@playwright/test';

export class Orders {
  static readonly path = '/orders';

  readonly heading: Locator;
  /** Whose orders are shown. */
  readonly whose: Locator;
  /** The calls of the API: method, path, status, duration. */
  readonly calls: Locator;
  readonly rows: Locator;
  readonly empty: Locator;
  /** The notice about the order that was just sent. */
  readonly news: Locator;
  /** Why there are no orders to see. */
  readonly problem: Locator;
  /** The form, or why there is none. */
  readonly placing: Locator;
  readonly organization: Locator;
  readonly showButton: Locator;
  readonly item: Locator;
  readonly quantity: Locator;
  readonly placeButton: Locator;
  readonly tokenLink: Locator;

  constructor(
    private readonly page: Page,
    private readonly scripted: boolean,
  ) {
    const main = page.getByRole('main');
    this.heading = main.getByRole('heading', { level: 1, name: 'Orders' });
    this.whose = main.getByRole('heading', { level: 2 }).first();
    this.calls = main.locator('.call-line');
    this.rows = main.getByRole('row').filter({ has: page.getByRole('rowheader') });
    this.empty = main.getByText('No orders yet.');
    this.news = main.locator('.orders__news .logto-notice');
    this.problem = main.locator('.panel .logto-notice').first();
    this.placing = main.locator('section').filter({ has: page.getByRole('heading', { name: 'New order' }) });
    this.organization = main.getByLabel('Show orders for');
    this.showButton = main.getByRole('button', { name: 'Show', exact: true });
    this.item = main.getByLabel('Item');
    this.quantity = main.getByLabel('Quantity');
    this.placeButton = main.getByRole('button', { name: 'Place order' });
    this.tokenLink = main.getByRole('link', { name: 'View token permissions' });
  }

  order(item: string): Locator {
    return this.rows.filter({ has: this.page.getByRole('rowheader', { name: item, exact: true }) });
  }

  /** With scripts, a choice applies at once. */
  async choose(organization: string): Promise<void> {
    await this.organization.selectOption({ label: organization });
    if (!this.scripted) await this.showButton.click();
  }

  async place(item: string, quantity: string): Promise<void> {
    await this.item.fill(item);
    await this.quantity.fill(quantity);
    await this.placeButton.click();
  }
}
