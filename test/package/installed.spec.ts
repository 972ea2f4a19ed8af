import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { chromium, type Page } from '@playwright/test'
import type { Doctor } from '../../src/contract/doctor'
import { ask, digitsSpec, waitFor, waitForRun, waitForSamples } from '../e2e/harness/api'
import { expect, test } from '../e2e/harness/graft'
import { findRuntimes, projectFolder } from '../e2e/harness/places'
import { uninterrupted } from '../e2e/harness/reference'
import { shot } from '../e2e/harness/screens'
import { grantSomeLabels, pick, setEpochs, start } from '../e2e/harness/steps'

const run = promisify(execFile)
const isRoot = process.getuid?.() === 0

interface Installed {
  /** `/usr/lib/graft`, or where it was unpacked. */
  folder: string
  /** The `graft` command. */
  command: string
  remove(): Promise<void>
}

/** Installs the package; where this user may not, or has Graft installed, unpacks it and runs it from there. */
async function install(file: string, folder: string): Promise<Installed> {
  const isThere = spawnSync('dpkg-query', ['--show', 'graft']).status === 0
  if (isRoot && !isThere) {
    await run('dpkg', ['--install', file], { maxBuffer: 2 ** 24 })
    return { folder: '/usr/lib/graft', command: '/usr/bin/graft', remove: async () => { await run('dpkg', ['--remove', 'graft']) } }
  }
  const reason = isThere ? 'Graft is installed here already' : 'only root installs packages'
  test.info().annotations.push({ type: 'not installed', description: reason })
  process.stdout.write(`    the package is unpacked and run from there: ${reason}\n`)
  await run('dpkg', ['--extract', file, folder])
  return { folder: join(folder, 'usr', 'lib', 'graft'), command: join(folder, 'usr', 'bin', 'graft'), remove: () => Promise.resolve() }
}

/** A person's surroundings with nothing of a checkout in them: no Node on the path, an empty home, an empty cache. */
function bareEnvironment(home: string): NodeJS.ProcessEnv {
  mkdirSync(join(home, 'cache'), { recursive: true })
  const { DISPLAY, XAUTHORITY, WAYLAND_DISPLAY } = process.env
  return {
    PATH: '/usr/bin:/bin', HOME: home, LANG: 'en_US.UTF-8', LANGUAGE: 'en_US', GRAFT_CACHE_DIR: join(home, 'cache'),
    DISPLAY, XAUTHORITY, WAYLAND_DISPLAY
  }
}

/**
 * Starts the installed program and opens its window to the test. Playwright's own way needs Node's inspector, which the
 * package's fuses shut; the page's is Chromium's.
 */
async function openWindow(program: string, dataDir: string, environment: NodeJS.ProcessEnv): Promise<{ child: ChildProcess, page: Page }> {
  const child = spawn(program, [
    `--data-dir=${dataDir}`, '--remote-debugging-port=0', ...(isRoot ? ['--no-sandbox'] : [])
  ], { env: environment, stdio: ['ignore', 'ignore', 'pipe'] })
  const said: string[] = []
  const address = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line)
      const found = /DevTools listening on (ws:\S+)/.exec(line)?.[1]
      if (found) resolve(found)
    })
    child.on('exit', (code) => reject(new Error(`the program ended with code ${code}\n${said.join('\n')}`)))
  })
  const browser = await chromium.connectOverCDP(address, { noDefaults: true })
  const page = await waitFor('the window', 30_000, () => browser.contexts()[0]?.pages()[0])
  return { child, page }
}

test('the installed program does the sample transfer by itself, and can be removed', async ({ temporaryFolder }) => {
  test.skip(process.platform !== 'linux' || spawnSync('dpkg', ['--version']).status !== 0, 'there is no dpkg here to install a .deb with')
  test.setTimeout(300_000)
  const home = temporaryFolder('home')
  const environment = bareEnvironment(home)

  const file = await test.step('npm run package makes the .deb', async () => {
    const output = temporaryFolder('package')
    // Uncompressed: the test installs it at once.
    const { stdout } = await run(process.execPath, [
      join(projectFolder, 'scripts', 'package.mjs'), '--form', 'deb', '--compression', 'none', '--output', output
    ], { maxBuffer: 2 ** 24 })
    const made = /(\/\S+\.deb)$/m.exec(stdout)?.[1]
    expect(made, stdout).toBeDefined()
    return made!
  })

  const installed = await test.step('it installs', () => install(file, temporaryFolder('unpacked')))
  try {
    await test.step('everything is in its place', () => {
      const usr = join(installed.folder, '..', '..')
      expect(readFileSync(join(usr, 'share', 'applications', 'graft.desktop'), 'utf8')).toContain('Exec=/usr/lib/graft/graft-window')
      for (const place of ['share/icons/hicolor/256x256/apps/graft.png', 'share/icons/hicolor/scalable/apps/graft.svg', 'share/doc/graft/copyright']) {
        expect(statSync(join(usr, place)).size, place).toBeGreaterThan(100)
      }
      const notices = readFileSync(join(installed.folder, 'resources', 'notices', 'THIRD_PARTY_NOTICES.txt'), 'utf8')
      for (const name of ['@tensorflow/tfjs-core', 'vue ', 'zod ', 'sharp ', '@img/sharp-libvips']) expect(notices).toContain(name)
    })

    await test.step('its fuses are blown: no plain Node, no inspector, no foreign application', async () => {
      const fuses = await getCurrentFuseWire(join(installed.folder, 'graft-window'))
      const off = [FuseV1Options.RunAsNode, FuseV1Options.EnableNodeOptionsEnvironmentVariable, FuseV1Options.EnableNodeCliInspectArguments]
      expect(off.map((fuse) => String.fromCharCode(Number(fuses[fuse])))).toEqual(['0', '0', '0'])
      const on = [FuseV1Options.OnlyLoadAppFromAsar, FuseV1Options.EnableCookieEncryption]
      expect(on.map((fuse) => String.fromCharCode(Number(fuses[fuse])))).toEqual(['1', '1'])
      // The Electron of before 29 has no such fuse.
      const fileRights = fuses[FuseV1Options.GrantFileProtocolExtraPrivileges]
      if (fileRights !== undefined) expect(String.fromCharCode(Number(fileRights))).toBe('0')
    })

    await test.step('it does not start with a switch that opens it', async () => {
      for (const given of ['--inspect=0', '--inspect-brk=0', '--js-flags=--expose-gc', '--remote-allow-origins=*', '--disable-web-security']) {
        const { status, stderr } = spawnSync(join(installed.folder, 'graft-window'), [
          `--data-dir=${temporaryFolder('switches')}`, given, ...(isRoot ? ['--no-sandbox'] : [])
        ], { env: environment, timeout: 30_000, encoding: 'utf8' })
        expect([status, stderr]).toEqual([2, expect.stringContaining(`does not start with ${given}`)])
      }
    })

    await test.step('graft doctor finds the package\'s own TensorFlow', async () => {
      const { stdout } = await run(installed.command, ['doctor', '--json'], { env: environment })
      const doctor = JSON.parse(stdout) as Doctor
      expect(doctor.chosen.kind).toBe('cpu')
      expect(doctor.chosen.library).toMatch(/^TensorFlow \d/)
      expect(doctor.folders.cache).toBe(join(home, 'cache'))
      expect(existsSync(join(home, 'cache', 'runtime'))).toBe(false)
      expect(doctor.models).toMatchObject([{ id: 'efficientnet-lite0', available: true, licence: 'Apache-2.0' }])
      expect(readFileSync(join(installed.folder, 'resources', 'notices', 'MODELS.md'), 'utf8')).toContain('Mingxing Tan')
    })

    await test.step('its numbers are those of the checkout, to the last bit', async () => {
      const spec = digitsSpec({ epochs: 1 }, { perClass: 20 })
      const data = { dataDir: temporaryFolder('numbers'), cacheDir: temporaryFolder('numbers-cache') }
      const own = await uninterrupted(spec, data)
      const theirs = await uninterrupted(spec, { ...data, command: [installed.command], environment })
      expect(theirs).toEqual(own)
    })

    const dataDir = join(home, 'data')
    const { child, page } = await test.step('its window opens', () => openWindow(join(installed.folder, 'graft-window'), dataDir, environment))
    try {
      await waitForSamples(page)
      const info = await ask(page, 'app', 'info')
      expect(info.dataDir).toBe(dataDir)
      expect(info.electronStandIn).toBe(findRuntimes().standIn)

      await test.step('the model that comes with it lies on the shelf', async () => {
        const model = await waitFor('the model', 60_000, async () =>
          (await ask(page, 'models', 'list')).models.find(({ ref }) => ref === 'model:efficientnet-lite0'))
        expect(model).toMatchObject({ parameters: 4_652_008, origin: { embedded: true, licence: 'Apache-2.0' } })
        expect(model.classes).toHaveLength(1000)
      })
      const source = await test.step('it pre-trains on the sample', async () => {
        await setEpochs(page, 2)
        const id = await start(page)
        await waitForRun(page, id, 'the end of pre-training', ({ state }) => state === 'done', 90_000)
        return id
      })
      await test.step('and transfers to the other digits', async () => {
        await page.getByRole('button', { name: 'Use as source' }).click()
        await pick(page, 'Target data set', /UCI optical digits/)
        await grantSomeLabels(page)
        await setEpochs(page, 2)
        const id = await start(page)
        const done = await waitForRun(page, id, 'the end of the transfer', ({ state }) => state === 'done' || state === 'failed', 90_000)
        expect(done.state).toBe('done')
        expect(done.spec.source.model).toBe(`run:${source}`)
        expect(done.backend?.kind).toBe('cpu')
        expect(done.metrics.test?.n).toBeGreaterThan(0)
        await expect(page.getByText('Test accuracy')).toBeVisible()
        await shot(page, 'installed-program')
      })
      await test.step('it ends when its window is closed', async () => {
        const ended = new Promise<number | null>((resolve) => { child.on('exit', resolve) })
        await page.evaluate(() => { window.close() }).catch(() => undefined)
        expect(await ended).toBe(0)
      })
    } finally {
      child.kill('SIGKILL')
    }
  } finally {
    await installed.remove()
  }
  if (installed.folder === '/usr/lib/graft') {
    expect([installed.folder, installed.command, '/usr/share/applications/graft.desktop'].filter((place) => existsSync(place))).toEqual([])
  }
})
