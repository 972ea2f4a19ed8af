import { basename, dirname, posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rooms } from '../eslint.rooms.mjs'
import { anchorOf, commandsOf, madeFolders, parsePage, projectFiles, readPage, type Page } from './markdown'

const files = projectFiles()
const places = new Set(files.flatMap((path) => {
  const parts = path.split('/')
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}))
const names = new Set(files.map((path) => basename(path)))

const roots = new Set(files.filter((path) => path.includes('/')).map((path) => path.split('/')[0]!))

const pages = files.filter((path) => /^(?:[^/]+|docs\/[^/]+|\.github\/.+)\.md$/.test(path))
const parsed = new Map(pages.map((path) => [path, parsePage(readPage(path))]))

/** A path without what stands for something (`<id>`, `*.md`): the folder that must be there all the same. */
const fixedPart = (path: string): string => {
  const parts = path.replace(/\/$/, '').split('/')
  const open = parts.findIndex((part) => /[<*…]/.test(part))
  return (open < 0 ? parts : parts.slice(0, open)).join('/')
}

/** What looks like a file or folder of this project, in backticks, and is none. */
function missingPaths({ code }: Pick<Page, 'code'>): string[] {
  return code.filter((text) => {
    if (!/^[\w.@-]+(?:\/[\w.@*<>…-]+)*\/?$/.test(text)) return false
    const [first = ''] = text.split('/')
    if (madeFolders.includes(first)) return false
    if (roots.has(first)) return !places.has(fixedPart(text))
    // Elsewhere only what can be nothing but a source file: `dataset.json` lies in a person's data folder.
    return /\.(?:ts|mts|cts|mjs|cjs|vue|md|yml)$/.test(text) && !text.includes('*') && (text.includes('/') || !names.has(text))
  })
}

/** Links within the project that lead nowhere. @param from the page's own path */
function brokenLinks(page: Pick<Page, 'links' | 'headings'>, from: string): string[] {
  return page.links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false
    const [path = '', anchor] = link.split('#')
    const target = path === '' ? from : posix.normalize(posix.join(dirname(from), path))
    if (!places.has(target)) return true
    if (anchor === undefined) return false
    const headings = target === from ? page.headings : parsePage(readPage(target)).headings
    return !headings.some((heading) => anchorOf(heading) === anchor)
  })
}

/** All that a page tells a person to type: whole lines of its blocks, and code within sentences. */
const typed = (page: Page): string[] => [
  ...page.blocks.filter(({ language }) => ['sh', 'bash', 'console'].includes(language)).flatMap(commandsOf), ...page.code
]

const { scripts } = JSON.parse(readPage('package.json')) as { scripts: Record<string, string> }
const unknownScripts = (page: Page): string[] => typed(page).flatMap((line) => [
  ...[...line.matchAll(/\bnpm run ([\w:-]+)/g)].filter(([, name]) => !(name! in scripts)),
  ...[...line.matchAll(/\bnpm (start|test)\b/g)].filter(([, name]) => !(name! in scripts))
].map(([found]) => found))

const reference = parsePage(readPage('docs/command-line.md'))
const commands = new Set(reference.headings.flatMap(({ title }) => /^`graft ([\w-]+)/.exec(title)?.[1] ?? []))
const flags = new Set(reference.code.flatMap((text) => /^(?:-\w, )?(--[\w-]+)/.exec(text)?.[1] ?? []))

/** Commands and flags of `graft` that the command line does not have. */
const unknownCommands = (page: Page): string[] => typed(page).flatMap((line) => {
  const words = /^(?:npx --no-install )?graft (.*)$/.exec(line)?.[1]?.split(/\s+/)
  if (!words) return []
  const [name = ''] = words
  return [
    ...(commands.has(name) || !/^[a-z]/.test(name) ? [] : [`graft ${name}`]),
    ...words.filter((word) => word.startsWith('--')).map((word) => word.split('=')[0]!).filter((flag) => !flags.has(flag) && flag !== '--version')
  ]
})

const withCode = (text: string): Page => parsePage(text)

describe('the documents', () => {
  it('are there to be read', () => {
    expect(pages).toEqual(expect.arrayContaining([
      'README.md', 'README.zh-CN.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'docs/set-up.md', '.github/PULL_REQUEST_TEMPLATE.md'
    ]))
    expect(commands.size).toBeGreaterThan(10)
    expect(flags.size).toBeGreaterThan(30)
  })

  it.each(pages)('%s names only files and folders that are there', (path) => {
    expect(missingPaths(parsed.get(path)!)).toEqual([])
  })

  it.each(pages)('%s links only to what is there', (path) => {
    expect(brokenLinks(parsed.get(path)!, path)).toEqual([])
  })

  it.each(pages)('%s names only scripts, commands and flags that exist', (path) => {
    const page = parsed.get(path)!
    expect([...unknownScripts(page), ...unknownCommands(page)]).toEqual([])
  })

  it('have their faults found', () => {
    expect(missingPaths(withCode('`src/nowhere`, `src/engine/methods/<id>.ts`, `src/nowhere/<id>.ts`, `dist/*.deb`, `dataset.json`')))
      .toEqual(['src/nowhere', 'src/nowhere/<id>.ts'])
    expect(missingPaths(withCode('`nowhere.test.ts`, `rooms.test.ts`, `elsewhere/rooms.test.ts`'))).toEqual(['nowhere.test.ts', 'elsewhere/rooms.test.ts'])
    expect(brokenLinks(withCode('# Here\n[a](set-up.md) [b](#here) [c](#there) [d](nowhere.md) [e](../README.md#installers) [f](../README.md#nothing)'), 'docs/set-up.md'))
      .toEqual(['#there', 'nowhere.md', '../README.md#nothing'])
    expect(unknownScripts(withCode('`npm run setup`, `npm run nothing`\n```sh\nnpm run neither # or both\n```'))).toEqual(['npm run neither', 'npm run nothing'])
    expect(unknownCommands(withCode('`graft runs list --json`, `graft guess`, `graft run --luck`, `graft …`'))).toEqual(['graft guess', '--luck'])
  })
})

describe('CONTRIBUTING', () => {
  const { prose, blocks } = parsed.get('CONTRIBUTING.md')!

  it('says which room may import which as lint does', () => {
    const said = [...prose.matchAll(/^\| ((?:`src\/\w+`(?:, )?)+) \|[^|]*\| ([^|]*) \|$/gm)].flatMap(([, folders, allowed]) =>
      [...folders!.matchAll(/`src\/(\w+)`/g)].map(([, room]) => [room!, allowed === '–' ? [] : allowed!.split(', ').toSorted()]))
    expect(Object.fromEntries(said)).toEqual(Object.fromEntries(Object.entries(rooms).map(([room, allowed]) => [room, allowed.toSorted()])))
  })

  it('shows a method, an architecture and a job that import only what is there', () => {
    const examples = blocks.filter(({ language }) => language === 'ts')
    expect(examples).toHaveLength(4)
    for (const { lines } of examples) {
      const [path, ...rest] = lines.map((line) => line.trim())
      const folder = dirname(path!.replace('// ', ''))
      const imports = [...rest.join('\n').matchAll(/^import (?:type )?\{ ([^}]+) \} from '(\.[^']+)'$/gm)]
      expect(imports.length).toBeGreaterThan(1)
      for (const [, wanted, target] of imports) {
        const place = posix.join(folder, target!)
        const source = readPage(places.has(`${place}.ts`) ? `${place}.ts` : `${place}/index.ts`)
        for (const name of wanted!.split(', ')) {
          const own = `(?:async )?(?:const|function|class|type|interface) ${name}\\b`
          expect(source).toMatch(new RegExp(`^export (?:${own}|(?:type )?\\{[^}]*\\b${name}\\b[^}]*\\} from)`, 'm'))
        }
      }
    }
  })
})
