import { application, judge } from './setting';

import { randomBytes } from 'node:crypto';

import type { APIRequestContext } from '@playwright/test';

import { expect, test as base } from '../fixtures';
import { JudgeSignInPage } from '../pages/sign-in-page';
import type { Site } from '../pages/site';
import type { Account } from '../setting';

export { application, expect, judge };

/** What happened to an account at the judge. */
export interface Entry {
  readonly event: string;
  readonly grantType: string | null;
  readonly resource: string | null;
  readonly asked: string | null;
  readonly granted: string | null;
  /** Whether the refresh token was replaced. */
  readonly replaced: boolean;
  readonly error: string | null;
}

/** Somebody nobody else knows, and what the judge saw of them. */
export class Person implements Account {
  readonly username: string;
  readonly password: string;
  /** The judge's ID tokens hold no name, so the application calls them by their subject. */
  readonly name: string;

  constructor(private readonly request: APIRequestContext) {
    this.username = `p${randomBytes(4).toString('hex')}`;
    this.password = this.username;
    this.name = this.username;
  }

  async log(): Promise<Entry[]> {
    const answer = await this.request.get(`${judge}/log?account=${this.username}`);
    return (await answer.json()) as Entry[];
  }

  async refreshes(): Promise<Entry[]> {
    return (await this.log()).filter((entry) => entry.grantType === 'refresh_token');
  }

  /** Everything the judge refused. */
  async refusals(): Promise<string[]> {
    return (await this.log()).flatMap(({ event, error }) => (error ? [`${event}: ${error}`] : []));
  }

  /** Ends all that was granted, as an administrator would. */
  async endGrants(): Promise<void> {
    expect((await this.request.post(`${judge}/end-grants?account=${this.username}`)).status()).toBe(200);
  }
}

interface Fixtures {
  person: Person;
  /** The application in this tab, after somebody signed in at the judge. */
  signedInAs: (person: Person) => Promise<Site>;
}

export const test = base.extend<Fixtures>({
  person: async ({ request }, use) => {
    await use(new Person(request));
  },

  signedInAs: async ({ site, signIn }, use) => {
    await use(async (person) => {
      await signIn(site, person);
      return site;
    });
  },
});

export const pagesOf = (site: Site): JudgeSignInPage => {
  if (site.provider instanceof JudgeSignInPage) return site.provider;
  throw new Error('these are not the pages of the judge');
};
