import { defineConfig, devices } from '@playwright/test';

import * as setting from './setting';

const isRoot = process.getuid?.() === 0;

const pictures = [
  ...(setting.takeScreenshots ? [] : ['**/screenshots.spec.ts']),
  ...(setting.takePictures ? [] : ['**/component-pictures.spec.ts']),
];

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  workers: 2,
  timeout: 30_000,
  expect: { timeout: 5_000 },
  reporter: [['list'], ['./closing-line.ts']],
  use: {
    ...devices['Desktop Chrome'],
    baseURL: setting.baseURL,
    colorScheme: 'light',
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: setting.takeSnapshots, sources: false },
    launchOptions: {
      ...(setting.chromium ? { executablePath: setting.chromium } : {}),
      args: [
        // The sandbox of Chromium refuses to run for root, which is what containers often are.
        ...(isRoot ? ['--no-sandbox'] : []),
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-quic',
      ],
    },
  },
  projects: [
    { name: 'hydrated', use: { javaScriptEnabled: true }, testIgnore: ['**/*.no-js.spec.ts', ...pictures] },
    { name: 'no-js', use: { javaScriptEnabled: false }, testIgnore: ['**/*.hydrate.spec.ts', ...pictures] },
  ],
  webServer: {
    command: `exec "${setting.server}"`,
    cwd: setting.serverFolder,
    env: setting.serverEnvironment,
    url: `${setting.baseURL}/healthz`,
    reuseExistingServer: setting.reuseServer,
    timeout: 30_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 2_000 },
  },
});
