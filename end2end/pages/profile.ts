import type { Locator, Page } from '@playwright/test';

/** One claim that is there. */
export interface Claim {
  readonly row: Locator;
  readonly value: Locator;
  /** What differs from the rest of its group. */
  readonly marks: Locator;
}

/** Where a claim is from: what its row says, else what the head of its group says. */
export interface Origin {
  readonly source: string | undefined;
  readonly scope: string | undefined;
}

export class Profile {
  static readonly path = '/profile';
  static readonly pathWithUserInfo = '/profile?userinfo=true';

  readonly heading: Locator;
  /** The person at a glance: picture, name, email address. */
  readonly head: Locator;
  /** The two sources that can be shown. */
  readonly fetchUserInfoLink: Locator;
  readonly idTokenOnlyLink: Locator;
  /** Says that the source has changed. */
  readonly announcement: Locator;
  readonly copyButton: Locator;
  /** Says whether it was copied. */
  readonly copied: Locator;
  /** Says that userinfo did not answer. */
  readonly warning: Locator;
  /** Of the claims that are there. */
  readonly rows: Locator;
  /** The titles of the groups, in their order. */
  readonly groups: Locator;
  private readonly main: Locator;
  private readonly json: Locator;

  constructor(page: Page) {
    const main = page.getByRole('main');
    this.main = main;
    const bar = main.locator('.logto-user-info-panel__bar');
    this.heading = main.getByRole('heading', { level: 1, name: 'Profile' });
    this.head = main.locator('.logto-person');
    this.fetchUserInfoLink = bar.getByRole('link', { name: 'ID token + userinfo', exact: true });
    this.idTokenOnlyLink = bar.getByRole('link', { name: 'ID token', exact: true });
    this.announcement = main.locator('.logto-with-user-info > [role=status]');
    this.copyButton = bar.getByRole('button', { name: 'Copy JSON' });
    this.copied = bar.locator('.logto-copy-button').getByRole('status');
    this.warning = main.locator('.logto-notice').filter({ hasText: 'Could not fetch userinfo' });
    this.rows = main.locator('.logto-claim');
    this.groups = main.locator('.logto-claims').getByRole('heading', { level: 2 });
    this.json = main.locator('.logto-user-info-panel__json');
  }

  claim(name: string): Claim {
    const row = this.main.locator(`.logto-claim[data-claim="${name}"]`);
    return { row, value: row.locator('.logto-claim__value'), marks: row.locator('.logto-claim__marks') };
  }

  /** Where a claim is from. */
  async origin(name: string): Promise<Origin> {
    const texts = await this.claim(name).row.evaluate((row) => {
      const common = row.closest('.logto-claims')?.querySelector('.logto-claims__common');
      return [row.querySelector('.logto-claim__marks'), common].map((place) => place?.textContent ?? '');
    });
    const find = (pattern: RegExp): string | undefined => texts.map((text) => pattern.exec(text)?.[1]).find((found) => found);
    return { source: find(/Source: (ID token, userinfo|ID token|userinfo)/), scope: find(/Scope: ([\w:]+)/) };
  }

  /** What is said of a claim that is not there. */
  absent(name: string): Locator {
    return this.main.locator('.logto-claims__missing').filter({ has: this.main.page().locator(`code[data-claim="${name}"]`) });
  }

  /** Unfolds everything that is folded. */
  async unfold(): Promise<void> {
    const folded = this.main.locator('.logto-claims details:not([open]) > summary');
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
