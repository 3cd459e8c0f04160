import { expect, test } from '../fixtures';
import { Home } from '../pages/home';
import { Orders } from '../pages/orders';
import { Scopes } from '../pages/scopes';
import { alice, idp } from '../setting';

// What a screen reader is given, along three journeys: the accessibility tree, with names, states and levels.

test.skip(idp !== 'dev', 'the words and the orders are those of the development world');

test('a screen reader is led through the sign-in', async ({ site }) => {
  await site.open(Home.path);
  await expect(site.page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - heading "Sign-in for your Leptos app. Tokens are kept on the server." [level=1]
      - paragraph
      - paragraph:
        - link "Sign in"
        - link "Create an account"
  `);
  await site.home.signInLink.click();
  await expect(site.page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - heading "Sign in" [level=1]
      - textbox "Username, email or phone"
      - textbox "Password"
      - button "Sign in"
  `);
  await site.signIn(alice);
  await expect(site.page.getByRole('banner')).toMatchAriaSnapshot(`
    - banner:
      - link "leptos-logto"
      - navigation "Main":
        - link "Profile"
        - link "Scopes"
        - link "Access tokens"
        - link "Orders"
        - link "Organizations"
  `);
  await expect(site.page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - heading "Hello, Alice Example" [level=1]
  `);
});

test('a screen reader hears of an order what is wrong, and where', async ({ site, signIn, controls }) => {
  await signIn(site, await controls.personLike(alice), Orders.path);
  const said = site.page.getByRole('main').getByRole('status');
  await site.orders.place('   ', '7');
  await expect(said.filter({ hasText: 'Order not placed. Check the highlighted fields.' })).toBeVisible();
  await expect(site.page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - heading "Orders" [level=1]
      - status
      - textbox "Item" [invalid]
      - paragraph: Enter an item of up to 100 characters.
      - spinbutton "Quantity": "7"
      - button "Place order"
  `);
  await expect(site.orders.item).toHaveAccessibleDescription('Enter an item of up to 100 characters.');
  await site.orders.place('Coffee', '7');
  await expect(said.filter({ hasText: 'Order placed.' })).toBeVisible();
  await expect(site.page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - table:
        - rowgroup:
          - row "Item Quantity Placed at Placed by"
        - rowgroup:
          - row /Coffee 7 .* You/
  `);
});

test('a screen reader hears of a scope what it is, its state, and what applying did', async ({ site, signIn, controls }) => {
  await signIn(site, await controls.personLike(alice), Scopes.path);
  await expect(site.page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - heading "Scopes" [level=1]
      - region "Contact":
        - heading "Contact" [level=2]
        - list:
          - listitem:
            - switch "Email email" [checked]
  `);
  await site.scopes.press('email');
  await site.scopes.applyButton.click();
  const said = site.page.getByRole('main').getByRole('status');
  await expect(said.filter({ hasText: 'Changes applied.' })).toBeVisible();
  await expect(site.page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - region "Contact":
        - list:
          - listitem:
            - switch "Email email" [checked=false]
  `);
});
