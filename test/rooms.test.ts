import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { innerRooms, packageRooms, rooms } from '../eslint.rooms.mjs'

const root = resolve(__dirname, '..')
const source = join(root, 'src')

function filesIn(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesIn(path) : /\.(ts|vue)$/.test(name) ? [path] : []
  })
}

const imports = filesIn(source).flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, target]) => ({ file, target: target! })))

const roomOf = (path: string): string => relative(source, path).split(sep)[0]!

describe('who may import whom', () => {
  it('finds imports to look at', () => {
    expect(imports.length).toBeGreaterThan(50)
  })

  it('lets each room reach only the rooms the design names', () => {
    const refused = imports.filter(({ file, target }) => {
      if (!target.startsWith('.')) return false
      const path = resolve(dirname(file), target)
      if (path === join(root, 'package.json')) return false
      const [from, to] = [roomOf(file), roomOf(path)]
      return from !== to && !rooms[from]?.includes(to)
    })
    expect(refused).toEqual([])
  })

  it('keeps decoders, parsers and the network out of what main loads, also by a detour', () => {
    const loaded = new Set<string>()
    const visit = (file: string): void => {
      if (loaded.has(file)) return
      loaded.add(file)
      // A type takes nothing along; nor does what is imported only when it is needed.
      const whole = readFileSync(file, 'utf8')
      for (const [, target] of whole.matchAll(/^(?:import|export) (?!type )(?:[^']*? from )?'(\.[^']+)'/gm)) {
        const path = resolve(dirname(file), target!)
        const found = [`${path}.ts`, join(path, 'index.ts'), path].find((candidate) => statSync(candidate, { throwIfNoEntry: false })?.isFile())
        if (found?.endsWith('.ts')) visit(found)
      }
    }
    visit(join(source, 'main', 'index.ts'))
    expect(loaded.size).toBeGreaterThan(50)
    const refused = [...loaded].map((file) => relative(source, file)).filter((file) => file.startsWith(join('library', 'intake', 'formats')) || file === join('images', 'decode.ts'))
    expect(refused).toEqual([])
  })

  it('keeps packages in the rooms they belong to', () => {
    const refused = imports.filter(({ file, target }) => Object.entries(packageRooms).some(([name, allowed]) =>
      (name.endsWith('/') ? target.startsWith(name) : target === name || target.startsWith(`${name}/`)) &&
      !allowed.includes(roomOf(file))))
    expect(refused).toEqual([])
  })

  it('keeps maths to TensorFlow.js, and methods to maths, training and networks', () => {
    const engine = join(source, 'engine')
    const refused = imports.filter(({ file, target }) => {
      if (!target.startsWith('.') || file.endsWith('.test.ts')) return false
      const inner = Object.entries(innerRooms).find(([folder]) => file.startsWith(join(root, folder) + sep))
      if (!inner) return false
      const path = resolve(dirname(file), target)
      if (path.startsWith(join(root, inner[0]) + sep) || !path.startsWith(engine + sep)) return false
      return !inner[1].includes(relative(engine, path).split(sep)[0]!)
    })
    expect(refused).toEqual([])
  })

  it('keeps features to their own folder, shared code and one another\'s index', () => {
    const features = join(source, 'renderer', 'features')
    const refused = imports.filter(({ file, target }) => {
      if (!target.startsWith('.')) return false
      const path = resolve(dirname(file), target)
      if (!file.startsWith(features + sep) || !path.startsWith(features + sep)) return false
      const [from, to, ...rest] = [relative(features, file).split(sep)[0], ...relative(features, path).split(sep)]
      return from !== to && rest.length > 0 && rest.join('/') !== 'index'
    })
    expect(refused).toEqual([])
  })
})
