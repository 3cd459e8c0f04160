// Many requests from one client.

import { Agent } from 'node:http';

import { request } from './browser.mjs';

const CONNECTIONS = 16;

/**
 * Repeats one request on a few connections that stay open, at most `count` times and for at most `seconds`. How many
 * answers are `expected`. A connection whose request gets no answer is not used again.
 */
export async function flood(address, { count, seconds, ...options }, expected) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const end = Date.now() + seconds * 1_000;
  let [sent, counted] = [0, 0];
  const client = async () => {
    while (sent < count && Date.now() < end) {
      sent += 1;
      const answer = await request(address, { ...options, agent }).catch(() => null);
      if (answer === null) return;
      if (expected(answer)) counted += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  agent.destroy();
  return counted;
}
