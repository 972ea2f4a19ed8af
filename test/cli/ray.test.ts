import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Metric, Run } from '../../src/contract/runs'
import type { Workers } from '../../src/contract/workers'
import { openLibrary } from '../../src/library'
import { built, graft, program, type Ended } from './graft'
import { findRay, startHead, type Head } from './shared/ray'

const ray = findRay()
if (ray === undefined) console.info('Skipped: Ray is not on this machine (GRAFT_RAY, a virtual environment in the cache folder’s ray/, or the path).')

let folder = ''
let head: Head | undefined
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'graft-ray-')) })
afterAll(async () => {
  await head?.stop()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

const study = {
  id: 'four', base: { source: { model: 'arch:seed-cnn' }, target: { dataset: 'digits' }, method: { id: 'scratch' }, training: { epochs: 1 } }, seeds: 4
}
const command = (home: string, ...argv: string[]): Promise<Ended> => graft([...argv, '--json', '--data-dir', join(folder, home)], { env: { TF_NUM_INTRAOP_THREADS: '1' } })
const runsIn = async (home: string): Promise<Run[]> => (await openLibrary(join(folder, home)).runs.list()).runs.reverse()
/** The losses of every step, without how long it took. */
const lossesOf = async (home: string, { id }: Run): Promise<unknown[]> =>
  (await openLibrary(join(folder, home)).runs.readMetrics(id)).flatMap((line: Metric) => line.kind === 'step' ? [[line.step, line.losses]] : [])

describe.skipIf(!built || ray === undefined)('a study on a Ray cluster (needs npm run build, and Ray)', () => {
  it('gives the numbers of home: four short runs on a local head', async () => {
    head = await startHead(ray!)
    const shared = join(folder, 'shared')
    mkdirSync(shared)
    writeFileSync(join(folder, 'four.json'), JSON.stringify(study))
    const there = ['--store', shared, '--program', `"${process.execPath}" "${program}"`, '--cores', '1']

    const checked = await command('there', 'workers', 'check', head.address, ...there)
    expect(checked.code, checked.stderr + checked.stdout).toBe(0)
    expect(JSON.parse(checked.stdout) as Workers).toMatchObject({ engine: expect.stringMatching(/^Ray /) as string, slots: 2, nodes: [{ cores: 2, problems: [], report: { store: 'seen' } }] })

    const sent = await command('there', 'study', join(folder, 'four.json'), '--on', head.address, ...there)
    expect(sent.code, sent.stderr).toBe(0)
    const here = await command('here', 'study', join(folder, 'four.json'))
    expect(here.code, here.stderr).toBe(0)
    const [theirs, ours] = [await runsIn('there'), await runsIn('here')]
    expect(theirs).toHaveLength(4)
    expect(theirs.map(({ computedOn }) => computedOn)).toEqual(Array(4).fill(expect.objectContaining({ on: head.address, attempts: 1 })))
    for (const [index, run] of theirs.entries()) {
      expect([run.state, run.metrics, run.files]).toEqual(['done', ours[index]!.metrics, ours[index]!.files])
      expect(await lossesOf('there', run)).toEqual(await lossesOf('here', ours[index]!))
    }
  })
})
