import { application, judge, judgePort } from './setting';

import { defineConfig } from '@playwright/test';

import base from '../playwright.config';
import * as setting from '../setting';

const server = base.webServer;
if (!server || Array.isArray(server)) throw new Error('the other tests start one server');

export default defineConfig({
  ...base,
  testDir: __dirname,
  outputDir: '../test-results/judge',
  timeout: 30_000,
  reporter: [['list'], ['../closing-line.ts']],
  globalTimeout: 180_000,
  webServer: [
    {
      command: `exec node provider.mjs ${judgePort} ${application}/callback ${application}/`,
      cwd: __dirname,
      url: `${judge}/oidc/.well-known/openid-configuration`,
      reuseExistingServer: false,
      timeout: 15_000,
      gracefulShutdown: { signal: 'SIGTERM', timeout: 2_000 },
    },
    // The settings in this folder say what to ask the judge for.
    { ...server, cwd: __dirname, env: setting.serverEnvironment },
  ],
});
