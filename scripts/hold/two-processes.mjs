// A thousand requests at once that need an access token, of one person whose token has run out, over two processes on one
// store. The provider replaces the refresh token, takes three seconds, and is asked once; every request is answered. Catalogue:
// RF-01, RF-17.

import { Agent } from 'node:http';

import { freePort, sessionKey } from './server.mjs';
import { sleep } from './watch.mjs';

const REQUESTS = 1_000;
const TOKEN_LIFE = 2;
/** Long enough for all requests to arrive before it answers, also on a slow machine. */
const DELAY = 3_000;
/** How much later than the provider's answer the last one may come, beside twice what so many requests take that find a token: who
 * has waited reads the session once more. */
const LATE = 300;
/** A process answers so many connections of one address. */
const ADDRESSES = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'];

export const twoProcesses = (store) => async (hold) => {
  const { provider } = hold;
  const options = { base: `http://localhost:${await freePort()}`, keys: sessionKey(), env: { SESSION_STORE: await store(hold) } };
  const servers = [await hold.start(options), await hold.start(options)];
  provider.accessTokenLife = TOKEN_LIFE;
  const person = await servers[0].browser().mustSignIn({ port: servers[0].port });
  const agents = ADDRESSES.map((localAddress) => new Agent({ keepAlive: true, localAddress }));
  const each = (ask) =>
    Promise.all(Array.from({ length: REQUESTS }, (_, number) => ask(servers[number % 2], agents[number % agents.length])));
  // The connections are there already, as a proxy has them.
  const connected = await each(({ port }, agent) => person.status('/healthz', { port, agent }));
  await sleep(TOKEN_LIFE * 1_000);

  provider.accessTokenLife = 3_600;
  provider.refreshDelay = DELAY;
  const before = provider.refreshes;
  const ask = async () => {
    const began = performance.now();
    const answers = await each(async ({ port }, agent) => {
      const status = await person.userInfo({ port, agent }).catch((error) => error.message);
      return { status, took: performance.now() - began };
    });
    const other = answers.find(({ status }) => status !== 200)?.status;
    const answered = answers.filter(({ status }) => status === 200).length;
    return { answered, other, slowest: Math.max(...answers.map(({ took }) => took)) };
  };
  const { answered, other = connected.find((status) => status !== 200), slowest } = await ask();
  const refreshes = provider.refreshes - before;
  const { slowest: busy } = await ask();
  for (const agent of agents) agent.destroy();
  await Promise.all(servers.map((server) => server.stop()));
  return {
    passed: refreshes === 1 && answered === REQUESTS && slowest <= DELAY + 2 * busy + LATE,
    figure:
      `${REQUESTS} requests at once in two processes on one expired token: ${refreshes} refresh, ${answered} answered, the slowest ` +
      `${(slowest - DELAY).toFixed(0)} ms after the ${DELAY} of the provider; so many that find a token take ${busy.toFixed(0)} ms ` +
      `(at most twice that and ${LATE} more)${other === undefined ? '' : ` (${other})`}`,
  };
};
