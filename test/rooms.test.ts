import { readFileSync } from 'node:fs'
import { join, posix, resolve } from 'node:path'
import { ESLint } from 'eslint'
import { describe, expect, it } from 'vitest'
import { doors, innerRooms, packageRooms, rooms } from '../eslint.rooms.mjs'
import { circlesIn, importsOf, isTest, sourceFiles, type Import } from './import-graph'

const root = resolve(__dirname, '..')
const imports = importsOf(root, sourceFiles(root, 'src'))

/** `src/engine/network/shapes.ts` → `engine`. */
const roomOf = (path: string): string => path.split('/')[1]!
/** Imports of one room's files by another's. */
const between = imports.filter((each): each is Import & { to: string } =>
  each.to?.startsWith('src/') === true && roomOf(each.from) !== roomOf(each.to))
const shown = (refused: readonly Import[]): string[] => refused.map(({ from, target }) => `${from} imports ${target}`)

/** Whether a file is one that other rooms may import. */
function isDoor(path: string): boolean {
  const inner = path.split('/').slice(2).join('/').replace(/\.ts$/, '')
  return (doors[roomOf(path)] ?? []).some((door) => door === '*' || inner === door || inner === (door === '.' ? 'index' : `${door}/index`))
}

/** All files of ours that a file takes along when it is loaded. */
function loadedBy(first: string): string[] {
  const loaded = new Set<string>()
  const visit = (file: string): void => {
    if (loaded.has(file)) return
    loaded.add(file)
    // A type takes nothing along; nor does what is imported only when it is needed.
    const text = readFileSync(join(root, file), 'utf8')
    const targets = new Set([...text.matchAll(/^(?:import|export) (?!type )(?:[^']*? from )?'(\.[^']*)'/gm)].map(([, target]) => target))
    for (const { target, to } of imports.filter(({ from }) => from === file)) if (targets.has(target) && to?.endsWith('.ts')) visit(to)
  }
  visit(first)
  return [...loaded]
}

describe('who may import whom', () => {
  it('finds imports to look at', () => {
    expect(imports.length).toBeGreaterThan(2000)
    expect(between.length).toBeGreaterThan(500)
  })

  it('lets each room reach only the rooms the design names', () => {
    expect(shown(between.filter(({ from, to }) => !rooms[roomOf(from)]?.includes(roomOf(to))))).toEqual([])
  })

  it('lets rooms be entered by their doors only, but by tests', () => {
    expect(shown(between.filter(({ from, to }) => !isTest(from) && !isDoor(to)))).toEqual([])
  })

  it('names no door that nobody uses', () => {
    const used = new Set(between.filter(({ from }) => !isTest(from)).map(({ to }) => to))
    const unused = Object.entries(doors).flatMap(([room, named]) => named.filter((door) => door !== '*')
      .filter((door) => !used.has(`src/${room}/${door}.ts`) && !used.has(posix.join('src', room, door, 'index.ts'))).map((door) => `${room}/${door}`))
    expect(unused).toEqual([])
  })

  it('says the same in lint', async () => {
    const lint = new ESLint({ cwd: root })
    const refused = async (path: string, target: string): Promise<boolean> => {
      const [result] = await lint.lintText(`import type { X } from '${target}'\nexport type Y = X\n`, { filePath: join(root, path) })
      return result!.messages.some(({ ruleId }) => ruleId === 'no-restricted-imports')
    }
    for (const target of ['../../library/datasets/cache', '../../library/library', '../../engine', '../../renderer/router']) {
      expect([target, await refused('src/main/jobs/jobs.ts', target)]).toEqual([target, true])
    }
    for (const target of ['../../library', '../../library/datasets', '../../library/intake/known', '../../contract/runs', '../window/state']) {
      expect([target, await refused('src/main/jobs/jobs.ts', target)]).toEqual([target, false])
    }
    expect(await refused('src/main/jobs/jobs.test.ts', '../../library/datasets/cache')).toBe(false)
    expect(await refused('src/main/jobs/jobs.test.ts', '../../engine')).toBe(true)
  }, 60_000)

  it('keeps decoders, parsers and the network out of what main loads, also by a detour', () => {
    const loaded = loadedBy('src/main/index.ts')
    expect(loaded.length).toBeGreaterThan(50)
    const heavy = ['src/library/intake/formats/', 'src/library/intake/reading/', 'src/library/intake/index.ts', 'src/library/downloads/transport.ts', 'src/images/decode.ts']
    expect(loaded.filter((file) => heavy.some((path) => file.startsWith(path)))).toEqual([])
  })

  it('keeps the engine, and with it TensorFlow.js, out of a worker until a job needs it', () => {
    const onDataSets = sourceFiles(root, 'src/worker/jobs').filter((path) => path.endsWith('-dataset.ts'))
    expect(onDataSets.length).toBeGreaterThan(3)
    for (const file of ['src/worker/index.ts', ...onDataSets]) expect(loadedBy(file).filter((path) => roomOf(path) === 'engine'), file).toEqual([])
    expect(loadedBy('src/worker/jobs/train.ts')).toContain('src/engine/index.ts')
  })

  it('keeps packages in the rooms they belong to', () => {
    const refused = imports.filter(({ from, target }) => Object.entries(packageRooms).some(([name, allowed]) =>
      (name.endsWith('/') ? target.startsWith(name) : target === name || target.startsWith(`${name}/`)) && !allowed.includes(roomOf(from))))
    expect(shown(refused)).toEqual([])
  })

  it('lets each folder of the engine import what its table says', () => {
    const folders = new Set(sourceFiles(root, 'src/engine').map((path) => path.split('/').slice(0, 3).join('/')).filter((path) => !path.endsWith('.ts')))
    expect(Object.keys(innerRooms).toSorted()).toEqual([...folders].toSorted())
    const partOf = (path: string): string => path.split('/')[2]!.replace(/\.ts$/, '')
    const refused = imports.filter(({ from, to }) => {
      const allowed = innerRooms[from.split('/').slice(0, 3).join('/')]
      return allowed && !isTest(from) && to?.startsWith('src/engine/') && partOf(from) !== partOf(to) && !allowed.includes(partOf(to))
    })
    expect(shown(refused)).toEqual([])
  })

  it('keeps a folder named shared to the folder it lies in', () => {
    const refused = imports.filter(({ from, to }) => {
      const [, owner] = /^(.*\/)shared\//.exec(to ?? '') ?? []
      return owner !== undefined && !isTest(from) && !from.startsWith(owner)
    })
    expect(shown(refused)).toEqual([])
  })

  it('keeps features to their own folder, shared code and one another\'s index', () => {
    const features = 'src/renderer/features/'
    const featureOf = (path: string): string => path.slice(features.length).split('/')[0]!
    const refused = imports.filter(({ from, to }) => from.startsWith(features) && to?.startsWith(features)
      && featureOf(from) !== featureOf(to) && to !== `${features}${featureOf(to)}/index.ts`)
    expect(shown(refused)).toEqual([])
  })
})

describe('circles', () => {
  it('are none, neither of files nor of folders, types included', () => {
    expect(circlesIn('src', imports.filter(({ from }) => !isTest(from)))).toEqual([])
  })

  it('are found among files, among folders, and through several steps', () => {
    const of = (...pairs: [string, string][]): Import[] => pairs.map(([from, to]) => ({ from: `src/${from}`, target: to, to: `src/${to}` }))
    expect(circlesIn('src', of(['a/one.ts', 'a/two.ts'], ['a/two.ts', 'a/one.ts']))).toEqual(['src/a: src/a/one.ts → src/a/two.ts, src/a/two.ts → src/a/one.ts'])
    // No file imports itself in the end, but the folders do.
    expect(circlesIn('src', of(['a/one.ts', 'b/one.ts'], ['b/two.ts', 'a/two.ts']))).toHaveLength(1)
    expect(circlesIn('src', of(['a/x/one.ts', 'a/two.ts'], ['a/two.ts', 'a/y/z.ts'], ['a/y/q.ts', 'a/x/r.ts']))).toHaveLength(1)
    expect(circlesIn('src', of(['a/one.ts', 'b/one.ts'], ['a/two.ts', 'b/two.ts'], ['b/one.ts', 'b/two.ts']))).toEqual([])
  })
})
