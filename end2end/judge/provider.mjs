// A certified OpenID provider that nobody here wrote (npm: oidc-provider), with the layout of Logto's addresses: issuer
// and discovery under /oidc. It is stricter than Logto where the standard leaves room: ID tokens hold no profile, access
// tokens live for seconds, every refresh replaces the refresh token, and using a replaced one ends the grant at once.
//
//   node provider.mjs PORT REDIRECT_URI POST_LOGOUT_REDIRECT_URI
//
// Beside /oidc: the pages a person sees (/interaction/…), what happened to an account (GET /log?account=…), and a way to
// end all of its grants (POST /end-grants?account=…). Everybody who types the same name and password is welcome.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

import { pages } from './pages.mjs';

// The package says at every start that it keeps all in memory, which is what is wanted here.
console.warn = console.info = () => {};
const { Provider } = await import('oidc-provider');

const [port, redirectUri, postLogoutRedirectUri] = process.argv.slice(2);
const SHOP = 'https://shop.example/api';
const ISSUER = `http://127.0.0.1:${port}/oidc`;
const MOUNT = '/oidc';

const key = (alg, ...options) => ({
  ...generateKeyPairSync(...options).privateKey.export({ format: 'jwk' }),
  kid: `${alg}-${randomBytes(4).toString('hex')}`,
  use: 'sig',
  alg,
});

const provider = new Provider(ISSUER, {
  clients: [
    {
      client_id: 'judged',
      client_secret: 'secret-of-the-judged',
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      redirect_uris: [redirectUri],
      post_logout_redirect_uris: [postLogoutRedirectUri],
      id_token_signed_response_alg: 'ES256',
    },
  ],
  jwks: {
    keys: [key('ES256', 'ec', { namedCurve: 'P-256' }), key('RS256', 'rsa', { modulusLength: 2048 })],
  },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  ttl: { AccessToken: 2, AuthorizationCode: 60, IdToken: 300, RefreshToken: 3600, Grant: 3600, Session: 3600, Interaction: 600 },
  claims: {
    profile: ['name', 'given_name', 'nickname', 'locale', 'picture'],
    email: ['email', 'email_verified'],
    phone: ['phone_number', 'phone_number_verified'],
    address: ['address'],
  },
  findAccount: (_ctx, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      name: `${id} Judge`,
      given_name: id,
      locale: 'en',
      email: `${id}@judge.example`,
      email_verified: true,
      phone_number: '+15550000009',
      phone_number_verified: false,
      address: { country: 'JP', street_address: '1-1 Chiyoda' },
    }),
  }),
  features: {
    devInteractions: { enabled: false },
    revocation: { enabled: true },
    rpInitiatedLogout: { enabled: true, logoutSource: pages.signOut, postLogoutSuccessSource: pages.signedOut },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_ctx, indicator) => {
        if (indicator !== SHOP) throw new InvalidTarget();
        return {
          scope: 'read:orders write:orders',
          audience: SHOP,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 60,
          jwt: { sign: { alg: 'RS256' } },
        };
      },
    },
  },
  interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
  renderError: pages.error,
});
const { InvalidTarget } = (await import('oidc-provider')).errors;

// What happened, without values that open anything.
const log = [];
const grants = new Map();
const owners = new Map();
const note = (event, ctx, error) => {
  const { entities = {}, params = {}, session } = ctx.oidc ?? {};
  const account =
    [entities.Account, entities.RefreshToken, entities.AccessToken, session].find((known) => known?.accountId)?.accountId ??
    owners.get(params.refresh_token);
  log.push({
    event,
    account: account ?? null,
    grantType: params.grant_type ?? null,
    resource: params.resource ?? null,
    asked: params.scope ?? null,
    granted: ctx.body?.scope ?? null,
    replaced: Boolean(ctx.body?.refresh_token && ctx.body.refresh_token !== params.refresh_token),
    error: error ? `${error.message}: ${error.error_detail ?? error.error_description ?? ''}` : null,
  });
  if (event === 'grant.success') {
    owners.set(ctx.body.refresh_token, account);
    grants.set(account, (grants.get(account) ?? new Set()).add(entities.Grant.jti));
  }
};
for (const event of ['authorization.success', 'grant.success', 'grant.revoked', 'end_session.success']) {
  provider.on(event, (ctx) => note(event, ctx));
}
for (const event of [
  'authorization.error',
  'grant.error',
  'userinfo.error',
  'revocation.error',
  'end_session.error',
  'discovery.error',
  'jwks.error',
  'server_error',
]) {
  provider.on(event, (ctx, error) => note(event, ctx, error));
}

const endGrants = async (account) => {
  for (const id of grants.get(account) ?? []) await (await provider.Grant.find(id))?.destroy();
};

const mounted = provider.callback();
const server = createServer(async (request, response) => {
  const url = new URL(request.url, ISSUER);
  const json = (value) => response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
  const account = url.searchParams.get('account');
  try {
    if (url.pathname === MOUNT || url.pathname.startsWith(`${MOUNT}/`)) {
      // The provider finds out from the two addresses where it is mounted.
      request.originalUrl = request.url;
      request.url = request.url.slice(MOUNT.length) || '/';
      return await mounted(request, response);
    }
    if (url.pathname.startsWith('/interaction/')) return await pages.interact(provider, request, response);
    if (url.pathname === '/log') return json(log.filter((entry) => entry.account === account));
    if (url.pathname === '/end-grants' && request.method === 'POST') {
      await endGrants(account);
      return response.end();
    }
    response.writeHead(404).end();
  } catch (error) {
    console.error(error);
    response.writeHead(500).end();
  }
});
server.listen(Number(port), '127.0.0.1');
