import type { APIRequestContext, Locator, Page, Response } from '@playwright/test';

import { type Account, baseURL, devIdp, visitor } from '../setting';
import { Apis } from './apis';
import { Bar } from './bar';
import { Home } from './home';
import { NotFound } from './not-found';
import { Organization, Switcher } from './organization';
import { Orders } from './orders';
import { Organizations } from './organizations';
import { Problem } from './problem';
import { Profile } from './profile';
import { Refusal } from './refusal';
import { Scopes } from './scopes';
import { Sessions } from './sessions';
import { DevIdpSignInPage, type SignInPage, signInPage } from './sign-in-page';

/** The application in one tab, with the identity provider it leads to. */
export class Site {
  readonly bar: Bar;
  readonly home: Home;
  readonly profile: Profile;
  readonly scopes: Scopes;
  readonly sessions: Sessions;
  readonly apis: Apis;
  readonly orders: Orders;
  readonly organizations: Organizations;
  readonly organization: Organization;
  readonly switcher: Switcher;
  readonly refusal: Refusal;
  readonly problem: Problem;
  readonly notFound: NotFound;
  readonly provider: SignInPage;
  /** What is said about the session's end; empty most of the time. */
  readonly notice: Locator;

  constructor(
    readonly page: Page,
    /** Whether scripts run here. */
    readonly scripted: boolean,
  ) {
    this.bar = new Bar(page);
    this.home = new Home(page);
    this.profile = new Profile(page);
    this.scopes = new Scopes(page);
    this.sessions = new Sessions(page);
    this.apis = new Apis(page);
    this.orders = new Orders(page, scripted);
    this.organizations = new Organizations(page);
    this.organization = new Organization(page);
    this.switcher = new Switcher(page, scripted);
    this.refusal = new Refusal(page);
    this.problem = new Problem(page);
    this.notFound = new NotFound(page);
    this.provider = signInPage(page, scripted);
    this.notice = page.locator('.logto-session-notice');
  }

  /** The provider's page with what only the development one offers. */
  get devIdp(): DevIdpSignInPage {
    if (this.provider instanceof DevIdpSignInPage) return this.provider;
    throw new Error('this is not the page of the development identity provider');
  }

  /** Opens a page as somebody who types its address, and waits until it listens. */
  async open(path: string): Promise<Response | null> {
    const response = await this.page.goto(path);
    await this.alive();
    return response;
  }

  /**
   * Signs somebody in and opens a page. At the development identity provider by requests alone, which is quicker than its
   * page; tests of the sign-in itself go through that.
   */
  async enter(account: Account = visitor, path: string = Home.path): Promise<void> {
    const start = `/sign-in?return_to=${encodeURIComponent(path)}`;
    if (devIdp === undefined) {
      await this.open(start);
      await this.signIn(account);
    } else {
      await signInByRequests(this.page.request, account, new URL(start, baseURL));
      await this.open(path);
    }
  }

  /** Waits until the page listens. Without scripts, or elsewhere, it always does. */
  async alive(): Promise<void> {
    if (!this.scripted || !isHere(new URL(this.page.url()))) return;
    await this.page.locator('html[data-alive]').waitFor({ state: 'attached' });
  }

  /** Waits for the way back from the provider. */
  async back(): Promise<void> {
    await this.page.waitForURL(isHere);
    await this.alive();
  }

  /** On the provider's page: signs in and comes back. */
  async signIn(account: Account = visitor): Promise<void> {
    await this.provider.submit(account);
    await this.provider.agree(isHere);
    await this.back();
  }

  /** Presses the button and comes back. */
  async signOut(): Promise<void> {
    await this.bar.openMenu();
    await this.bar.signOutButton.click();
    await this.provider.confirmSignOut();
    await this.page.waitForURL(new URL(Home.path, baseURL).href);
    await this.alive();
  }

  /** Signs out of the application on all devices. */
  async signOutEverywhere(): Promise<void> {
    await this.bar.openMenu();
    await this.bar.signOutEverywhereButton.click();
    await this.provider.confirmSignOut();
    await this.page.waitForURL(new URL(Home.path, baseURL).href);
    await this.alive();
  }

  /** Signs out of the application alone. */
  async signOutHere(): Promise<void> {
    await this.bar.openMenu();
    await this.bar.signOutHereButton.click();
    await this.bar.signInLink.waitFor();
    await this.alive();
  }
}

/** Follows the redirects of a sign-in, and answers the form of the development identity provider if it asks. */
const signInByRequests = async (
  request: APIRequestContext,
  { username, password }: Account,
  start: URL,
): Promise<void> => {
  let next = start;
  while (!isHere(next) || ['/sign-in', '/callback'].includes(next.pathname)) {
    const address = next.href;
    let answer = await request.get(address, { maxRedirects: 0 });
    if (answer.ok() && !isHere(next)) {
      answer = await request.post(address, { form: { identifier: username, password }, maxRedirects: 0 });
    }
    const location = answer.headers()['location'];
    if (location === undefined) throw new Error(`${answer.status()} instead of a redirect at ${address}`);
    next = new URL(location, address);
  }
};

/** Whether an address is one of the application. */
export const isHere = (url: URL): boolean => url.origin === baseURL;
