import type { Locator, Page } from '@playwright/test';

/** The panel of one API. */
export class Api {
  /** The permissions that were asked for, each with whether it was granted. */
  readonly permissions: Locator;
  /** The remaining time, as text. */
  readonly left: Locator;
  readonly bar: Locator;
  /** What is said aloud about the time. */
  readonly announcement: Locator;
  /** Whether Logto was asked for it. */
  readonly state: Locator;
  readonly freshButton: Locator;
  readonly callLink: Locator;
  readonly organization: Locator;
  readonly showButton: Locator;

  constructor(readonly self: Locator) {
    this.permissions = self.getByRole('list', { name: 'Permissions' }).getByRole('listitem');
    this.left = self.locator('.logto-countdown__left');
    this.bar = self.locator('progress');
    this.announcement = self.locator('.logto-countdown').getByRole('status');
    this.state = self.locator('.logto-access-token__state');
    this.freshButton = self.getByRole('button', { name: 'Get a new token' });
    this.callLink = self.getByRole('link', { name: 'Open Orders' });
    this.organization = self.getByLabel('Organization');
    this.showButton = self.getByRole('button', { name: 'Get token' });
  }

  /** A claim, by its name in the token. */
  claim(name: string): Locator {
    return this.self.locator(`[data-claim="${name}"]`).getByRole('definition');
  }

  tick(permission: string): Locator {
    return this.self.getByLabel(permission, { exact: true });
  }

  /** Unfolds the form that asks for another token. */
  async askForAnother(): Promise<void> {
    if (!(await this.showButton.isVisible())) await this.self.getByText('Token options').click();
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

  /** The panel with this heading. */
  api(name: string): Api {
    return new Api(this.panels.filter({ has: this.page.getByRole('heading', { level: 2, name, exact: true }) }));
  }
}

/** The address of the page for one token. */
export const tokenAddress = (resource: string, organization = '', ...scopes: string[]): string => {
  const query = new URLSearchParams({ resource, organization });
  for (const scope of scopes) query.append('scope', scope);
  return `${Apis.path}?${query.toString()}`;
};
