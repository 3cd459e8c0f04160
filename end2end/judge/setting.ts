// Has to be imported before anything that reads the settings of the other tests: to the server, the judge is a Logto.

const port = Number(process.env['E2E_PORT'] ?? '3110');

/** Where the judge listens. */
export const judgePort = port + 1;
export const judge = `http://127.0.0.1:${judgePort}`;
export const application = `http://localhost:${port}`;

Object.assign(process.env, {
  E2E_PORT: `${port}`,
  E2E_IDP: 'judge',
  E2E_LIVE: '1',
  LOGTO_ENDPOINT: `${judge}/`,
  LOGTO_APP_ID: 'judged',
  LOGTO_APP_SECRET: 'secret-of-the-judged',
  E2E_USERNAME: 'somebody',
  E2E_PASSWORD: 'somebody',
});
