import type { Locator, Page } from '@playwright/test';

/** The pages of one organization. */
export class Organization {
  readonly heading: Locator;
  readonly head: Locator;
  readonly tabs: Locator;
  readonly permissions: Locator;
  readonly billingLink: Locator;
  readonly contact: Locator;

  constructor(page: Page) {
    const main = page.getByRole('main');
    this.heading = main.getByRole('heading', { level: 1 });
    this.head = main.locator('.logto-organization-head');
    this.tabs = main.getByRole('navigation', { name: 'Organization pages' });
    this.permissions = main.locator('.logto-permission');
    this.billingLink = main.getByRole('link', { name: 'Open billing' });
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
  /** With scripts: what opens the list. */
  readonly button: Locator;
  readonly field: Locator;
  readonly list: Locator;
  readonly options: Locator;
  readonly nothing: Locator;
  /** Without scripts: the form. */
  readonly select: Locator;
  readonly submit: Locator;

  constructor(
    page: Page,
    private readonly scripted: boolean,
  ) {
    const main = page.getByRole('main');
    this.button = main.getByRole('button', { name: /^Organization:|^Choose an organization/ });
    this.field = main.getByRole('combobox', { name: 'Find an organization' });
    this.list = main.getByRole('listbox', { name: 'Your organizations' });
    this.options = this.list.getByRole('option');
    this.nothing = main.getByText('No matching organizations.');
    this.select = main.getByRole('combobox', { name: 'Organization', exact: true });
    this.submit = main.getByRole('button', { name: 'Switch' });
  }

  /** The option that the keyboard is at. */
  async active(): Promise<string | null> {
    const id = await this.field.getAttribute('aria-activedescendant');
    return id && this.list.page().locator(`[id="${id}"]`).innerText();
  }

  async switchTo(name: string): Promise<void> {
    if (this.scripted) {
      await this.button.click();
      await this.options.filter({ hasText: name }).click();
    } else {
      await this.select.selectOption({ label: name });
      await this.submit.click();
    }
  }
}
