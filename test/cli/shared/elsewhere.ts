import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Metric, Run } from '../../../src/contract/runs'
import type { Workers } from '../../../src/contract/workers'
import { openLibrary } from '../../../src/library'
import { graft, program, type Ended } from '../graft'

/**
 * A study of short runs is computed on a cluster and here, and both have the same losses, scores and answers.
 * @param folder a temporary one that the cluster sees too
 */
export async function sameNumbersThere(folder: string, on: string, seeds: number): Promise<Workers> {
  const study = {
    id: 'short', base: { source: { model: 'arch:seed-cnn' }, target: { dataset: 'digits' }, method: { id: 'scratch' }, training: { epochs: 1 } }, seeds
  }
  const command = (home: string, ...argv: string[]): Promise<Ended> =>
    graft([...argv, '--json', '--data-dir', join(folder, home)], { env: { TF_NUM_INTRAOP_THREADS: '1' } })
  const runsIn = async (home: string): Promise<Run[]> => (await openLibrary(join(folder, home)).runs.list()).runs.reverse()
  /** The losses of every step, without how long it took. */
  const lossesOf = async (home: string, { id }: Run): Promise<unknown[]> =>
    (await openLibrary(join(folder, home)).runs.readMetrics(id)).flatMap((line: Metric) => line.kind === 'step' ? [[line.step, line.losses]] : [])
  const shared = join(folder, 'shared')
  mkdirSync(shared)
  writeFileSync(join(folder, 'short.json'), JSON.stringify(study))
  const there = ['--store', shared, '--program', `"${process.execPath}" "${program}"`, '--cores', '1']

  const checked = await command('there', 'workers', 'check', on, ...there)
  expect(checked.code, checked.stderr + checked.stdout).toBe(0)
  const sent = await command('there', 'study', join(folder, 'short.json'), '--on', on, ...there)
  expect(sent.code, sent.stderr).toBe(0)
  const here = await command('here', 'study', join(folder, 'short.json'))
  expect(here.code, here.stderr).toBe(0)
  const [theirs, ours] = [await runsIn('there'), await runsIn('here')]
  expect(theirs).toHaveLength(seeds)
  expect(theirs.map(({ computedOn }) => computedOn)).toEqual(Array(seeds).fill(expect.objectContaining({ on, attempts: 1 })))
  for (const [index, run] of theirs.entries()) {
    expect([run.state, run.metrics, run.files]).toEqual(['done', ours[index]!.metrics, ours[index]!.files])
    expect(await lossesOf('there', run)).toEqual(await lossesOf('here', ours[index]!))
  }
  return JSON.parse(checked.stdout) as Workers
}
