import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ModelInspection } from '../../contract/models'
import { text, useProgram } from './testing'

const place = useProgram()

describe('models', () => {
  async function saved(): Promise<void> {
    const folder = join(place.dataDir, 'models', 'mine')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'graft.json'), JSON.stringify({
      ref: 'model:mine', name: 'My digits', architecture: 'lenet', input: [28, 28, 1], normalisation: { mean: [0.5], standardDeviation: [0.5] },
      classes: ['a', 'b'], blocks: [], parameters: 1, createdAt: '2026-01-01T00:00:00.000Z'
    }))
  }

  it('exports where the person says, and tells where that was', async () => {
    await saved()
    expect(await place.program().handlers.models.export({ ref: 'model:mine', format: 'onnx' })).toBeNull()
    const { handlers, ends, notices, jobs } = place.program({ saveAs: '/home/ada/digits.onnx' })
    const answer = await handlers.models.export({ ref: 'model:mine', format: 'onnx' })
    expect(jobs.list()).toMatchObject([{ id: answer?.jobId, kind: 'export-model', title: 'My digits' }])
    await expect.poll(() => ends).toHaveLength(1)
    ends[0]?.({
      kind: 'done',
      result: { ref: 'model:mine', format: 'onnx', path: '/home/ada/digits.onnx', card: '/home/ada/digits.onnx.README.md', bytes: 1 }
    })
    await expect.poll(() => notices).toEqual(['“My digits” was saved as digits.onnx.'])
  })

  it('gets a known model once at a time, says what has arrived of it, and discards that', async () => {
    const { handlers, jobs, launched, ends, heard } = place.program()
    const folder = join(place.dataDir, 'cache', 'downloads', 'model-resnet-18')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'resnet18-f37072fd.pth.part'), Buffer.alloc(1000))
    const standing = async () => (await handlers.models.known()).find(({ id }) => id === 'resnet-18')
    expect(await standing()).toMatchObject({ title: 'ResNet-18', checked: true, isHere: false, partialBytes: 1000 })
    const { jobId } = await handlers.models.get({ known: 'resnet-18' })
    expect(jobs.list()).toMatchObject([{ id: jobId, kind: 'download-model', known: 'resnet-18', title: 'ResNet-18' }])
    await expect.poll(() => launched).toMatchObject([{ kind: 'download-model', input: { known: 'resnet-18' } }])
    await expect(handlers.models.get({ known: 'resnet-18' })).rejects.toMatchObject({ code: 'download-running' })
    await expect(handlers.models.discardDownload({ known: 'resnet-18' })).rejects.toMatchObject({ code: 'download-running' })
    await expect.poll(() => ends).toHaveLength(1)
    ends[0]?.({ kind: 'cancelled' })
    await expect.poll(() => heard).toContain('models.changed')
    await handlers.models.discardDownload({ known: 'resnet-18' })
    expect(await standing()).toMatchObject({ partialBytes: 0 })
    await expect(handlers.models.get({ known: 'alexnet' })).rejects.toMatchObject({ code: 'known-model-unknown' })
  })

  it('answers about pictures once the worker has, says why not, and nothing when it was stopped', async () => {
    await saved()
    const { handlers, ends } = place.program()
    const asked = async (): Promise<{ prediction: ReturnType<typeof handlers.models.prediction> }> => {
      const { jobId } = await handlers.models.predict({ ref: 'model:mine', images: ['/a.png'] })
      const before = ends.length
      await expect.poll(() => ends.length).toBeGreaterThanOrEqual(Math.max(1, before))
      return { prediction: handlers.models.prediction({ jobId }) }
    }
    const outcome = { model: 'model:mine' as const, predictions: [{ image: 'a.png', classes: [{ class: 'a', probability: 1 }] }], notes: [] }
    const first = await asked()
    ends[0]?.({ kind: 'done', result: outcome })
    expect(await first.prediction).toEqual(outcome)
    const second = await asked()
    await expect.poll(() => ends).toHaveLength(2)
    ends[1]?.({ kind: 'lost', error: { code: 'worker-killed', message: text('gone') } })
    await expect(second.prediction).rejects.toMatchObject({ code: 'worker-killed' })
    const third = await asked()
    await expect.poll(() => ends).toHaveLength(3)
    ends[2]?.({ kind: 'cancelled' })
    expect(await third.prediction).toBeNull()
    await expect(handlers.models.prediction({ jobId: 'nothing' })).rejects.toMatchObject({ code: 'job-not-found' })
  })

  it('shows the endings of the formats when a model is chosen, and reads class names from a chosen file only where it is text', async () => {
    const names = join(place.dataDir, 'names.txt')
    await writeFile(names, 'cat\ndog\n')
    const { handlers, shown } = place.program({ chosen: names })
    expect(await handlers.models.choose()).toBe(names)
    expect(shown[0]).toEqual({ name: 'PyTorch', endings: ['.pth', '.bin'] })
    expect(await handlers.models.chooseClassNames()).toEqual({ file: 'names.txt', text: 'cat\ndog\n' })
    expect(await place.program().handlers.models.chooseClassNames()).toBeNull()
    await writeFile(names, Uint8Array.of(0xff, 0xfe))
    await expect(place.program({ chosen: names }).handlers.models.chooseClassNames()).rejects.toMatchObject({ code: 'not-text' })
    await writeFile(names, 'x'.repeat(5 << 20))
    await expect(place.program({ chosen: names }).handlers.models.chooseClassNames()).rejects.toMatchObject({ code: 'file-too-long' })
  })

  it('gives what a look at a file found once the worker is done', async () => {
    const { handlers, ends, jobs } = place.program()
    const { jobId } = await handlers.models.inspect({ path: '/models/net.pth' })
    expect(handlers.models.inspection({ jobId })).toBeNull()
    expect(jobs.list()).toMatchObject([{ id: jobId, kind: 'inspect-model', title: 'net.pth' }])
    await expect.poll(() => ends).toHaveLength(1)
    const inspection: ModelInspection = {
      file: 'net.pth', format: 'pytorch', architecture: 'lenet', naming: 'Graft', input: [28, 28, 1], inputFrom: 'usual', anySize: false,
      normalisation: { mean: [0], standardDeviation: [1] }, normalisationFrom: 'usual', classes: ['0'], classesFrom: 'usual', parameters: 1, blocks: [],
      unmatched: [], unmatchedCount: 0
    }
    ends[0]?.({ kind: 'done', result: inspection })
    await expect.poll(() => handlers.models.inspection({ jobId })).toEqual(inspection)
  })

  it('renames and removes an imported model, and brings it back', async () => {
    await saved()
    const { handlers, heard } = place.program()
    expect(await handlers.models.rename({ id: 'mine', name: 'Digits' })).toMatchObject({ ref: 'model:mine', name: 'Digits' })
    const { undoToken } = await handlers.models.remove({ id: 'mine' })
    await expect(place.library.models.get('model:mine')).rejects.toMatchObject({ code: 'model-not-found' })
    await handlers.models.restore({ undoToken })
    expect(await place.library.models.get('model:mine')).toMatchObject({ name: 'Digits' })
    expect(heard).toEqual(['models.changed', 'models.changed', 'models.changed'])
  })
})
