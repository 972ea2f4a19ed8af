import fc from 'fast-check'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cases } from '#test/cases'
import type { PictureList } from '../../reading/picture-list'
import { namesBeside } from './class-list'
import { jsonTable } from './json-table'
import { withSplitLists } from './split-lists'

let folder: string
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'graft-lists-fuzz-')) })
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Twelve pictures of two classes; nothing of them but their names counts here. */
const pictures = (root: string): PictureList => ({
  classes: ['cat', 'dog'], domains: [], assumed: [],
  images: Array.from({ length: 12 }, (_, index) => ({
    path: join(root, index < 6 ? 'cat' : 'dog', `${index}.jpg`), split: 'train', label: index < 6 ? 0 : 1, bytes: 1
  })) as unknown as PictureList['images']
})
const paths = Array.from({ length: 12 }, (_, index) => `${index < 6 ? 'cat' : 'dog'}/${index}.jpg`)
const junk = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom('', '#', ',', ' ', '\\', '/', '../cat/0.jpg', '\ufeff', '0', '1', '{', '"', '\0'))
const line = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom(...paths, ...paths.map((path) => path.slice(4)), ...paths.map((path) => path.replaceAll('/', '\\'))), fc.constantFrom('', ' 1', ',cat', ', 3 4', '\t0', ';x;y', ' a b')).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: junk }
)
const text = fc.array(line, { maxLength: 16 }).map((lines) => lines.join('\n'))

describe('lists of splits', () => {
  it('give every picture one split or leave it out by name, whatever stands in them', async () => {
    let used = 0
    await fc.assert(fc.asyncProperty(fc.dictionary(fc.constantFrom('train.txt', 'test.txt', 'val.csv', 'trainval.txt', 'images.txt', 'train_test_split.txt'), text, { maxKeys: 4 }), async (files) => {
      const root = await mkdtemp(join(folder, 'splits-'))
      try {
        for (const [name, content] of Object.entries(files)) await writeFile(join(root, name), content)
        const skipped: string[] = []
        const given = pictures(root)
        const found = await withSplitLists(given, root, { skip: (path) => { skipped.push(path) } })
        const kept = found.images.map(({ path }) => path)
        expect(new Set(kept).size).toBe(kept.length)
        if (found === given) return
        used++
        // What is kept and what is left out by name are all there was; and something is trained on, something not.
        expect(kept.length + skipped.length).toBe(given.images.length)
        expect(new Set(found.images.map(({ split }) => split)).size).toBeGreaterThan(1)
      } finally {
        await rm(root, { recursive: true, force: true })
      }
    }), { numRuns: cases(10_000) })
    expect(used).toBeGreaterThan(cases(10_000) / 1000)
  }, 240_000)

  it('with lines that are made to take long take no longer', async () => {
    const root = join(folder, 'long')
    await mkdir(root)
    const long = [`${','.repeat(200_000)} x`, '/'.repeat(200_000), `a${' '.repeat(200_000)}b`, ...Array.from({ length: 2_000 }, () => `${',; '.repeat(600)}x y`)]
    await writeFile(join(root, 'train.txt'), [...paths.slice(0, 6), ...long].join('\n'))
    await writeFile(join(root, 'test.txt'), paths.slice(6).join('\n'))
    const start = process.cpuUsage()
    await withSplitLists(pictures(root), root, { skip: () => undefined })
    const { user } = process.cpuUsage(start)
    expect(user / 1e6).toBeLessThan(5)
  }, 60_000)
})

describe('lists of class names', () => {
  const yaml = fc.tuple(fc.constantFrom('', 'nc: 2\n', '\ufeff'), fc.constantFrom('names:', 'names :', 'names: [', 'names:\n'), fc.array(fc.oneof(
    fc.constantFrom('- cat', '  - "dog"', '0: cat', '  1: dog', "[cat, 'dog']", 'cat, dog]', ']', '"', 'names:'), junk), { maxLength: 5 })).map(([before, key, lines]) => `${before}${key}${lines.join('\n')}`)
  const json = fc.oneof(fc.json({ maxDepth: 4 }), fc.constantFrom('{"0":"cat","1":"dog"}', '["cat","dog"]', '{"cat":0,"dog":1}', '{"0":["n1","cat"],"1":["n2","dog"]}', '{"__proto__":"x","1":"y"}', '[', '{'))
  const listed = fc.array(fc.oneof(fc.constantFrom('cat', 'dog', '0 cat', '1 dog', '0: cat', '1,dog', 'n01440764 tench', 'n01443537 goldfish'), junk), { maxLength: 4 }).map((lines) => lines.join('\n'))

  it('name every class or none, each by a name of its own', async () => {
    let used = 0
    const file = fc.oneof(yaml.map((content) => ['data.yaml', content] as const), json.map((content) => ['classes.json', content] as const), listed.map((content) => ['classes.txt', content] as const))
    await fc.assert(fc.asyncProperty(file, fc.constantFrom(['0', '1'], ['1', '2'], ['000', '001'], ['n01440764', 'n01443537']), async ([name, content], labels) => {
      const root = await mkdtemp(join(folder, 'names-'))
      try {
        await writeFile(join(root, name), content)
        const found = await namesBeside(root, new Set(labels))
        if (!found) return
        used++
        const names = labels.map((label) => found.of(label))
        expect(new Set(names).size).toBe(labels.length)
        for (const each of names) expect(each).toMatch(/[^]/)
      } finally {
        await rm(root, { recursive: true, force: true })
      }
    }), { numRuns: cases(10_000) })
    expect(used).toBeGreaterThan(cases(10_000) / 1000)
  }, 240_000)
})

describe('labels in JSON', () => {
  it('become rows of texts, all of one length, or nothing', () => {
    const known = fc.constantFrom<unknown>(
      { images: [{ id: 1, file_name: 'a.jpg' }], annotations: [{ image_id: 1, category_id: 2 }], categories: [{ id: 2, name: 'cat' }] },
      [['a.jpg', 0], ['b.jpg', 1]], { labels: [['a.png', 0]] }, { 'a.jpg': 'cat', 'b.jpg': 'dog' }, { cat: ['a.jpg'], dog: ['b.jpg'] }, { 'a.jpg': { label: 'cat' }, 'b.jpg': {} }
    )
    const value = fc.oneof(known, fc.jsonValue({ maxDepth: 5 }), fc.array(fc.dictionary(fc.constantFrom('file', 'label', 'id'), fc.jsonValue({ maxDepth: 2 })), { maxLength: 4 }))
    const broken = fc.oneof(value.map((each) => JSON.stringify(each)), fc.array(value.map((each) => JSON.stringify(each)), { maxLength: 4 }).map((lines) => lines.join('\n')),
      fc.tuple(value.map((each) => JSON.stringify(each)), fc.nat(60)).map(([whole, cut]) => whole.slice(0, -cut)))
    fc.assert(fc.property(broken, (content) => {
      const rows = jsonTable(content)
      if (!rows) return
      for (const row of rows) {
        expect(row.length).toBe(rows[0]!.length)
        for (const cell of row) expect(typeof cell).toBe('string')
      }
    }), { numRuns: cases(10_000) })
  }, 120_000)

  it('that are nested without end, or whose every row has columns of its own, are no trouble', () => {
    const deep = `[{"file":${'['.repeat(50_000)}${']'.repeat(50_000)}},{"file":"b"}]`
    expect(jsonTable(deep)?.length).toBe(3)
    const wide = JSON.stringify(Array.from({ length: 40_000 }, (_, row) => row < 1_000 ? Object.fromEntries(Array.from({ length: 50 }, (_, column) => [`${row}-${column}`, 1])) : {}))
    expect(jsonTable(wide)![0]!.length).toBeLessThanOrEqual(500)
  }, 60_000)
})
