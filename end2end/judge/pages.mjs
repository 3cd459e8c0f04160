// What a person sees at the judge: plain forms, which need no script.

import { text } from 'node:stream/consumers';

const escape = (value) =>
  String(value).replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

const document = (title, body) =>
  `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><link rel="icon" href="data:,"></head>` +
  `<body><main><h1>${title}</h1>${body}</main></body></html>`;

const signIn = (problem) =>
  document(
    'Judge: sign in',
    `${problem ? `<p role="alert">${escape(problem)}</p>` : ''}<form method="post">
<p><label>Name <input name="name" autocomplete="username" required></label></p>
<p><label>Password <input name="password" type="password" autocomplete="current-password" required></label></p>
<button>Sign in</button></form>`,
  );

const consent = ({ missingOIDCScope = [], missingResourceScopes = {} }) => {
  const asked = [...missingOIDCScope, ...Object.values(missingResourceScopes).flat()];
  return document(
    'Judge: consent',
    `<ul>${asked.map((scope) => `<li>${escape(scope)}</li>`).join('')}</ul>
<form method="post"><button name="answer" value="authorize">Authorize</button> <button name="answer" value="cancel">Cancel</button></form>`,
  );
};

const show = (response, status, page) =>
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(page);

/** Grants what the request lacks, in the grant of the session if there is one. */
const grantMissing = async (provider, { session, params, grantId, prompt: { details } }) => {
  const grant =
    (grantId && (await provider.Grant.find(grantId))) ??
    new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  if (details.missingOIDCScope) grant.addOIDCScope(details.missingOIDCScope.join(' '));
  for (const [resource, scopes] of Object.entries(details.missingResourceScopes ?? {})) {
    grant.addResourceScope(resource, scopes.join(' '));
  }
  return grant.save();
};

const interact = async (provider, request, response) => {
  const details = await provider.interactionDetails(request, response);
  const login = details.prompt.name === 'login';
  if (request.method !== 'POST') return show(response, 200, login ? signIn() : consent(details.prompt.details));

  const form = new URLSearchParams(await text(request));
  const finish = (result) =>
    provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
  if (login) {
    const name = form.get('name');
    if (!name || form.get('password') !== name) return show(response, 422, signIn('Wrong name or password.'));
    return finish({ login: { accountId: name } });
  }
  if (form.get('answer') !== 'authorize') {
    return finish({ error: 'access_denied', error_description: 'the person cancelled' });
  }
  return finish({ consent: { grantId: await grantMissing(provider, details) } });
};

export const pages = {
  interact,
  signOut: (ctx, form) => {
    ctx.body = document(
      'Judge: sign out',
      `${form}<button form="op.logoutForm" name="logout" value="yes">Sign out</button>`,
    );
  },
  signedOut: (ctx) => {
    ctx.body = document('Judge: signed out', '');
  },
  error: (ctx, out) => {
    ctx.type = 'html';
    ctx.body = document('Judge: error', `<p role="alert">${escape(out.error)}: ${escape(out.error_description)}</p>`);
  },
};
