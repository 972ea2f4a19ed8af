import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLibrary, type Library } from '../src/library'
import { compareRuns } from '../src/library/comparison'
import { studyReport } from '../src/library/studies'

/**
 * A data folder as Graft 0.1 wrote it, before the rooms were regrouped: a data set of twenty pictures, an imported model,
 * and a study of fine-tuning over two seeds with its twins. Checkpoints and most weights are left out for their size.
 */
describe('a data folder of the version before', () => {
  let folder: string
  let library: Library
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'graft-earlier-'))
    cpSync(join(__dirname, 'fixtures', 'data-folder-0.1'), folder, { recursive: true })
    library = openLibrary(folder)
  })
  afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

  it('shows its data set with its pictures and labels', async () => {
    expect((await library.datasets.list()).datasets.map(({ id }) => id)).toEqual(['tiny'])
    const reader = await library.datasets.open('tiny')
    try {
      expect(reader.dataset).toMatchObject({ shape: [12, 12, 3], classes: ['a', 'b'] })
      expect([...await reader.readLabels('test')]).toEqual([0, 0, 0, 0, 1, 1, 1, 1])
    } finally {
      await reader.close()
    }
  })

  it('shows its models: the imported one, and what each run learned', async () => {
    const { models, damaged } = await library.models.list()
    expect(damaged).toEqual([])
    expect(models.map(({ ref }) => ref)).toContain('model:brought')
    expect(models.filter(({ ref }) => ref.startsWith('run:'))).toHaveLength(9)
  })

  it('shows every run as done, with its series', async () => {
    const { runs, damaged } = await library.runs.list()
    expect(damaged).toEqual([])
    expect(runs.map(({ state }) => state)).toEqual(runs.map(() => 'done'))
    expect(runs).toHaveLength(9)
    for (const { id } of runs) expect((await library.runs.readMetrics(id)).some(({ kind }) => kind === 'epoch')).toBe(true)
  })

  it('compares two of them by their kept answers', async () => {
    const [first, second] = (await library.runs.list()).runs
    const { differences: [difference] } = await compareRuns(library, [first!.id, second!.id])
    expect(difference?.verdict).toBe('no-evidence')
  })

  it('reports its study with all its twins', async () => {
    const id = (await library.runs.list()).runs.find(({ study }) => study)!.study!.id
    const { done, runs, arms: [arm] } = await studyReport(library, id)
    expect([done, runs]).toEqual([8, 8])
    expect(arm?.twins.map(({ role }) => role)).toEqual(['scratch', 'source-only', 'target-supervised'])
  })
})
