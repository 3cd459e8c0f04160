// Every refresh replaces the refresh token, and the first answer of each round is lost: the provider has done its work, then
// the connection breaks, each time in another way. The rounds are further apart than a replaced token works. The person
// stays signed in and gets every answer. Catalogue: RF-08.

import { LOSSES } from './provider.mjs';
import { sleep } from './watch.mjs';

const TOKEN_LIFE = 2;
/** Longer than a token lives, and than a replaced refresh token works. */
const PAUSE = 3_500;

export async function lostAnswers(hold) {
  const { provider } = hold;
  provider.accessTokenLife = TOKEN_LIFE;
  const server = await hold.start();
  const person = await server.browser().mustSignIn();
  let [lost, answered] = [0, 0];
  const losses = Object.keys(LOSSES);
  for (const loss of losses) {
    await sleep(PAUSE);
    provider.losses = [loss];
    if ((await person.userInfo()) === 200) answered += 1;
    lost += 1 - provider.losses.length;
  }
  provider.losses = [];
  await sleep(PAUSE);
  const signedIn = (await person.userInfo()) === 200 && (await person.isSignedIn());
  await server.stop();
  return {
    passed: signedIn && lost === losses.length && answered === losses.length,
    figure: `${lost} answers to refreshes lost in ${losses.length} requests (${losses.join(', ')}): ${answered} requests answered with 200; the person is ${signedIn ? 'signed in' : 'signed out'} afterwards`,
  };
}
