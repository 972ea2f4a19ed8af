import { defineConfig } from '@playwright/test'

/** The real window and the installed program; `npm test` runs both under Xvfb, one test at a time. */
export default defineConfig({
  testDir: 'test',
  outputDir: 'test-results/failures',
  workers: 1,
  fullyParallel: false,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  forbidOnly: Boolean(process.env['CI']),
  projects: [
    { name: 'window', testDir: 'test/e2e' },
    { name: 'package', testDir: 'test/package', timeout: 240_000 }
  ]
})
