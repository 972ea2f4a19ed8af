import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { randomStream } from '../../src/engine/random'
import { openLibrary } from '../../src/library'
import { clearLeftovers, repair } from '../../src/library/repair'
import { built, graft } from './graft'

/* A disk that is really full: a small file system in memory, which only root can mount. */

const disk = mkdtempSync(join(tmpdir(), 'graft-disk-'))
const outside = mkdtempSync(join(tmpdir(), 'graft-off-disk-'))
const megabyte = 2 ** 20

function mount(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', disk], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
const mounted = built && mount()
afterAll(() => {
  if (mounted) execFileSync('umount', ['--lazy', disk])
  else if (built) console.info('Skipped: a file system of a given size can be mounted by root alone.')
  for (const folder of [disk, outside]) rmSync(folder, { recursive: true, force: true })
})

const dataDir = join(disk, 'data')
const ballast = join(disk, 'ballast')
const free = (): number => statfsSync(disk).bavail * statfsSync(disk).bsize
/** Fills the disk so far that this much stays free. */
async function leave(bytes: number): Promise<void> {
  await fs.rm(ballast, { force: true })
  // What writes meanwhile takes some of the room: then the disk is as full as it was meant to be.
  await fs.writeFile(ballast, Buffer.alloc(Math.max(0, free() - bytes))).catch((error: NodeJS.ErrnoException) => { if (error.code !== 'ENOSPC') throw error })
}
const command = (...argv: string[]) => graft([...argv, '--data-dir', dataDir, '--json'])

describe.skipIf(!mounted)('a full disk (needs npm run build, and root)', () => {
  it('ends an import with a sentence, and leaves nothing of it', async () => {
    expect((await command('datasets', 'list')).code).toBe(0)
    const library = openLibrary(dataDir)
    const pictures = join(outside, 'pictures')
    const random = randomStream('pictures')
    for (const name of ['bird', 'cat']) {
      await fs.mkdir(join(pictures, name), { recursive: true })
      for (let index = 0; index < 60; index++) {
        // Portable pixmaps: nothing to encode.
        await fs.writeFile(join(pictures, name, `${index}.ppm`), Buffer.concat([Buffer.from('P6 32 32 255\n'), Buffer.from(Array.from({ length: 3072 }, () => random.integer(256)))]))
      }
    }
    const adding = ['datasets', 'add', pictures, '--id', 'pictures']
    expect((await command(...adding)).code).toBe(0)
    const { splits } = await library.datasets.get('pictures')
    const before = free()
    expect((await command('datasets', 'remove', 'pictures', '--no-undo')).code).toBe(0)
    const needed = free() - before

    for (const share of [0, 0.05, 0.3, 0.6, 0.9]) {
      await leave(Math.round(share * needed))
      const { code, stdout, stderr } = await command(...adding)
      expect(code, stderr).toBe(1)
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'disk-full' } })
      expect(await library.datasets.has('pictures')).toBe(false)
      const listed = await command('datasets', 'list')
      expect(listed.code, listed.stderr).toBe(0)
    }
    await fs.rm(ballast)
    expect((await command(...adding)).code).toBe(0)
    expect((await library.datasets.get('pictures')).splits).toEqual(splits)
  })

  it('pauses a run, which says what it needs and goes on with the same numbers when there is room', async () => {
    const training = ['run', '--source', 'arch:lenet', '--target', 'digits', '--method', 'scratch', '--labels', '20', '--epochs', '80', '--epoch-steps', '5']
    const library = openLibrary(dataDir)
    await fs.rm(ballast, { force: true })
    const undisturbed = await library.runs.get(JSON.parse((await command(...training)).stdout).id)

    let filled: Promise<void> | undefined
    let room: Promise<void> | undefined
    const { code, stdout, stderr } = await graft([...training, '--data-dir', dataDir, '--json'], {
      onStderr: (said) => {
        if (said.includes('epoch')) filled ??= leave(0)
        if (/ is full: .* needed/.test(said)) room ??= new Promise((done) => { setTimeout(done, 1500) }).then(() => fs.rm(ballast, { force: true }))
      }
    })
    await Promise.all([filled, room])
    expect(code, stderr).toBe(0)
    expect(room, stderr).toBeDefined()
    const { id } = JSON.parse(stdout)
    expect((await library.runs.get(id)).metrics).toEqual(undisturbed.metrics)
    expect((await repair(library)).damaged).toEqual([])
  })

  it('ends an export with a sentence, and leaves nothing in the person\'s folder', async () => {
    const library = openLibrary(dataDir)
    const [run] = (await library.runs.list()).runs
    const target = join(disk, 'exports')
    await fs.mkdir(target)
    await leave(0.1 * megabyte)
    const { code, stdout, stderr } = await command('models', 'export', `run:${run!.id}`, join(target, 'net.safetensors'), '--format', 'safetensors')
    expect(code, stderr).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'disk-full' } })
    expect(existsSync(join(target, 'net.safetensors'))).toBe(false)
    await clearLeftovers(dataDir)
    expect(readdirSync(target)).toEqual([])
    await fs.rm(ballast)
  })

  it('lets everything be looked at, also where it may not be written at all, and a model that comes with Graft is missing', async () => {
    const [run] = (await openLibrary(dataDir).runs.list()).runs
    const looks = [['datasets', 'list'], ['models', 'list'], ['runs', 'list'], ['runs', 'show', run!.id], ['datasets', 'show', 'digits'], ['repair']]
    await leave(0)
    for (const look of looks) expect([look.join(' '), (await command(...look)).code]).toEqual([look.join(' '), 0])
    execFileSync('mount', ['-o', 'remount,ro', disk])
    try {
      for (const look of looks) expect([look.join(' '), (await command(...look)).code]).toEqual([look.join(' '), 0])
      const removal = await command('datasets', 'remove', 'digits')
      expect([removal.code, JSON.parse(removal.stdout)]).toMatchObject([1, { error: { code: 'not-permitted' } }])
    } finally {
      execFileSync('mount', ['-o', 'remount,rw', disk])
    }
  })
})
