import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const projectFolder = resolve(__dirname, '..')

export const readPage = (path: string): string => readFileSync(join(projectFolder, path), 'utf8')

/** Folders that git, npm, the build and the packaging make. */
export const madeFolders: readonly string[] = ['.git', 'node_modules', 'out', 'dist']

/** Every file of the project by its path, with `/` on every system. */
export function projectFiles(within = ''): string[] {
  return readdirSync(join(projectFolder, within), { withFileTypes: true }).flatMap((entry) => {
    const path = within === '' ? entry.name : `${within}/${entry.name}`
    if (entry.isDirectory()) return madeFolders.includes(path) ? [] : projectFiles(path)
    return [path]
  })
}

export interface Heading { level: number, title: string }
/** A fenced block, without its fences. */
export interface CodeBlock { language: string, lines: string[] }

/** What the tests look at in a page of Markdown, in its order. */
export interface Page {
  headings: Heading[]
  blocks: CodeBlock[]
  /** What stands in backticks, outside blocks. */
  code: string[]
  /** Where links and pictures lead. */
  links: string[]
  /** The text outside blocks, without comments. */
  prose: string
}

const fencePattern = /^( *)(`{3,})(.*)$/
const codePattern = /(`+)(.+?)\1(?!`)/g

/** A page cut before each of its headings; a comment in a block of code is none. */
export function sectionsOf(markdown: string): string[] {
  const sections: string[][] = [[]]
  let fenced = false
  for (const line of markdown.split(/\r?\n/)) {
    if (fencePattern.test(line)) fenced = !fenced
    if (!fenced && /^#{1,6} /.test(line)) sections.push([])
    sections.at(-1)!.push(line)
  }
  return sections.map((lines) => lines.join('\n'))
}

export function parsePage(markdown: string): Page {
  const blocks: CodeBlock[] = []
  const prose: string[] = []
  let open: { fence: string, block: CodeBlock } | undefined
  for (const line of markdown.replaceAll(/<!--[\s\S]*?-->/g, '').split(/\r?\n/)) {
    const [, , fence, language = ''] = fencePattern.exec(line) ?? []
    if (!open && fence !== undefined) {
      open = { fence, block: { language: language.trim(), lines: [] } }
      blocks.push(open.block)
    } else if (open && line.trim() === open.fence) open = undefined
    else if (open) open.block.lines.push(line)
    else prose.push(line)
  }
  const text = prose.join('\n')
  const withoutCode = text.replaceAll(codePattern, '')
  return {
    blocks,
    prose: text,
    headings: [...text.matchAll(/^(#{1,6}) +(.+?) *$/gm)].map(([, marks, title]) => ({ level: marks!.length, title: title! })),
    code: [...text.matchAll(codePattern)].map(([, , inside]) => inside!.trim()),
    links: [...withoutCode.matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g)].map(([, target]) => target!)
  }
}

/** The commands of a block: without empty lines, comments and the spaces before them. */
export const commandsOf = ({ lines }: CodeBlock): string[] =>
  lines.map((line) => line.replace(/(^|\s+)#.*$/, '').trimEnd()).filter((line) => line !== '')

/** GitHub's address of a heading within its page. */
export const anchorOf = ({ title }: Heading): string =>
  title.replaceAll(/[`*]|\]\([^)]*\)|\[/g, '').toLowerCase().replaceAll(/[^\p{Letter}\p{Number}\s_-]/gu, '').replaceAll(/\s/g, '-')
