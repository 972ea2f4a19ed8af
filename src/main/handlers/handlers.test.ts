import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Catalogue } from '../../contract/engine'
import type { ModelInspection } from '../../contract/models'
import { defaultsOf } from '../../contract/parameters'
import type { Spec } from '../../contract/runs'
import type { Text } from '../../contract/text'
import { trainingParameters } from '../../contract/training'
import { type Library, openLibrary } from '../../library'
import { chosenLocation } from '../../library/disk'
import { mendDataset } from '../../library/intake'
import { copyDataFolder } from '../../library/relocation'
import { installSamples } from '../../library/datasets/samples'
import { Cached } from '../shell/cached'
import { JobQueue } from '../jobs/jobs'
import { Downloads } from '../jobs/downloads'
import { QueueFile } from '../jobs/queue-file'
import { ReaderPool } from '../window/reader-pool'
import { languageOf, SettingsStore } from '../shell/settings'
import { Training } from '../jobs/training'
import { tellOf } from '../jobs/telling'
import type { WorkerEnd } from '../../supervision/supervisor'
import { createHandlers } from '.'

const samples = join(__dirname, '..', '..', '..', 'resources', 'samples')
const text = (en: string) => ({ en, zh: en })
const catalogue: Catalogue = {
  datasetFormats: [{ id: 'idx', title: text('IDX'), summary: text('') }],
  modelFormats: [
    { id: 'pytorch', title: text('PyTorch'), extensions: ['.pth', '.bin'], canImport: true, canExport: false },
    { id: 'written', title: text('Only written'), extensions: ['.png'], canImport: false, canExport: true }
  ],
  architectures: [{
    id: 'seed-cnn', title: text('Seed CNN'), summary: text(''), reference: '', defaultInput: [32, 32, 3], blocks: [], parameters: 1
  }],
  methods: [{
    id: 'scratch', title: { en: 'From scratch', zh: '从零训练' }, summary: text(''), sentence: text(''), reference: '', family: 'baseline', blocks: 'new',
    needs: { sourceModel: false, sourceData: false, targetLabels: 'all', classes: 'any' }, parameters: {}
  }]
}
const spec: Spec = {
  source: { model: 'arch:seed-cnn' }, target: { dataset: 'digits', labels: 'all' }, method: { id: 'scratch', params: {} },
  training: defaultsOf(trainingParameters) as Spec['training'], device: 'auto'
}

let dataDir: string
let library: Library
let close: () => Promise<void>
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'graft-handlers-'))
  library = openLibrary(dataDir)
})
afterEach(async () => {
  await close()
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
})

/** The handlers over a real library, with workers that end when the test says so and a desktop that answers as told. */
function program({ saveAs = null as string | null, chosen = null as string | null } = {}) {
  const shown: unknown[] = []
  const heard: string[] = []
  const notices: string[] = []
  const remedies: string[] = []
  const ends: ((end: WorkerEnd) => void)[] = []
  const opened: string[] = []
  const restarts: string[] = []
  const launched: unknown[] = []
  const lists = {
    datasets: new Cached(() => library.datasets.list()), models: new Cached(() => library.models.list()),
    runs: new Cached(() => library.runs.list())
  }
  const send: Parameters<typeof createHandlers>[0]['send'] = (noun, verb, payload) => {
    heard.push(`${noun}.${verb}`)
    if (noun === 'notices') {
      const notice = payload as { text: Text, remedy?: Text }
      notices.push(notice.text.en)
      if (notice.remedy) remedies.push(notice.remedy.en)
    }
    if (noun === 'datasets' || noun === 'runs') lists[noun as 'datasets'].forget()
  }
  const jobs = new JobQueue({
    launch: async (job) => {
      launched.push(job)
      return { run: () => new Promise<WorkerEnd>((resolve) => { ends.push(resolve) }), cancel: () => undefined, stopAfterEpoch: () => undefined }
    },
    onChanged: () => undefined,
    ...tellOf(send)
  })
  const training = new Training({
    library, jobs, send, queueFile: new QueueFile(dataDir), onFailure: () => undefined
  })
  const downloads = new Downloads({ library, cacheDir: join(dataDir, 'cache'), jobs, send, onFailure: () => undefined })
  const readers = new ReaderPool((id) => library.datasets.open(id))
  close = () => readers.closeAll()
  const settings = new SettingsStore(dataDir, () => undefined)
  const handlers = createHandlers({
    library, lists, jobs, training, downloads, readers, send, catalogue: new Cached(async () => catalogue),
    settings, applySettings: async () => undefined, language: async () => languageOf((await settings.get()).language, 'en'), logsFolder: join(dataDir, 'logs'),
    desktop: {
      info: () => { throw new Error('unused') },
      restart: () => { restarts.push('now') },
      openFolder: async (path) => { opened.push(path) },
      choosePath: async (_kind, what) => {
        shown.push(what)
        return chosen
      },
      choosePictures: async () => [],
      chooseSaveAs: async () => saveAs
    }
  })
  return { handlers, heard, notices, remedies, ends, opened, restarts, shown, launched, jobs }
}

describe('runs', () => {
  it('starts a run that can start: it is on disk with its names, and in the queue', async () => {
    await installSamples(library, samples)
    const { handlers, jobs } = program()
    const run = await handlers.runs.start({ spec, name: 'mine' })
    expect(run).toMatchObject({ name: 'mine', state: 'queued', names: { source: 'Seed CNN', method: 'From scratch' } })
    expect(await handlers.runs.get({ id: run.id })).toEqual(run)
    expect(jobs.ofRun(run.id)).toBeDefined()
  })

  it('starts a transfer with several seeds as one study, all of it queued', async () => {
    await installSamples(library, samples)
    const { handlers, jobs } = program()
    const first = await handlers.runs.start({ spec, name: 'mine', twins: true, seeds: 2 })
    expect(first).toMatchObject({ name: 'mine, seed 1', state: 'queued', study: { role: 'candidate' } })
    const { runs } = await library.runs.list()
    expect(runs.map((run) => [run.study?.id, run.spec.training.seed])).toEqual([[first.study!.id, 2], [first.study!.id, 1]])
    expect(jobs.living().map(({ title }) => title)).toEqual(['mine, seed 1', 'mine, seed 2'])
    expect(await handlers.runs.study({ id: first.study!.id })).toMatchObject({ runs: 2, done: 0 })
    // In the language that the window speaks.
    await handlers.settings.set({ language: 'zh' })
    expect(await handlers.runs.start({ spec, seeds: 2 })).toMatchObject({ name: expect.stringMatching(/^从零训练，种子 1 · /) as string })
  })

  it('starts nothing that cannot, and names the field', async () => {
    const { handlers, jobs } = program()
    await expect(handlers.runs.start({ spec })).rejects.toMatchObject({ value: { code: 'dataset-not-found', field: 'target.dataset' } })
    expect((await library.runs.list()).runs).toEqual([])
    expect(jobs.list()).toEqual([])
  })

  it('removes a run and brings it back, but not one that works', async () => {
    await installSamples(library, samples)
    const { handlers, ends, jobs, heard } = program()
    const { id } = await handlers.runs.start({ spec })
    await expect(handlers.runs.remove({ ids: [id] })).rejects.toMatchObject({ code: 'run-busy' })
    await expect.poll(() => ends).toHaveLength(1)
    ends[0]?.({ kind: 'cancelled' })
    await expect.poll(() => jobs.ofRun(id)).toBeUndefined()
    const { undoToken } = await handlers.runs.remove({ ids: [id] })
    expect((await handlers.runs.list()).runs).toEqual([])
    heard.length = 0
    await handlers.runs.restore({ undoToken })
    expect((await handlers.runs.list()).runs.map((run) => run.id)).toEqual([id])
    expect(heard).toContain('runs.changed')
  })
})

describe('datasets', () => {
  it('gives no file names where the images were no files', async () => {
    await installSamples(library, samples)
    const { handlers } = program()
    expect(await handlers.datasets.names({ id: 'digits', split: 'test', from: 498, count: 10 })).toEqual([null, null])
  })

  it('gives labels of the images that exist', async () => {
    await installSamples(library, samples)
    const { handlers } = program()
    const labels = await handlers.datasets.labels({ id: 'digits', split: 'test', from: 498, count: 10 })
    expect(labels).toHaveLength(2)
    expect(labels.every((label) => Number.isInteger(label))).toBe(true)
    expect(await handlers.datasets.labels({ id: 'digits', split: 'test', from: 9_000, count: 10 })).toEqual([])
  })

  it('removes a data set that was being looked at, but not one that a run reads', async () => {
    await installSamples(library, samples)
    const { handlers } = program()
    await handlers.datasets.labels({ id: 'mnist-sample', split: 'test', from: 0, count: 1 })
    const { undoToken } = await handlers.datasets.remove({ id: 'mnist-sample' })
    expect((await handlers.datasets.list()).datasets.map(({ id }) => id)).toEqual(['digits'])
    await handlers.datasets.restore({ undoToken })
    expect((await handlers.datasets.list()).datasets).toHaveLength(2)
    await handlers.runs.start({ spec })
    await expect(handlers.datasets.remove({ id: 'digits' })).rejects.toMatchObject({ code: 'dataset-busy' })
  })

  it('says wherever the person is that an import failed', async () => {
    const { handlers, ends, notices, jobs } = program()
    const { jobId } = await handlers.datasets.add({ path: '/photos/cats', validation: 0.1 })
    await expect.poll(() => ends).toHaveLength(1)
    ends[0]?.({ kind: 'failed', error: { code: 'empty', message: text('/photos/cats is empty.') } })
    await expect.poll(() => notices).toEqual(['“cats” was not imported. /photos/cats is empty.'])
    expect(jobs.list()).toMatchObject([{ id: jobId, title: 'cats', state: 'failed', error: { code: 'empty' } }])
  })

  it('offers the dialogue, not a flag, where an import can be read in two ways', async () => {
    const { handlers, ends, remedies } = program()
    await handlers.datasets.add({ path: '/photos/pets', validation: 0.1 })
    await expect.poll(() => ends).toHaveLength(1)
    ends[0]?.({ kind: 'failed', error: { code: 'reading-unclear', message: text('Splits or classes?'), remedy: text('--folders splits') } })
    await expect.poll(() => remedies).toEqual(['Choose in “Add a data set” how it is to be read.'])
  })
})

describe('models', () => {
  async function saved(): Promise<void> {
    const folder = join(dataDir, 'models', 'mine')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'graft.json'), JSON.stringify({
      ref: 'model:mine', name: 'My digits', architecture: 'lenet', input: [28, 28, 1], normalisation: { mean: [0.5], standardDeviation: [0.5] },
      classes: ['a', 'b'], blocks: [], parameters: 1, createdAt: '2026-01-01T00:00:00.000Z'
    }))
  }

  it('exports where the person says, and tells where that was', async () => {
    await saved()
    expect(await program().handlers.models.export({ ref: 'model:mine', format: 'onnx' })).toBeNull()
    const { handlers, ends, notices, jobs } = program({ saveAs: '/home/ada/digits.onnx' })
    const answer = await handlers.models.export({ ref: 'model:mine', format: 'onnx' })
    expect(jobs.list()).toMatchObject([{ id: answer?.jobId, kind: 'export-model', title: 'My digits' }])
    await expect.poll(() => ends).toHaveLength(1)
    ends[0]?.({
      kind: 'done',
      result: { ref: 'model:mine', format: 'onnx', path: '/home/ada/digits.onnx', card: '/home/ada/digits.onnx.README.md', bytes: 1 }
    })
    await expect.poll(() => notices).toEqual(['“My digits” was saved as digits.onnx.'])
  })

  it('answers about pictures once the worker has, says why not, and nothing when it was stopped', async () => {
    await saved()
    const { handlers, ends } = program()
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
    const names = join(dataDir, 'names.txt')
    await writeFile(names, 'cat\ndog\n')
    const { handlers, shown } = program({ chosen: names })
    expect(await handlers.models.choose()).toBe(names)
    expect(shown[0]).toEqual({ name: 'PyTorch', endings: ['.pth', '.bin'] })
    expect(await handlers.models.chooseClassNames()).toEqual({ file: 'names.txt', text: 'cat\ndog\n' })
    expect(await program().handlers.models.chooseClassNames()).toBeNull()
    await writeFile(names, Uint8Array.of(0xff, 0xfe))
    await expect(program({ chosen: names }).handlers.models.chooseClassNames()).rejects.toMatchObject({ code: 'not-text' })
    await writeFile(names, 'x'.repeat(5 << 20))
    await expect(program({ chosen: names }).handlers.models.chooseClassNames()).rejects.toMatchObject({ code: 'file-too-long' })
  })

  it('gives what a look at a file found once the worker is done', async () => {
    const { handlers, ends, jobs } = program()
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
    const { handlers, heard } = program()
    expect(await handlers.models.rename({ id: 'mine', name: 'Digits' })).toMatchObject({ ref: 'model:mine', name: 'Digits' })
    const { undoToken } = await handlers.models.remove({ id: 'mine' })
    await expect(library.models.get('model:mine')).rejects.toMatchObject({ code: 'model-not-found' })
    await handlers.models.restore({ undoToken })
    expect(await library.models.get('model:mine')).toMatchObject({ name: 'Digits' })
    expect(heard).toEqual(['models.changed', 'models.changed', 'models.changed'])
  })
})

describe('what is dropped', () => {
  it('is data at once where nothing has the ending of a model, and is left to a worker where something has', async () => {
    const pictures = join(dataDir, 'pictures')
    await mkdir(pictures)
    await writeFile(join(pictures, 'cat.png'), '')
    const { handlers, ends, jobs } = program()
    expect(await handlers.app.tellApart({ paths: [pictures] })).toEqual({ kind: 'dataset' })
    expect(await handlers.app.tellApart({ paths: ['/photos/a.png', '/photos/b.png'] })).toEqual({ kind: 'dataset' })
    expect(await handlers.app.tellApart({ paths: ['/photos/gone'] })).toEqual({ kind: 'dataset' })
    expect(jobs.list()).toEqual([])
    const asked = handlers.app.tellApart({ paths: ['/models/net.PTH'] })
    await expect.poll(() => ends).toHaveLength(1)
    ends[0]?.({ kind: 'done', result: { kind: 'model', path: '/models/net.PTH' } })
    expect(await asked).toEqual({ kind: 'model', path: '/models/net.PTH' })
    await writeFile(join(pictures, 'data_batch_1.bin'), '')
    const folder = handlers.app.tellApart({ paths: [pictures] })
    await expect.poll(() => ends).toHaveLength(2)
    ends[1]?.({ kind: 'failed', error: { code: 'not-permitted', message: text('no') } })
    await expect(folder).rejects.toMatchObject({ code: 'not-permitted' })
  })
})

describe('app', () => {
  it('examines the computer once when two screens ask at once', async () => {
    const { handlers, ends } = program()
    const asked = [handlers.app.doctor(), handlers.app.doctor()]
    await expect.poll(() => ends).toHaveLength(1)
    ends[0]?.({ kind: 'lost', error: { code: 'worker-killed', message: text('gone') } })
    for (const answer of asked) await expect(answer).rejects.toMatchObject({ code: 'worker-killed' })
    void handlers.app.doctor()
    await expect.poll(() => ends).toHaveLength(2)
  })

  it('tells whether a folder is among what was dropped', async () => {
    const { handlers } = program()
    expect(await handlers.app.anyFolder({ paths: ['/gone', dataDir] })).toBe(true)
    await writeFile(join(dataDir, 'a.png'), '')
    expect(await handlers.app.anyFolder({ paths: [join(dataDir, 'a.png'), '/gone'] })).toBe(false)
  })

  it('makes a data set of pictures and the classes they were given, and keeps their table only so long', async () => {
    await installSamples(library, samples)
    const { handlers, jobs, ends, launched } = program()
    const { id: taken } = (await library.datasets.list()).datasets[0]!
    await handlers.datasets.addLabelled({ folder: '/pictures', files: [{ file: '=1.png', class: 'cat' }, { file: 'b.png', class: 'dog' }], name: taken, size: [8, 8] })
    await expect.poll(() => ends).toHaveLength(1)
    const [job] = jobs.list()
    expect(job).toMatchObject({ kind: 'import-dataset', title: taken })
    const [{ input }] = launched as [{ input: { path: string, table: string, id: string, size: [number, number] } }]
    expect(input).toMatchObject({ path: '/pictures', id: `${taken}-2`, size: [8, 8] })
    expect(await readFile(input.table, 'utf8')).toBe('file,class\n./=1.png,cat\nb.png,dog\n')
    ends[0]?.({ kind: 'cancelled' })
    await expect.poll(() => readFile(input.table).catch(() => 'gone')).toBe('gone')
  })

  it('gives a second data set of corrections a free id, and a name in the language that the program speaks', async () => {
    await installSamples(library, samples)
    const { handlers, ends, launched } = program()
    const { id: from, name, splits } = (await library.datasets.list()).datasets[0]!
    await handlers.settings.set({ language: 'zh' })
    const plan = { dataset: from, classes: {}, corrections: [{ do: 'leave-out' as const, split: 'train' as const, position: 1 }] }
    await handlers.datasets.mend({ from, plan })
    await expect.poll(() => ends).toHaveLength(1)
    interface Input { id: string, name: string, from: string, plan: typeof plan }
    const inputs = (): Input[] => (launched as { input: Input }[]).map(({ input }) => input)
    const [first] = inputs()
    expect(first).toMatchObject({ from, plan, name: `${name}（已更正）` })
    await mendDataset(library, first!)
    ends[0]?.({ kind: 'cancelled' })
    const others = { dataset: from, classes: {}, corrections: [{ do: 'leave-out' as const, split: 'train' as const, position: 2 }] }
    await handlers.datasets.mend({ from, plan: others })
    await expect.poll(() => ends).toHaveLength(2)
    const second = inputs()[1]!
    expect(second.id).toBe(`${first!.id}-2`)
    expect((await mendDataset(library, second)).splits.train?.count).toBe(splits.train!.count - 1)
    await handlers.settings.set({ language: 'en' })
    ends[1]?.({ kind: 'cancelled' })
    await handlers.datasets.mend({ from, plan, id: 'mine' })
    await expect.poll(() => ends).toHaveLength(3)
    expect(inputs()[2]).toMatchObject({ id: 'mine', name: `${name}, corrected` })
  })

  it('saves what the window made where the person says, under a plain name', async () => {
    await mkdir(join(dataDir, 'out'))
    const { handlers } = program({ saveAs: join(dataDir, 'out', 'chart.csv') })
    expect(await handlers.app.saveFile({ suggestedName: '../../chart.csv', content: 'a,b' })).toBe('chart.csv')
    expect(await readFile(join(dataDir, 'out', 'chart.csv'), 'utf8')).toBe('a,b')
    expect(await program().handlers.app.saveFile({ suggestedName: 'x', content: 'y' })).toBeNull()
    expect(await readdir(join(dataDir, 'out'))).toEqual(['chart.csv'])
  })

  it('opens the folder of a run that exists, and no other', async () => {
    const { handlers, opened } = program()
    const run = await library.runs.create(spec, { names: { source: '', target: '', method: '' } })
    await handlers.app.openFolder({ kind: 'run', id: run.id })
    expect(opened).toEqual([library.runs.paths(run.id).folder])
    await expect(handlers.app.openFolder({ kind: 'run', id: 'none' })).rejects.toMatchObject({ code: 'run-not-found' })
  })
})

describe('moving the data', () => {
  it('copies in a worker, and starts again with what was copied; not while something is under way', async () => {
    vi.stubEnv('GRAFT_DATA_DIR', '')
    for (const name of ['HOME', 'XDG_DATA_HOME', 'APPDATA']) vi.stubEnv(name, join(dataDir, '..', `${basename(dataDir)}-home`))
    const { handlers, ends, restarts, launched } = program()
    const target = await mkdtemp(join(tmpdir(), 'graft-elsewhere-'))
    try {
      await mkdir(join(dataDir, 'datasets'), { recursive: true })
      await handlers.app.moveData({ path: target })
      expect(launched).toMatchObject([{ kind: 'move-data', input: { to: target } }])
      await expect(handlers.app.useDataFolder({ path: target })).rejects.toMatchObject({ code: 'jobs-under-way' })
      await copyDataFolder(dataDir, target)
      ends[0]!({ kind: 'done', result: { path: target } })
      await vi.waitFor(() => expect(restarts).toEqual(['now']))
      expect(chosenLocation()).toMatchObject({ dataDir: target, before: dataDir })
      // Nothing was copied: there is no earlier place to tell of.
      await handlers.app.useDataFolder({ path: target })
      expect(chosenLocation()).toEqual({ schemaVersion: 1, dataDir: target })
    } finally {
      vi.unstubAllEnvs()
      await rm(target, { recursive: true })
      await rm(`${dataDir}-home`, { recursive: true, force: true })
    }
  })
})
