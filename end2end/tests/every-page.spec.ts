import { test } from '../fixtures';
import { lookAt } from '../look';
import { tour } from '../pages/tour';
import { live } from '../setting';

for (const stop of tour) {
  test(`${stop.name}: everybody can use it, and it fits a phone`, async ({ site, signIn: _, complaints }) => {
    test.skip(live && stop.name.startsWith('provider'), "the provider's pages are Logto's own");
    await lookAt(stop, site, complaints);
  });
}
