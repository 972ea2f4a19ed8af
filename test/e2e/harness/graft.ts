import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, expect, test as base, type ElectronApplication, type Page } from '@playwright/test'
import { findRuntimes, projectFolder } from './places'

export { expect }

export interface LaunchOptions {
  /** A data folder of before; otherwise a new, empty one. */
  dataDir?: string
  /** In place of a named data folder: the folder of application data, in which Graft finds its own as for any person. */
  applicationData?: string
  language?: 'en' | 'zh'
  /** Files and addresses that the system asks the program to open, as by a double click. */
  opens?: string[]
  /** Chromium's own switches, such as `--log-net-log=FILE`; the installed program takes none of them. */
  switches?: string[]
  environment?: Record<string, string>
}

/** Graft as a person has it before them, from the checkout's build. */
export interface Graft {
  app: ElectronApplication
  page: Page
  dataDir: string
  /** Exceptions and errors on the page's console so far; a test that meant to cause some takes them out. */
  faults: string[]
  /** What main wrote to its log so far. */
  log(): string
  /** Ends the program without its questions. */
  close(): Promise<void>
}

interface Fixtures {
  /** A folder that is deleted after the test. */
  temporaryFolder(name: string): string
  launchGraft(options?: LaunchOptions): Promise<Graft>
}

/** What would change how the program starts or speaks. */
const left = ['ELECTRON_RUN_AS_NODE', 'ELECTRON_RENDERER_URL', 'NODE_OPTIONS', 'LC_ALL', 'LC_MESSAGES']
const locales = { en: 'en_US', zh: 'zh_CN' }

/** The environment of a program under test: nothing of the person's own data, and the runtimes that set-up brought. */
export function environmentFor(dataDir: string, cacheDir: string, language: 'en' | 'zh'): Record<string, string> {
  const own = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => (
    entry[1] !== undefined && !left.includes(entry[0])
  )))
  return {
    ...own, GRAFT_DATA_DIR: dataDir, GRAFT_CACHE_DIR: cacheDir, GRAFT_RUNTIME_DIR: findRuntimes().folder,
    LANG: `${locales[language]}.UTF-8`, LANGUAGE: locales[language]
  }
}

/** Where Graft finds its data by itself, in a folder of application data (on a Mac, in a home folder). */
export const dataFolderIn = (applicationData: string): string =>
  join(applicationData, ...(process.platform === 'darwin' ? ['Library', 'Application Support'] : []), 'graft')

export const test = base.extend<Fixtures>({
  temporaryFolder: async ({}, use) => {
    const folders: string[] = []
    await use((name) => {
      const folder = mkdtempSync(join(tmpdir(), `graft-${name}-`))
      folders.push(folder)
      return folder
    })
    for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  },

  launchGraft: async ({ temporaryFolder }, use, testInfo) => {
    const open = new Set<Graft>()
    await use(async ({ applicationData, dataDir, language = 'en', opens = [], switches = [], environment = {} } = {}) => {
      const folder = dataDir ?? (applicationData ? dataFolderIn(applicationData) : temporaryFolder('data'))
      const graft = await launch({ dataDir: folder, applicationData, language, opens, switches, environment, cacheDir: temporaryFolder('cache') })
      open.add(graft)
      graft.app.on('close', () => open.delete(graft))
      return graft
    })
    for (const graft of open) {
      // A page that threw is a failure, whatever else went well.
      expect.soft(graft.faults).toEqual([])
      if (testInfo.status !== testInfo.expectedStatus) {
        await testInfo.attach('main.log', { body: graft.log(), contentType: 'text/plain' })
        const picture = await graft.page.screenshot({ timeout: 5_000 }).catch(() => undefined)
        if (picture) await testInfo.attach('window', { body: picture, contentType: 'image/png' })
      }
      await graft.close()
    }
  }
})

interface Launch extends Required<Omit<LaunchOptions, 'applicationData'>> { applicationData: string | undefined, cacheDir: string }

async function launch({ dataDir, applicationData, language, opens, switches, environment, cacheDir }: Launch): Promise<Graft> {
  const { electron } = findRuntimes()
  const app = await _electron.launch({
    executablePath: electron,
    args: [...switches, projectFolder, ...(applicationData ? [] : [`--data-dir=${dataDir}`]), ...opens],
    cwd: projectFolder,
    env: {
      ...environmentFor(dataDir, cacheDir, language), ...environment,
      ...(applicationData && { GRAFT_DATA_DIR: '', HOME: applicationData, XDG_DATA_HOME: applicationData, APPDATA: applicationData })
    },
    // Chromium refuses to run its sandbox as root.
    chromiumSandbox: process.getuid?.() !== 0,
    timeout: 60_000
  })
  // On a busy machine the program itself may take half a minute to come up.
  const page = await app.firstWindow({ timeout: 60_000 })
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.stack ?? error.message))
  page.on('console', (message) => { if (message.type() === 'error') faults.push(message.text()) })
  await page.waitForLoadState('domcontentloaded')
  return {
    app, page, dataDir, faults,
    log: () => {
      try {
        return readFileSync(join(dataDir, 'logs', 'main.log'), 'utf8')
      } catch {
        return ''
      }
    },
    close: async () => {
      const gone = app.waitForEvent('close', { timeout: 10_000 }).catch(() => app.process().kill('SIGKILL'))
      await app.evaluate(({ app: electronApp }) => { setImmediate(() => electronApp.exit(0)) }).catch(() => undefined)
      await gone
    }
  }
}
