import { expect, test } from '../fixtures';
import { Organizations } from '../pages/organizations';
import { alice, bob, live } from '../setting';

test('the way there is in the bar', async ({ signedIn }) => {
  await signedIn.bar.organizationsLink.click();
  await expect(signedIn.page).toHaveURL(Organizations.path);
  await expect(signedIn.organizations.heading).toBeVisible();
  await expect(signedIn.organizations.empty.or(signedIn.organizations.all).first()).toBeVisible();
  await expect(signedIn.page).toHaveTitle(/^Organizations/);
});

test.describe('with the people of the development world', () => {
  test.skip(live, 'who is in which organization is known in the development world alone');

  test('Alice sees hers, with her role and the id of each', async ({ site, signIn }) => {
    await signIn(site, alice, Organizations.path);
    await expect(site.organizations.all).toHaveCount(2);
    for (const [name, description, role, id] of [
      ['acme', 'Acme Corp', 'admin', 'asl5guymvnj4'],
      ['globex', 'Globex Inc', 'member', '1xld34l574eb'],
    ] as const) {
      const organization = site.organizations.organization(name);
      await expect(organization.self).toContainText(description);
      await expect(organization.roles).toHaveText(role);
      await expect(organization.id).toHaveText(id);
    }
    await expect(site.organizations.empty).toHaveCount(0);
  });

  test('Bob, who is in none, is told how one gets in', async ({ site, signIn }) => {
    await signIn(site, bob, Organizations.path);
    await expect(site.organizations.empty).toBeVisible();
    await expect(site.organizations.all).toHaveCount(0);
  });
});
