import { expect, test } from '../fixtures';
import { Apis, tokenAddress } from '../pages/apis';
import { Organization } from '../pages/organization';
import { Organizations } from '../pages/organizations';
import { Profile } from '../pages/profile';
import { organization, resource, visitor } from '../setting';

// What holds for anybody who is in an organization and has a permission at an API: at a Logto of your own, too, with
// E2E_ORGANIZATION and E2E_RESOURCE.

test.describe('in an organization', () => {
  test.skip(organization === undefined, 'E2E_ORGANIZATION names no organization');
  const id = organization ?? '';

  test('the list has it, and leads to its page', async ({ site, signIn }) => {
    await signIn(site, visitor, Organizations.path);
    const listed = site.organizations.withId(id);
    await expect(listed).toHaveCount(1);
    const name = await listed.getByRole('heading').innerText();
    await listed.getByRole('link', { name, exact: true }).click();
    await expect(site.page).toHaveURL(Organization.path(id));
    await expect(site.organization.heading).toHaveText(name);
    await expect(site.page.getByRole('main')).toContainText(`urn:logto:organization:${id}`);
  });

  test('the token for it says which one it is', async ({ site, signIn }) => {
    await signIn(site, visitor, tokenAddress('logto', id));
    const panel = site.apis.panels.filter({ hasText: `urn:logto:organization:${id}` });
    await expect(panel).toHaveCount(1);
    await expect(panel.locator('[data-claim="aud"]').getByRole('definition')).toHaveText(`urn:logto:organization:${id}`);
  });

  test('who is not a member is not let in', async ({ site, signIn, complaints }) => {
    complaints.allow(/status of 404/, 'the page is an answer with that status');
    await signIn(site);
    const response = await site.open(Organization.path('nosuchorg001'));
    expect(response?.status()).toBe(404);
  });
});

test.describe('with an API resource', () => {
  test.skip(resource === undefined, 'E2E_RESOURCE names no API resource');
  const indicator = resource ?? '';

  test('the token says which API it is for, and what the person may do there', async ({ site, signIn }) => {
    await signIn(site, visitor, Profile.path);
    const subject = await site.profile.claim('sub').value.innerText();
    await site.open(Apis.path);
    const api = site.apis.api(indicator);
    await expect(api.claim('aud')).toHaveText(indicator);
    await expect(api.claim('sub')).toHaveText(subject);
    await expect(api.claim('organization_id')).toHaveCount(0);
    await expect(api.permissions.filter({ hasText: /^✓ Granted: / }).first()).toBeVisible();
  });

  test('in the organization the token says that, too', async ({ site, signIn }) => {
    test.skip(organization === undefined, 'E2E_ORGANIZATION names no organization');
    await signIn(site, visitor, tokenAddress(indicator, organization ?? ''));
    const api = site.apis.api(indicator);
    await expect(api.claim('aud')).toHaveText(indicator);
    await expect(api.claim('organization_id')).toHaveText(organization ?? '');
  });
});
