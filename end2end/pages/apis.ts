import type { Locator, Page } from '@playwright/test';

/** The row of one API. */
export class Api {
  /** The permissions that were asked for, each with whether it was granted. */
  readonly permissions: Locator;
  /** The remaining time, as text. */
  readonly left: Locator;
  readonly bar: Locator;
  /** What is said aloud about the time. */
  readonly announcement: Locator;
  /** Says that it is new. */
  readonly state: Locator;
  /** What is said aloud about a new token. */
  readonly said: Locator;
  readonly menu: Locator;
  readonly freshButton: Locator;
  readonly callButton: Locator;
  /** The answer to a call: method, path, status, duration. */
  readonly call: Locator;
  readonly answer: Locator;
  readonly callLink: Locator;
  readonly organization: Locator;
  readonly showButton: Locator;

  constructor(readonly self: Locator) {
    this.permissions = self.getByRole('list', { name: 'Permissions' }).getByRole('listitem');
    this.left = self.locator('.logto-countdown__left');
    this.bar = self.locator('progress');
    this.announcement = self.locator('.logto-countdown').getByRole('status');
    this.state = self.locator('.logto-access-token__new');
    this.said = self.locator('.logto-access-token__time > [role=status]');
    this.menu = self.locator('.logto-access-token__menu > summary');
    this.freshButton = self.getByRole('button', { name: 'Get a new token' });
    this.callButton = self.getByRole('button', { name: 'Call the API' });
    this.call = self.locator('.call-line');
    this.answer = self.getByRole('region', { name: 'Answer of the API' });
    this.callLink = self.getByRole('link', { name: 'Open Orders' });
    this.organization = self.getByLabel('Organization');
    this.showButton = self.getByRole('button', { name: 'Get token' });
  }

  /** A claim, by its name in the token. */
  claim(name: string): Locator {
    return this.self.locator(`[data-claim="${name}"]`).locator('dd');
  }

  /** Asks for a new token, by the menu. */
  async renew(): Promise<void> {
    await this.menu.click();
    await this.freshButton.click();
  }

  tick(permission: string): Locator {
    return this.self.getByLabel(permission, { exact: true });
  }

  /** Unfolds the claims and the form that asks for another token. */
  async askForAnother(): Promise<void> {
    if (!(await this.showButton.isVisible())) await this.self.getByText('Details', { exact: true }).click();
  }
}

export class Apis {
  static readonly path = '/apis';

  readonly heading: Locator;
  readonly panels: Locator;
  readonly unknown: Locator;

  constructor(private readonly page: Page) {
    const main = page.getByRole('main');
    this.heading = main.getByRole('heading', { level: 1, name: 'Access tokens' });
    this.panels = main.locator('.logto-access-token');
    this.unknown = main.getByText('Unknown API resource.');
  }

  /** The row with this indicator. */
  api(indicator: string): Api {
    return new Api(this.page.locator(`.logto-access-token[data-api="${indicator}"]`));
  }
}

/** The address of the page for one token. */
export const tokenAddress = (resource: string, organization = '', ...scopes: string[]): string => {
  const query = new URLSearchParams({ resource, organization });
  for (const scope of scopes) query.append('scope', scope);
  return `${Apis.path}?${query.toString()}`;
};
