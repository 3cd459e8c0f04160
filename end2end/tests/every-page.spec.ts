import { test } from '../fixtures';
import { lookAt } from '../look';
import { tour } from '../pages/tour';

for (const stop of tour) {
  test(`${stop.name}: it is accessible, and its texts fit a phone`, async ({ site, signIn: _, complaints }) => {
    await lookAt(stop, site, complaints);
  });
}
