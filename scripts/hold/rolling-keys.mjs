// SESSION_KEYS change over two processes on one store, one process after the other: A has the new key and the old one, B
// still the old one alone. A proxy sends each request to the other one in turn. B cannot open what A sealed and may say
// so (503); it signs nobody out. Catalogue: SE-18, SE-19, OU-17.

import { freePort, sessionKey } from './server.mjs';

const PEOPLE = 3;
const ROUNDS = 5;

export async function rollingKeys(hold) {
  const [oldKey, newKey] = [sessionKey(), sessionKey()];
  const proxy = await freePort();
  const base = `http://localhost:${proxy}`;
  let a = await hold.start({ base, keys: oldKey });
  let b = await hold.start({ base, keys: oldKey });
  const signIn = async (server) => {
    const people = [];
    while (people.length < PEOPLE) people.push(await server.browser().mustSignIn({ port: server.port }));
    return people;
  };
  const before = await signIn(b);
  await a.stop();
  a = await hold.start({ base, keys: `${newKey},${oldKey}`, port: a.port });
  const people = [...before, ...(await signIn(a))];

  const counts = { answered: 0, unavailable: 0, signedOut: 0 };
  const visit = async (server, person, accepted) => {
    const status = await person.status('/profile', { port: server.port });
    if (status === 200) counts.answered += 1;
    else if (accepted.includes(status)) counts.unavailable += 1;
    else counts.signedOut += 1;
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const person of people) {
      await visit(a, person, []);
      await visit(b, person, [503]);
    }
  }
  await b.stop();
  b = await hold.start({ base, keys: `${newKey},${oldKey}`, port: b.port });
  for (const person of people) {
    await visit(a, person, []);
    await visit(b, person, []);
  }
  await Promise.all([a.stop(), b.stop()]);
  const { answered, unavailable, signedOut } = counts;
  return {
    passed: signedOut === 0,
    figure: `${people.length} people, ${answered + unavailable + signedOut} requests in turns: ${answered} answered, ${unavailable} put off with 503 by the process without the new key, ${signedOut} taken for signed out or failed`,
  };
}
