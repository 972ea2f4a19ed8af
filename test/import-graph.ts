import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import ts from 'typescript'

/** One import of one file by another. */
export interface Import {
  /** The file that imports, from the root of the checkout. */
  from: string
  /** What it says. */
  target: string
  /** The file that is meant, from the root; undefined for a package. */
  to: string | undefined
}

const slashes = (path: string): string => path.split(sep).join('/')
/** Whether a file is a test or helps tests. */
export const isTest = (path: string): boolean => /\.test\.ts$|^test\/|\/testing(-\w+)?\.ts$|\/(testing|tests)\//.test(path)

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true

/** Every TypeScript and Vue file in a folder and below, from the root. */
export function sourceFiles(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    return entry.isDirectory() ? sourceFiles(root, path) : /\.(ts|vue)$/.test(entry.name) ? [path] : []
  }).sort()
}

/** The TypeScript of a file: all of it, or what stands in a Vue file's scripts. */
export function scriptOf(path: string): string {
  const text = readFileSync(path, 'utf8')
  return path.endsWith('.vue') ? [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, script]) => script).join('\n') : text
}

/**
 * All imports of these files, found by TypeScript's own scanner, which needs no parsing: static ones, `export … from`,
 * `import()` and imports of types. @throws Error for a relative one that leads to no file
 */
export function importsOf(root: string, files: readonly string[]): Import[] {
  return files.flatMap((from) => ts.preProcessFile(scriptOf(join(root, from)), true, true).importedFiles
    .map(({ fileName: target }) => ({ from, target, to: fileMeant(root, from, target) })))
}

/** The file that a relative import means, from the root; undefined for a package. @throws Error where there is none */
export function fileMeant(root: string, from: string, target: string): string | undefined {
  if (!target.startsWith('.')) return undefined
  const path = resolve(root, dirname(from), target.replace(/\?.*$/, ''))
  const found = [`${path}.ts`, path, join(path, 'index.ts')].find(isFile)
  if (found === undefined) throw new Error(`${from} imports ${target}, which is no file`)
  return slashes(relative(root, found))
}

/**
 * Circles among the files and folders below `top`: at every folder, its own files and its subfolders (each with all that
 * is in it as one) may import one another in one direction only.
 * @returns each circle as the steps that make it, an import a step
 */
export function circlesIn(top: string, imports: readonly Import[]): string[] {
  const levels = new Map<string, Map<string, Map<string, Import>>>()
  for (const each of imports) {
    if (each.to === undefined || !each.to.startsWith(`${top}/`) || !each.from.startsWith(`${top}/`)) continue
    const [from, to] = [each.from.split('/'), each.to.split('/')]
    const common = from.findIndex((part, index) => part !== to[index])
    if (common < 0) continue
    const [folder, one, other] = [from.slice(0, common).join('/'), from[common]!, to[common]!]
    const nodes = levels.get(folder) ?? new Map<string, Map<string, Import>>()
    levels.set(folder, nodes)
    const next = nodes.get(one) ?? new Map<string, Import>()
    nodes.set(one, next)
    if (!next.has(other)) next.set(other, each)
  }
  return [...levels].sort().flatMap(([folder, nodes]) => circleAmong(nodes).map((steps) => `${folder}: ${steps}`))
}

/** The first circle that a walk from each node meets. */
function circleAmong(nodes: ReadonlyMap<string, ReadonlyMap<string, Import>>): string[] {
  const done = new Set<string>()
  const circles: string[] = []
  const walk = (node: string, path: readonly string[]): void => {
    const at = path.indexOf(node)
    if (at >= 0) {
      const circle = [...path.slice(at), node]
      circles.push(circle.slice(1).map((name, index) => {
        const { from, to } = nodes.get(circle[index]!)!.get(name)!
        return `${from} → ${to}`
      }).join(', '))
      return
    }
    if (done.has(node)) return
    for (const next of nodes.get(node)?.keys() ?? []) walk(next, [...path, node])
    done.add(node)
  }
  for (const node of nodes.keys()) walk(node, [])
  return circles
}
