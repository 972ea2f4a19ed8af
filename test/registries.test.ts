import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const project = join(__dirname, '..')

/** The hosts of npm's, Yarn's, Python's and Maven's registries, as the first digits of a hash: this file must not name them either. */
const registries = new Set(['0dc11026ac75c015', '70bb4000cd2fab03', 'a4aa2ac280bb8d1a', 'c899567ee9068517', '43c04ed1dabe979b', '317d2d52829b7812'])
const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)

const hostName = '[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+'

/** What looks like a host's name, and all that it is a part of: `a.b.org`, then `b.org`. */
function hostsIn(text: string): string[] {
  return [...text.toLowerCase().matchAll(new RegExp(hostName, 'gi'))].flatMap(([name]) => {
    const parts = name.split('.')
    return parts.slice(0, -1).map((_, from) => parts.slice(from).join('.'))
  })
}

/** Packages are asked for by name: where they come from is the business of npm, pip and Maven and of who set these up. */
describe('the host of a registry', () => {
  it.skipIf(!existsSync(join(project, '.git')))('is named in no file of the project', () => {
    const found = execFileSync('git', ['grep', '-IohE', hostName], { cwd: project, encoding: 'utf8', maxBuffer: 256 << 20 })
    const names = new Set(found.split('\n').flatMap(hostsIn))
    expect(names.size).toBeGreaterThan(500)
    // Of a name only its beginning is told, or the failure would name it.
    expect([...names].filter((name) => registries.has(digest(name))).map((name) => name.slice(0, 5))).toEqual([])
  })

  it('is seen wherever a name stands', () => {
    expect(hostsIn('see https://files.example.org/a, or example.net.')).toEqual(['files.example.org', 'example.org', 'example.net'])
  })
})
