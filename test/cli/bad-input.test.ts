import { gzipSync } from 'node:zlib'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { built, graft, type Ended } from './graft'

let folder = ''
let dataDir = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'graft-bad-'))
  dataDir = join(folder, 'data')
  mkdirSync(join(folder, 'empty'))
  writeFileSync(join(folder, 'cut.tar.gz'), gzipSync(Buffer.alloc(100_000, 7)).subarray(0, 60))
  cifar('cut', Buffer.alloc(3073 * 2 + 100))
  cifar('labels', Buffer.alloc(3073 * 2, 99))
  mkdirSync(join(folder, 'one', 'only'), { recursive: true })
  mkdirSync(join(folder, 'some', 'a'), { recursive: true })
  mkdirSync(join(folder, 'some', 'b'), { recursive: true })
  const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#40a060' } }).png().toBuffer()
  for (let index = 0; index < 6; index++) {
    for (const place of ['one/only', 'some/a', 'some/b']) writeFileSync(join(folder, place, `${index}.png`), picture)
  }
  writeFileSync(join(folder, 'some', 'a', 'broken.png'), picture.subarray(0, 40))
  // Two classes: a folder of one class is refused before its pictures are opened.
  for (const place of ['noise/a', 'noise/b']) {
    mkdirSync(join(folder, place), { recursive: true })
    writeFileSync(join(folder, place, 'broken.png'), 'not a picture')
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function cifar(name: string, records: Buffer): void {
  const place = join(folder, name)
  mkdirSync(place)
  for (const part of ['data_batch_1.bin', 'test_batch.bin']) writeFileSync(join(place, part), records)
}

const command = (...argv: string[]): Promise<Ended> => graft([...argv, '--data-dir', dataDir])
const digits = ['run', '--target', 'digits', '--source', 'arch:seed-cnn']

describe.skipIf(!built)('bad input (needs npm run build)', () => {
  it.each([
    ['a path that is not there', ['datasets', 'add', 'FOLDER/nowhere'], 1, 'nowhere'],
    ['an empty folder', ['datasets', 'add', 'FOLDER/empty'], 1, 'empty'],
    ['a truncated archive', ['datasets', 'add', 'FOLDER/cut.tar.gz'], 1, 'cut.tar.gz'],
    ['a file of a wrong size', ['datasets', 'add', 'FOLDER/cut'], 1, 'data_batch_1.bin'],
    ['labels out of range', ['datasets', 'add', 'FOLDER/labels'], 1, 'data_batch_1.bin'],
    ['nothing but broken images', ['datasets', 'add', 'FOLDER/noise'], 1, 'broken.png'],
    ['a data set with one class', ['datasets', 'add', 'FOLDER/one'], 1, 'one class'],
    ['an unknown format', ['datasets', 'add', 'FOLDER/some', '--format', 'magic'], 2, 'magic'],
    ['an unknown method', [...digits, '--method', 'magic'], 2, 'magic'],
    ['a parameter out of range', [...digits, '--method', 'scratch', '--epochs', '-1'], 2, '--epochs'],
    ['a method parameter out of range', ['run', '--target', 'digits', '--source', 'run:x', '--method', 'fine-tuning', '--set', 'layerDecay=7'], 2, 'layerDecay'],
    ['an unknown data set', ['run', '--target', 'nowhere', '--source', 'arch:seed-cnn', '--method', 'scratch'], 2, 'nowhere'],
    ['an unknown source', ['run', '--target', 'digits', '--source', 'run:nowhere', '--method', 'fine-tuning'], 2, 'nowhere'],
    ['an unknown architecture', ['run', '--target', 'digits', '--source', 'arch:nowhere', '--method', 'scratch'], 2, 'nowhere'],
    ['more labels than there are', [...digits, '--method', 'scratch', '--labels', '99999'], 2, '99999'],
    ['a method that needs a trained source', [...digits, '--method', 'fine-tuning'], 2, 'trained source model']
  ])('%s is named in one sentence', async (_, argv, code, named) => {
    const ended = await command(...argv.map((word) => word.replace('FOLDER', folder)))
    expect([ended.code, ended.stdout]).toEqual([code, ''])
    const lines = ended.stderr.trim().split('\n')
    expect(lines.filter((line) => line.startsWith('graft: '))).toHaveLength(1)
    expect(lines.at(-1)).toContain(named)
    expect(ended.stderr).not.toMatch(/\n\s+at /)
  })

  it('leaves no half-made data set and no run behind', async () => {
    const { datasets, damaged } = JSON.parse((await command('datasets', 'list', '--json')).stdout)
    expect(datasets.map(({ id }: { id: string }) => id).sort()).toEqual(['digits', 'mnist-sample'])
    expect(damaged).toEqual([])
    expect(readdirSync(join(dataDir, 'datasets')).sort()).toEqual(['digits', 'mnist-sample'])
    expect(JSON.parse((await command('runs', 'list', '--json')).stdout).runs).toEqual([])
  })

  it('a broken image among good ones is skipped, counted and listed', async () => {
    const { code, stdout } = await command('datasets', 'add', join(folder, 'some'), '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout).skipped).toMatchObject({ count: 1, files: [{ path: expect.stringContaining('broken.png') }] })
    expect((await command('datasets', 'show', 'some')).stdout).toMatch(/1 skipped:\n {2}.*broken\.png: \S/)
  })

  it('a data folder that cannot be written is named', async () => {
    // Permissions stop everybody but root, whom only the system's own folders stop.
    let locked = '/proc/graft'
    if (process.getuid?.() !== 0) {
      locked = join(folder, 'locked')
      mkdirSync(locked)
      chmodSync(locked, 0o500)
    }
    const { code, stderr } = await graft(['datasets', 'add', join(folder, 'some'), '--data-dir', join(locked, 'data')])
    expect(code).toBe(1)
    expect(stderr).toContain(`cannot write to its data folder ${locked}`)
  })

  it('a file in place of the data folder is named', async () => {
    const { code, stderr } = await graft(['datasets', 'list', '--data-dir', join(folder, 'cut.tar.gz')])
    expect(code).toBe(1)
    expect(stderr).toContain('cut.tar.gz')
  })
})
