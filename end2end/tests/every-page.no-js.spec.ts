import { test } from '../fixtures';
import { lookAt } from '../look';
import { tourWithoutScripts } from '../pages/tour';

for (const stop of tourWithoutScripts) {
  test(`${stop.name}: everybody can use it, and it fits a phone`, async ({ site, complaints }) => {
    await lookAt(stop, site, complaints);
  });
}
