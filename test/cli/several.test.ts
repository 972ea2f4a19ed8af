import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Run } from '../../src/contract/runs'
import { openLibrary } from '../../src/library'
import { built, graft, type Ended } from './graft'

let dataDir = ''
beforeAll(() => { dataDir = mkdtempSync(join(tmpdir(), 'graft-several-')) })
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

const command = (...argv: string[]): Promise<Ended> => graft([...argv, '--json', '--data-dir', dataDir])
/** As another process finds them, oldest first. */
async function listed(study: string): Promise<Run[]> {
  const { runs } = openLibrary(dataDir)
  await runs.interruptOrphans()
  return (await runs.list()).runs.filter((run) => run.study?.id === study).reverse()
}
const seeds = ['run', '--source', 'arch:seed-cnn', '--target', 'digits', '--method', 'scratch', '--seeds', '3', '--json']
const long = [...seeds, '--epochs', '200']
const studyIn = (stderr: string): string => /Study (\w+)/.exec(stderr)?.[1] ?? ''

describe.skipIf(!built)('several trainings at once (needs npm run build)', () => {
  it('give the numbers of one after another', async () => {
    const [one, two] = [await command(...seeds, '--epochs', '2'), await command(...seeds, '--epochs', '2', '--jobs', '2')]
    expect([one.code, two.code], two.stderr).toEqual([0, 0])
    const metricsOf = async ({ stdout }: Ended) => (await listed((JSON.parse(stdout) as { id: string }).id)).map(({ metrics }) => metrics)
    const metrics = await metricsOf(two)
    expect(metrics).toHaveLength(3)
    expect(metrics).toEqual(await metricsOf(one))
    expect(two.stderr).toMatch(/3\/3 .*: done · .* %/)
  })

  it('are all cancelled by one Ctrl-C, and go on', async () => {
    let sent = false
    const stopped = await graft([...long, '--jobs', '2', '--data-dir', dataDir], {
      onStderr: (said, kill) => {
        if (sent || !/left · .* left/.test(said)) return
        sent = true
        kill('SIGINT')
      }
    })
    expect(stopped.code, stopped.stderr).toBe(130)
    const study = studyIn(stopped.stderr)
    expect((await listed(study)).map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'cancelled'])
    expect(stopped.stderr).toContain(`graft resume ${study}`)
  })

  it('stop by themselves when the process that started them is killed', async () => {
    let sent = false
    const killed = await graft([...long, '--jobs', '2', '--data-dir', dataDir], {
      onStderr: (said, kill) => {
        if (sent || !/left · .* left/.test(said)) return
        sent = true
        kill('SIGKILL')
      }
    })
    const study = studyIn(killed.stderr)
    await expect.poll(async () => (await listed(study)).map(({ state }) => state), { timeout: 30_000, interval: 500 })
      .toEqual(['cancelled', 'cancelled', 'interrupted'])
  })
})
