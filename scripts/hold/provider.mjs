// An OpenID provider for these measurements, inside this program: it signs everybody in without asking, replaces the
// refresh token at every refresh, and fails as the test asks. As at Logto, a replaced token works for three more seconds,
// then ends the grant; the layout of addresses and the signing algorithm are Logto's, too.

import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createServer } from 'node:http';

const KEY_ID = 'hold';

const random = () => randomBytes(24).toString('base64url');
const base64 = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The client secret that a request proves itself by. */
function secretOf({ headers }) {
  const basic = Buffer.from(headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString();
  return decodeURIComponent(basic.split(':')[1] ?? '');
}

/** Ways to lose an answer: the connection is reset or closed before it, or closed in the middle of it. */
export const LOSSES = {
  reset: (response) => response.socket.resetAndDestroy(),
  closed: (response) => response.socket.destroy(),
  cut: (response, body) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.write(body.slice(0, body.length / 2), () => response.socket.destroy());
  },
};

export class Provider {
  /** How many seconds an access token lives. */
  accessTokenLife = 3600;
  /** Milliseconds between a refresh and its answer. */
  refreshDelay = 0;
  /** How the answers of the next refreshes are lost, after the token was replaced: ways of `LOSSES`. */
  losses = [];
  /** How many refreshes there were. */
  refreshes = 0;
  /** How many milliseconds a replaced refresh token goes on working; Logto's grace. */
  grace = 3_000;
  /** The subjects whose grant was ended by a replaced refresh token. */
  revoked = [];
  /** Every refresh: whose, by which client secret, when, and when it was answered. */
  log = [];

  #keys = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  #codes = new Map();
  #accessTokens = new Map();
  #refreshTokens = new Map();
  #server = createServer((request, response) => {
    this.#answer(request, response).catch((error) => response.writeHead(500).end(`${error}\n`));
  });

  static async start() {
    const provider = new Provider();
    await new Promise((listening) => provider.#server.listen(0, '127.0.0.1', listening));
    provider.endpoint = `http://127.0.0.1:${provider.#server.address().port}/`;
    provider.issuer = `${provider.endpoint}oidc`;
    return provider;
  }

  stop() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request, response) {
    const url = new URL(request.url, this.endpoint);
    let body = '';
    for await (const piece of request) body += piece;
    const json = (value, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(value));
    switch (url.pathname) {
      case '/oidc/.well-known/openid-configuration':
        return json(this.#description());
      case '/oidc/jwks':
        return json({ keys: [{ ...this.#keys.publicKey.export({ format: 'jwk' }), kid: KEY_ID, alg: 'ES384', use: 'sig' }] });
      case '/oidc/auth':
        return response.writeHead(303, { location: this.#authorize(url.searchParams) }).end();
      case '/oidc/token':
        return this.#token(new URLSearchParams(body), secretOf(request), response, json);
      case '/oidc/me': {
        const held = this.#accessTokens.get(request.headers.authorization?.replace('Bearer ', ''));
        return held && held.expires > Date.now() ? json({ sub: held.grant.subject, name: 'A Person' }) : json({ error: 'invalid_token' }, 401);
      }
      case '/oidc/token/revocation':
        return response.end();
      default:
        return response.writeHead(404).end();
    }
  }

  #description() {
    const at = (path) => `${this.issuer}/${path}`;
    return {
      issuer: this.issuer,
      authorization_endpoint: at('auth'),
      token_endpoint: at('token'),
      userinfo_endpoint: at('me'),
      jwks_uri: at('jwks'),
      end_session_endpoint: at('session/end'),
      revocation_endpoint: at('token/revocation'),
      id_token_signing_alg_values_supported: ['ES384'],
      code_challenge_methods_supported: ['S256'],
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      authorization_response_iss_parameter_supported: true,
    };
  }

  /** The address that the browser is sent back to, with a code for somebody new, whose subject is the `state`. */
  #authorize(query) {
    const code = random();
    this.#codes.set(code, {
      subject: query.get('state'),
      nonce: query.get('nonce'),
      application: query.get('client_id'),
      scope: query.get('scope'),
      signedInAt: Math.floor(Date.now() / 1000),
      ended: false,
    });
    const back = new URL(query.get('redirect_uri'));
    back.search = new URLSearchParams({ code, state: query.get('state'), iss: this.issuer });
    return back.href;
  }

  async #token(form, secret, response, json) {
    const refreshes = form.get('grant_type') === 'refresh_token';
    const grant = refreshes ? this.#useRefreshToken(form.get('refresh_token')) : this.#codes.get(form.get('code'));
    this.#codes.delete(form.get('code'));
    if (!grant) return json({ error: 'invalid_grant', error_description: 'grant request is invalid' }, 400);
    const answer = this.#issue(grant, form.get('scope') ?? grant.scope);
    if (refreshes) {
      this.refreshes += 1;
      const entry = { subject: grant.subject, secret, at: Date.now() };
      this.log.push(entry);
      response.on('finish', () => (entry.answeredAt = Date.now()));
      const loss = this.losses.shift();
      if (loss) return LOSSES[loss](response, JSON.stringify(answer));
      await new Promise((resolve) => setTimeout(resolve, this.refreshDelay));
    }
    return json(answer);
  }

  #useRefreshToken(value) {
    const held = this.#refreshTokens.get(value);
    if (!held || held.grant.ended) return null;
    if (held.replacedAt && Date.now() - held.replacedAt >= this.grace) {
      held.grant.ended = true;
      this.revoked.push(held.grant.subject);
      return null;
    }
    held.replacedAt ??= Date.now();
    return held.grant;
  }

  #issue(grant, scope) {
    const [accessToken, refreshToken] = [random(), random()];
    this.#accessTokens.set(accessToken, { grant, expires: Date.now() + this.accessTokenLife * 1000 });
    this.#refreshTokens.set(refreshToken, { grant });
    return {
      access_token: accessToken,
      refresh_token: refreshToken,
      id_token: this.#idToken(grant),
      expires_in: this.accessTokenLife,
      token_type: 'Bearer',
      scope,
    };
  }

  #idToken({ subject, nonce, application, signedInAt }) {
    const now = Math.floor(Date.now() / 1000);
    return this.#sign('JWT', {
      iss: this.issuer,
      aud: application,
      sub: subject,
      iat: now,
      exp: now + 3600,
      auth_time: signedInAt,
      nonce,
      name: 'A Person',
    });
  }

  /** The token of a back-channel logout that ends all sessions of a person. */
  logoutToken(subject) {
    const iat = Math.floor(Date.now() / 1000);
    const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
    return this.#sign('logout+jwt', { iss: this.issuer, aud: 'hold', sub: subject, iat, exp: iat + 120, jti: random(), events });
  }

  #sign(typ, claims) {
    const signed = `${base64({ alg: 'ES384', typ, kid: KEY_ID })}.${base64(claims)}`;
    const signature = sign('sha384', signed, { key: this.#keys.privateKey, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')}`;
  }
}
