import { expect, test } from '../fixtures';
import { Organizations } from '../pages/organizations';
import { alice, bob, live, mallory, olga, yuki } from '../setting';

test('the way there is in the bar', async ({ signedIn }) => {
  await signedIn.bar.organizationsLink.click();
  await expect(signedIn.page).toHaveURL(Organizations.path);
  await expect(signedIn.organizations.heading).toBeVisible();
  await expect(signedIn.organizations.empty.or(signedIn.organizations.all).first()).toBeVisible();
  await expect(signedIn.page).toHaveTitle(/^Organizations/);
});

test.describe('with the people of the development fixture', () => {
  test.skip(live, 'who is in which organization is known in the development fixture alone');

  test('Alice sees hers, with her role in each', async ({ site, signIn }) => {
    await signIn(site, alice, Organizations.path);
    await expect(site.organizations.all).toHaveCount(2);
    for (const [name, description, role, id] of [
      ['acme', 'Acme Corp', 'admin', 'asl5guymvnj4'],
      ['globex', 'Globex Inc', 'member', '1xld34l574eb'],
    ] as const) {
      const organization = site.organizations.organization(name);
      await expect(organization.self).toContainText(description);
      await expect(organization.roles).toHaveText(role);
      await expect(site.organizations.withId(id)).toHaveText(new RegExp(name));
    }
    await expect(site.organizations.empty).toHaveCount(0);
  });

  test('Bob, who is in none, sees how to become a member', async ({ site, signIn }) => {
    await signIn(site, bob, Organizations.path);
    await expect(site.organizations.empty).toBeVisible();
    await expect(site.organizations.all).toHaveCount(0);
  });

  test('who is in fifty sees all of them', async ({ site, signIn }) => {
    await signIn(site, olga, Organizations.path);
    await expect(site.organizations.all).toHaveCount(50);
    await expect(site.organizations.withId('team50')).toContainText('Willow');
  });

  test('many can be searched by name, at an address of its own', async ({ site, signIn }) => {
    await signIn(site, olga, Organizations.path);
    const { organizations, page } = site;
    await expect(organizations.found).toBeEmpty();
    await organizations.searchField.fill(' WILL ');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/organizations\?find=/);
    await expect(organizations.found).toHaveText('1 of 50 organizations');
    await expect(organizations.all).toHaveCount(1);
    await expect(organizations.withId('team50')).toContainText('Willow');
    if (site.scripted) await expect(organizations.searchField, 'the keyboard goes on there').toBeFocused();

    await page.reload();
    await site.alive();
    await expect(organizations.all).toHaveCount(1);
    await organizations.searchField.fill('nothing like it');
    await organizations.searchButton.click();
    await expect(organizations.found).toHaveText('No matching organizations.');
    await expect(organizations.all).toHaveCount(0);
    await organizations.showAllLink.click();
    await expect(organizations.all).toHaveCount(50);
    await expect(organizations.searchField).toHaveValue('');
    await expect(page).toHaveURL(Organizations.path);
  });

  test('few are not searched, whatever the address says', async ({ site, signIn }) => {
    await signIn(site, alice, `${Organizations.path}?find=acme`);
    await expect(site.organizations.all).toHaveCount(2);
    await expect(site.organizations.searchField).toHaveCount(0);
  });

  test('names may be Japanese', async ({ site, signIn }) => {
    await signIn(site, yuki, Organizations.path);
    await expect(site.bar.person(yuki.name)).toBeVisible();
    await expect(site.organizations.organization('さくら文具株式会社').roles).toHaveText('admin');
  });

  test('a name that would be a script stays text', async ({ site, signIn }) => {
    // LX-09
    site.page.on('dialog', () => {
      throw new Error('a script from a name ran');
    });
    await signIn(site, mallory, Organizations.path);
    await expect(site.organizations.organization('</script><img src=x onerror=alert(1)>').self).toBeVisible();
    await expect(site.bar.self).toContainText('</script><b>Mallory</b>');
    await expect(site.page.locator('img[src="x"]')).toHaveCount(0);
    await site.open('/profile?userinfo=true');
    await expect(site.profile.claim('nickname').value).toHaveText('"><svg onload=alert(4)>');
    await expect(site.profile.claim('custom_data').value).toContainText('<img src=x onerror=alert(3)>');
    await expect(site.page.locator('main a[href^="javascript:"], main img[src^="javascript:"]')).toHaveCount(0);
  });
});

test('who is taken out of an organization no longer sees it, and stays signed in', async ({ site, signIn, controls }) => {
  const person = await controls.personLike(alice);
  await signIn(site, person, Organizations.path);
  await expect(site.organizations.organization('acme').self).toBeVisible();
  await controls.leave(person, 'asl5guymvnj4');
  await site.open(Organizations.path);
  await expect(site.organizations.organization('globex').self).toBeVisible();
  await expect(site.organizations.organization('acme').self).toHaveCount(0);
  await expect(site.bar.person(person.name)).toBeVisible();
});

test('while the provider does not answer, what the ID token says is shown', async ({ site, signIn, controls }) => {
  // OU-02
  const person = await controls.personLike(alice);
  await signIn(site, person, Organizations.path);
  await controls.addFault(person, { status: 503, times: 99 });
  await site.open(Organizations.path);
  await expect(site.page.getByText('Logto is not responding')).toBeVisible();
  await expect(site.organizations.all).toHaveCount(2);
  await controls.endFaults(person);
  await site.open(Organizations.path);
  await expect(site.organizations.organization('acme').self).toBeVisible();
});
