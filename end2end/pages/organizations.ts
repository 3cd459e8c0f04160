import type { Locator, Page } from '@playwright/test';

import { Organization as OrganizationPages } from './organization';

/** One organization, as the page shows it. */
export interface Organization {
  readonly self: Locator;
  readonly roles: Locator;
}

export class Organizations {
  static readonly path = '/organizations';

  readonly heading: Locator;
  readonly all: Locator;
  readonly empty: Locator;
  readonly signInAgain: Locator;
  /** Where there are many: what is searched for in their names. */
  readonly searchField: Locator;
  readonly searchButton: Locator;
  /** What was found. */
  readonly found: Locator;
  readonly showAllLink: Locator;

  constructor(private readonly page: Page) {
    const main = page.getByRole('main');
    this.heading = main.getByRole('heading', { level: 1, name: 'Organizations' });
    this.all = main.getByRole('listitem');
    this.empty = main.getByText('You are not a member of any organization.');
    this.signInAgain = main.getByRole('link', { name: 'Sign in' });
    this.searchField = main.getByRole('searchbox', { name: 'Find an organization' });
    this.searchButton = main.getByRole('button', { name: 'Search' });
    this.found = main.getByRole('status');
    this.showAllLink = main.getByRole('link', { name: 'Show all' });
  }

  organization(name: string): Organization {
    const self = this.all.filter({ has: this.page.getByRole('heading', { name, exact: true }) });
    return { self, roles: self.getByRole('definition') };
  }

  /** The one with this id. */
  withId(id: string): Locator {
    return this.all.filter({ has: this.page.locator(`a[href="${OrganizationPages.path(id)}"]`) });
  }
}
