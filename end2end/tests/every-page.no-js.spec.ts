import { test } from '../fixtures';
import { lookAt } from '../look';
import { tourWithoutScripts } from '../pages/tour';

for (const stop of tourWithoutScripts) {
  test(`${stop.name}: it is accessible, and its texts fit a phone`, async ({ site, complaints }) => {
    await lookAt(stop, site, complaints);
  });
}
