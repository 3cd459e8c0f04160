import { type APIRequestContext, expect } from '@playwright/test';

import type { Account } from './setting';

/** A fault: requests to the provider wait or fail. Without a path, all of them. */
export interface Fault {
  readonly path?: string;
  readonly status?: number;
  /** Milliseconds. */
  readonly wait?: number;
  /** For how many requests; one, if it is not said. */
  readonly times?: number;
}

/** Seconds. Tokens this short are kept until they end. */
const SHORT_LIFE = 3;

/**
 * The controls of the development identity provider (documented in crates/dev-idp). A change for one person disturbs nobody
 * else, so a test that changes something begins with a person of its own.
 */
export class Controls {
  constructor(
    private readonly request: APIRequestContext,
    /** The provider's address. */
    private readonly provider: string,
  ) {}

  /** Somebody new who is like another in all but id, username, password, email address and phone number. */
  async personLike(model: Account): Promise<Account> {
    const answer = await this.call('POST', 'people', { like: model.username });
    const { username, password } = (await answer.json()) as Pick<Account, 'username' | 'password'>;
    return { username, password, name: model.name };
  }

  /** Puts somebody into an organization, with these roles and no others. */
  async join(person: Account, organization: string, roles: readonly string[]): Promise<void> {
    await this.call('PUT', `people/${person.username}/organizations/${organization}`, { roles: roles.join(' ') });
  }

  async leave(person: Account, organization: string): Promise<void> {
    await this.call('DELETE', `people/${person.username}/organizations/${organization}`);
  }

  async suspend(person: Account): Promise<void> {
    await this.call('PUT', `people/${person.username}/suspension`);
  }

  /** Ends their sessions at the provider, as a sign-out in another application does. */
  async endSessions(person: Account): Promise<void> {
    await this.call('DELETE', `people/${person.username}/sessions`);
  }

  /** From now on, their access tokens live three seconds: see `untilTokensEnd`. */
  async giveShortTokens(person: Account): Promise<void> {
    await this.call('PUT', `people/${person.username}/access-token-life`, { seconds: SHORT_LIFE });
  }

  /** Waits until every short token that the server holds has ended, so that it asks the provider again. */
  async untilTokensEnd(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, SHORT_LIFE * 1000));
  }

  async addFault(person: Account, fault: Fault): Promise<void> {
    await this.call('POST', 'faults', { person: person.username, ...fault });
  }

  async endFaults(person: Account): Promise<void> {
    await this.call('DELETE', 'faults', { person: person.username });
  }

  private async call(method: string, control: string, form: Record<string, string | number> = {}) {
    const answer = await this.request.fetch(`${this.provider}/controls/${control}`, { method, form });
    expect(answer.ok(), `${method} ${control}: ${answer.status()} ${await answer.text()}`).toBe(true);
    return answer;
  }
}
