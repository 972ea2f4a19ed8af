import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLibrary } from '../../src/library'
import { newId } from '../../src/library/disk'
import { finishedRun } from '../faults/shared/data-folder'
import { built, graft, program } from './graft'

/* Ten thousand runs: they cost everything that looks through them less than a second of processor time. */
const count = 10_000
let dataDir = ''

/** Seconds of processor time of a command, as the shell tells them; on a busy machine it would wait longer than that. */
function costOf(...argv: string[]): number {
  const { status, stdout, stderr } = spawnSync('sh', [
    '-c', '"$0" "$@" >/dev/null || exit 1; times', process.execPath, program, ...argv, '--data-dir', dataDir, '--json'
  ], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } })
  expect(status, stderr).toBe(0)
  // The second line is of the children: user and system, 0m0.41s.
  return [...stdout.trim().split('\n')[1]!.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds), 0)
}

describe.skipIf(!built || process.platform === 'win32')(`${count} runs (needs npm run build)`, () => {
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'graft-many-'))
    expect((await graft(['datasets', 'list', '--data-dir', dataDir])).code).toBe(0)
    const library = openLibrary(dataDir)
    const { id } = await finishedRun(library, () => false)
    const { folder } = library.runs.paths(id)
    // As long as a record of ten classes is: 10 kB.
    await library.runs.update(id, (run) => {
      const score = {
        accuracy: 0.9, loss: 0.3, n: 1000,
        confusion: Array.from({ length: 10 }, (_, row) => Array.from({ length: 10 }, (_, column) => row === column ? 90 : 1)),
        perClass: Array.from({ length: 10 }, (_, label) => ({ class: `class ${label}`, accuracy: 0.9, n: 100 }))
      }
      const chosen = Object.fromEntries(['batchSize', 'optimizer', 'learningRate', 'clipNorm', 'schedule', 'augmentation'].map((name) =>
        [name, { en: `A usual value of ${name} for weights that start anew.`, zh: `从全新权重开始时 ${name} 的常用值。` }]))
      return {
        ...run, spec: { ...run.spec, chosen }, metrics: { validation: score, test: score },
        files: Object.fromEntries(['model', 'replay', 'evaluation'].flatMap((part) => ['one', 'two', 'three', 'four', 'five', 'six', 'seven'].map((name) => [`${part}/${name}.bin`, 'f'.repeat(64)])))
      }
    })
    const record = readFileSync(join(folder, 'run.json'), 'utf8')
    expect(record.length).toBeGreaterThan(9_000)
    for (let index = 1; index < count; index++) {
      const other = newId()
      mkdirSync(join(dataDir, 'runs', other))
      writeFileSync(join(dataDir, 'runs', other, 'run.json'), record.replaceAll(id, other))
    }
  })
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

  it('are listed, and everything else is, within a second', async () => {
    const { runs, damaged } = JSON.parse((await graft(['runs', 'list', '--data-dir', dataDir, '--json'])).stdout) as { runs: unknown[], damaged: unknown[] }
    expect([runs.length >= count, damaged]).toEqual([true, []])
    const first = (await openLibrary(dataDir).runs.list()).runs[0]!.id
    const commands = [['runs', 'list'], ['runs', 'show', first], ['models', 'list'], ['datasets', 'list'], ['datasets', 'show', 'digits'], ['methods']]
    const costs = commands.map((command) => [command.join(' '), Math.min(costOf(...command), costOf(...command))] as const)
    console.info(costs.map(([command, cost]) => `graft ${command}: ${cost.toFixed(2)} s`).join('\n'))
    // What it costs to start the program at all is no matter of how many runs there are.
    const start = costs.at(-1)![1]
    for (const [command, cost] of costs) expect([command, cost - start < 1]).toEqual([command, true])
  })
})
