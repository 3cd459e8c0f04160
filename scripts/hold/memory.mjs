// How the memory of a server grows.

import { sleep } from './watch.mjs';

/** The part of the time after which it is warm. */
const WARM = 1 / 4;

/** Measures it until `end`: by which part it has grown since it was warm. */
export async function memoryGrowth(server, end) {
  const samples = [];
  while (Date.now() < end) {
    samples.push(server.memory());
    await sleep(1_000);
  }
  const warm = samples.slice(Math.floor(samples.length * WARM));
  return median(samples.slice(-10)) / median(warm.slice(0, 10)) - 1;
}

function median(numbers) {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)];
}
