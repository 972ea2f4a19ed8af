import { describe, expect, it } from 'vitest'
import { installSamples } from '../../library/datasets/samples'
import { samples, spec, text, useProgram } from './testing'

const place = useProgram()

describe('datasets', () => {
  it('has features saved where the person says, and nothing when the dialogue is closed', async () => {
    await installSamples(place.library, samples)
    const wanted = { id: 'digits', model: 'model:mine', split: 'all', format: 'parquet' } as const
    expect(await place.program().handlers.datasets.saveFeatures(wanted)).toBeNull()
    const { handlers, jobs } = place.program({ saveAs: '/home/ada/one.parquet' })
    const answer = await handlers.datasets.saveFeatures(wanted)
    expect(jobs.list()).toMatchObject([{ id: answer?.jobId, kind: 'save-features' }])
  })

  it('gives no file names where the images were no files', async () => {
    await installSamples(place.library, samples)
    const { handlers } = place.program()
    expect(await handlers.datasets.names({ id: 'digits', split: 'test', from: 498, count: 10 })).toEqual([null, null])
  })

  it('gives labels of the images that exist', async () => {
    await installSamples(place.library, samples)
    const { handlers } = place.program()
    const labels = await handlers.datasets.labels({ id: 'digits', split: 'test', from: 498, count: 10 })
    expect(labels).toHaveLength(2)
    expect(labels.every((label) => Number.isInteger(label))).toBe(true)
    expect(await handlers.datasets.labels({ id: 'digits', split: 'test', from: 9_000, count: 10 })).toEqual([])
  })

  it('removes a data set that was being looked at, but not one that a run reads', async () => {
    await installSamples(place.library, samples)
    const { handlers } = place.program()
    await handlers.datasets.labels({ id: 'mnist-sample', split: 'test', from: 0, count: 1 })
    const { undoToken } = await handlers.datasets.remove({ id: 'mnist-sample' })
    expect((await handlers.datasets.list()).datasets.map(({ id }) => id)).toEqual(['digits'])
    await handlers.datasets.restore({ undoToken })
    expect((await handlers.datasets.list()).datasets).toHaveLength(2)
    await handlers.runs.start({ spec })
    await expect(handlers.datasets.remove({ id: 'digits' })).rejects.toMatchObject({ code: 'dataset-busy' })
  })

  it('says wherever the person is that an import failed', async () => {
    const { handlers, ends, notices, jobs } = place.program()
    const { jobId } = await handlers.datasets.add({ path: '/photos/cats', validation: 0.1 })
    await expect.poll(() => ends).toHaveLength(1)
    ends[0]?.({ kind: 'failed', error: { code: 'empty', message: text('/photos/cats is empty.') } })
    await expect.poll(() => notices).toEqual(['“cats” was not imported. /photos/cats is empty.'])
    expect(jobs.list()).toMatchObject([{ id: jobId, title: 'cats', state: 'failed', error: { code: 'empty' } }])
  })

  it('offers the dialogue, not a flag, where an import can be read in two ways', async () => {
    const { handlers, ends, remedies } = place.program()
    await handlers.datasets.add({ path: '/photos/pets', validation: 0.1 })
    await expect.poll(() => ends).toHaveLength(1)
    ends[0]?.({ kind: 'failed', error: { code: 'reading-unclear', message: text('Splits or classes?'), remedy: text('--folders splits') } })
    await expect.poll(() => remedies).toEqual(['Choose in “Add a data set” how it is to be read.'])
  })
})
