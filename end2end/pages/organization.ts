import type { Locator, Page } from '@playwright/test';

/** The pages of one organization. */
export class Organization {
  readonly heading: Locator;
  readonly head: Locator;
  readonly tabs: Locator;
  readonly permissions: Locator;
  readonly contact: Locator;

  constructor(page: Page) {
    const main = page.getByRole('main');
    this.heading = main.getByRole('heading', { level: 1 });
    this.head = main.locator('.logto-organization-head');
    this.tabs = main.getByRole('navigation', { name: 'Organization pages' });
    this.permissions = main.locator('.logto-permission');
    this.contact = main.locator('.contact-facts');
  }

  /** The address of a page: `support`, `billing`, or the overview. */
  static path(id: string, page = ''): string {
    return page ? `/org/${id}/${page}` : `/org/${id}`;
  }

  tab(name: string): Locator {
    return this.tabs.getByRole('link', { name });
  }

  permission(name: string): Locator {
    return this.permissions.filter({ hasText: name });
  }
}

/** The switcher between organizations. */
export class Switcher {
  /** What opens the list. */
  readonly button: Locator;
  readonly field: Locator;
  readonly list: Locator;
  readonly options: Locator;
  readonly nothing: Locator;
  /** Without scripts: the ways to the organizations. */
  readonly links: Locator;

  constructor(
    page: Page,
    private readonly scripted: boolean,
  ) {
    const main = page.getByRole('main');
    this.button = main.locator('.logto-organization-switcher__button');
    this.field = main.getByRole('combobox', { name: 'Find an organization' });
    this.list = main.getByRole('listbox', { name: 'Your organizations' });
    this.options = this.list.getByRole('option');
    this.nothing = main.getByText('No matching organizations.');
    this.links = main.locator('.logto-organization-switcher__list').getByRole('link');
  }

  /** The option that the keyboard is at. */
  async active(): Promise<string | null> {
    const id = await this.field.getAttribute('aria-activedescendant');
    return id && this.list.page().locator(`[id="${id}"]`).innerText();
  }

  async switchTo(name: string): Promise<void> {
    await this.button.click();
    await (this.scripted ? this.options : this.links).filter({ hasText: name }).click();
  }
}
