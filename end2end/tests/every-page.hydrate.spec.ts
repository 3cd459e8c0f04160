import { test } from '../fixtures';
import { lookAt } from '../look';
import { tourWithScripts } from '../pages/tour';

for (const stop of tourWithScripts) {
  test(`${stop.name}: it is accessible, and its texts fit a phone`, async ({ site, signIn: _, complaints }) => {
    await lookAt(stop, site, complaints);
  });
}
