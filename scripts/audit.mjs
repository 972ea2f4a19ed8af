import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { projectFolder } from './setup/paths.mjs'
import { runNpm } from './setup/registries.mjs'

// `npm run audit`: compares what Graft carries, and the tools that make it, with the advisories that npm's registry knows. Every
// high or critical finding must be explained in SECURITY.md, by the advisory's name (GHSA-…). Ends with 0 where all are, with
// 1 where one is not, and with 3 where nobody could be asked: that is no audit.

/** @typedef {{ name: string, severity: string, via: (string | { source?: number, name: string, title: string, url: string, severity: string, range: string })[], nodes: string[] }} Finding */

const grave = ['high', 'critical']

/**
 * What `npm audit --json` said.
 * @param {string} printed
 * @param {string} explained the text of SECURITY.md
 * @returns {{ kind: 'unreached', why: string } | { kind: 'audited', total: number, graver: string[], unexplained: string[] }}
 *   `graver`: the high and critical advisories, a line each; `unexplained`: those that the text does not name
 */
export function judge(printed, explained) {
  /** @type {{ vulnerabilities?: Record<string, Finding>, message?: string, error?: { summary?: string, code?: string } }} */
  let answer
  try {
    answer = JSON.parse(printed.slice(printed.indexOf('{')))
  } catch {
    return { kind: 'unreached', why: printed.trim().split('\n').at(-1) || 'npm said nothing' }
  }
  if (answer.vulnerabilities === undefined) {
    return { kind: 'unreached', why: answer.error?.summary || answer.message || answer.error?.code || 'npm gave no findings' }
  }
  const advisories = new Map()
  for (const { via } of Object.values(answer.vulnerabilities)) {
    for (const one of via) if (typeof one !== 'string') advisories.set(one.url, one)
  }
  const graver = [...advisories.values()].filter(({ severity }) => grave.includes(severity))
  const tell = (/** @type {Exclude<Finding['via'][number], string>} */ { severity, name, range, title, url }) => `${severity}: ${name} ${range}: ${title} (${url})`
  return {
    kind: 'audited', total: advisories.size, graver: graver.map(tell),
    unexplained: graver.filter(({ url }) => !explained.includes(url.slice(url.lastIndexOf('/') + 1))).map(tell)
  }
}

/** @param {(line: string) => void} print */
async function main(print) {
  // npm's code says nothing: it is another than 0 where there are findings too.
  const { stdout, output } = await runNpm(['audit', '--json'], { folder: projectFolder })
  const found = judge(stdout.trim() ? stdout : output, await readFile(path.join(projectFolder, 'SECURITY.md'), 'utf8'))
  if (found.kind === 'unreached') {
    print(`No audit was made: the advisories could not be reached (${found.why}).`)
    print('What to do: npm run audit where npm reaches a registry that serves advisories; npm has one of its own.')
    return 3
  }
  print(`${found.total} ${found.total === 1 ? 'advisory' : 'advisories'}, ${found.graver.length} of them high or critical.`)
  for (const line of found.graver) print(line)
  for (const line of found.unexplained) print(`not explained in SECURITY.md: ${line}`)
  return found.unexplained.length === 0 ? 0 : 1
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = await main((line) => process.stdout.write(`${line}\n`))
