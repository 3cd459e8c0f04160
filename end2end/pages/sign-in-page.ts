import type { Locator, Page } from '@playwright/test';

import { type Account, idp } from '../setting';

/** The identity provider, as far as a person sees it. */
export interface SignInPage {
  /** Where the name goes. When it is visible, the provider waits for somebody to sign in. */
  readonly identifier: Locator;
  /** What it says when it refuses. */
  readonly refusal: Locator;
  /** Types name and password and sends them off. Whatever comes next is not waited for. */
  submit(account: Pick<Account, 'username' | 'password'>): Promise<void>;
  /** Agrees to what is asked between the sign-in and the way back, if anything is. */
  agree(home: (url: URL) => boolean): Promise<void>;
  /** Confirms the sign-out, where that does not happen by itself. */
  confirmSignOut(): Promise<void>;
}

/** The page of the development identity provider, which needs no script. */
export class DevIdpSignInPage implements SignInPage {
  readonly heading: Locator;
  readonly identifier: Locator;
  readonly password: Locator;
  readonly refusal: Locator;
  readonly cancelButton: Locator;
  private readonly signInButton: Locator;
  private readonly signOutButton: Locator;

  constructor(
    private readonly page: Page,
    private readonly scripted: boolean,
  ) {
    this.heading = page.getByRole('heading', { level: 1 });
    this.identifier = page.getByLabel('Username, email or phone');
    this.password = page.getByLabel('Password');
    this.refusal = page.getByRole('alert');
    this.cancelButton = page.getByRole('button', { name: 'Cancel' });
    this.signInButton = page.getByRole('button', { name: 'Sign in', exact: true });
    this.signOutButton = page.getByRole('main').getByRole('button', { name: 'Sign out' });
  }

  async submit(account: Pick<Account, 'username' | 'password'>): Promise<void> {
    await this.identifier.fill(account.username);
    await this.password.fill(account.password);
    await this.signInButton.click();
  }

  async agree(): Promise<void> {
    // Applications here are first-party: nobody is asked.
  }

  async pick(account: Account): Promise<void> {
    await this.page.getByRole('button', { name: `Continue as ${account.username}` }).click();
  }

  async confirmSignOut(): Promise<void> {
    // With scripts the page confirms itself, as Logto's does.
    if (!this.scripted) await this.signOutButton.click();
  }
}

/** Logto's own page: one step or two, as its administrator chose. */
export class LogtoSignInPage implements SignInPage {
  readonly identifier: Locator;
  readonly refusal: Locator;
  private readonly password: Locator;
  private readonly next: Locator;
  private readonly authorizeButton: Locator;

  constructor(private readonly page: Page) {
    this.identifier = page.locator('input[name="identifier"]');
    this.password = page.locator('input[name="password"]');
    this.next = page.locator('button[type="submit"]');
    this.refusal = page.getByRole('alert').or(page.getByText(/incorrect|invalid/i)).first();
    this.authorizeButton = page.getByRole('button', { name: 'Authorize' });
  }

  async submit(account: Pick<Account, 'username' | 'password'>): Promise<void> {
    await this.identifier.or(this.password).first().waitFor();
    // After a refusal on the second step, only the password is asked for again.
    if (await this.identifier.isVisible()) {
      await this.identifier.fill(account.username);
      if (!(await this.password.isVisible())) await this.next.click();
    }
    await this.password.fill(account.password);
    await this.next.click();
  }

  async agree(home: (url: URL) => boolean): Promise<void> {
    const back = this.page.waitForURL(home).then(() => false);
    const asked = this.authorizeButton.waitFor().then(() => true);
    // Whichever loses waits on in vain; its end interests nobody.
    back.catch(() => undefined);
    asked.catch(() => undefined);
    if (await Promise.race([back, asked])) await this.authorizeButton.click();
  }

  async confirmSignOut(): Promise<void> {
    // It confirms itself.
  }
}

/** The pages of judge/, which ask for consent every time, and about the sign-out too. */
export class JudgeSignInPage implements SignInPage {
  readonly identifier: Locator;
  readonly refusal: Locator;
  readonly authorizeButton: Locator;
  readonly cancelButton: Locator;
  private readonly password: Locator;
  private readonly signInButton: Locator;
  private readonly signOutButton: Locator;

  constructor(page: Page) {
    this.identifier = page.getByLabel('Name');
    this.password = page.getByLabel('Password');
    this.refusal = page.getByRole('alert');
    this.signInButton = page.getByRole('button', { name: 'Sign in' });
    this.authorizeButton = page.getByRole('button', { name: 'Authorize' });
    this.cancelButton = page.getByRole('button', { name: 'Cancel' });
    this.signOutButton = page.getByRole('main').getByRole('button', { name: 'Sign out' });
  }

  async submit(account: Pick<Account, 'username' | 'password'>): Promise<void> {
    await this.identifier.fill(account.username);
    await this.password.fill(account.password);
    await this.signInButton.click();
  }

  async agree(): Promise<void> {
    await this.authorizeButton.click();
  }

  async confirmSignOut(): Promise<void> {
    await this.signOutButton.click();
  }
}

/** The page of whichever provider these tests run against. */
export const signInPage = (page: Page, scripted: boolean): SignInPage => {
  switch (idp) {
    case 'dev':
      return new DevIdpSignInPage(page, scripted);
    case 'logto':
      return new LogtoSignInPage(page);
    case 'judge':
      return new JudgeSignInPage(page);
  }
};
