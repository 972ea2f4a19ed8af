import type { Machine } from '../../contract/doctor'
import type { Advice, KnownPace, Race } from '../../contract/advice'
import type { Examination } from '../../contract/examinations'
import type { FeatureMap } from '../../contract/feature-maps'
import type { KeptDraft } from '../../contract/corrections-draft'
import type { LabelNext } from '../../contract/labelling'
import type { Similarity } from '../../contract/similarity'
import type { Xray } from '../../contract/xray'
import { appContract, settingsSchema, type AppContract, type Settings } from '../../contract/app'
import type { CameraFolder } from '../../contract/camera'
import type { KeptComparison } from '../../contract/comparisons'
import type { Dataset } from '../../contract/datasets'
import type { Envelope, Handlers } from '../../contract/define'
import type { KnownDataset, KnownModelEntry } from '../../contract/downloads'
import { GraftError, toErrorValue } from '../../contract/errors'
import type { JobStatus } from '../../contract/jobs/status'
import type { ArchitectureSummary, ModelImportOptions, ModelSummary } from '../../contract/models'
import type { Workers } from '../../contract/workers'
import type { TriedRates } from '../../contract/rates'
import type { Replay } from '../../contract/replay'
import type { Metric, Run } from '../../contract/runs'
import type { MethodSummary } from '../../contract/methods'
import { curveOf, marksOf } from '../../rules/marks'
import type { GraftBridge } from '../shared/api'
import { fakeInspection } from './fake-inspection'
import { fakeJobId, started } from './fake-jobs'
import { digits, fakeDatasets, fakeKnown, fakeKnownModels, fakeModel, fakeModelInspection, fakeSorted } from './fake-library'
import { fakeArchitectures, fakeMethods } from './fake-methods'
import { fakeBackend, fakeRun } from './fake-runs'

/** What the fake main process knows; tests change it before they mount. */
export interface FakeState {
  settings: Settings
  datasets: Dataset[]
  known: KnownDataset[]
  knownModels: KnownModelEntry[]
  architectures: ArchitectureSummary[]
  models: ModelSummary[]
  methods: MethodSummary[]
  runs: Run[]
  metrics: Map<string, Metric[]>
  /** What was watched of runs, by id. */
  replays: Map<string, Replay>
  /** What a look for advice brings, and what stood from before. */
  advice: Advice | null
  standing: Advice | null
  /** What a try of learning rates finds. */
  triedRates: TriedRates | null
  /** How a race ends. */
  race: Race | null
  /** How a race ended before the window was opened. */
  standingRace: Race | null
  /** How fast networks are known to train here, and what a try finds. */
  paces: KnownPace[]
  machine: Machine | null
  memoryBytes: number
  measured: KnownPace | null
  /** What an X-ray shows. */
  xray: Xray | null
  /** A map of features. */
  featureMap: FeatureMap | null
  /** What a look into two models shows. */
  similarity: Similarity | null
  /** What the data doctor finds. */
  examination: Examination | null
  /** Which pictures are to be labelled next. */
  nextLabels: LabelNext | null
  /** What was decided and not made into another data set, by the data set. */
  drafts: Record<string, KeptDraft>
  /** What a check of other machines finds. */
  workers: Workers | null
  comparisons: KeptComparison[]
  cameraFolders: CameraFolder[]
  jobs: JobStatus[]
  locale: string
}

/** What computes on the fake's machine. */
export const fakeMachine: Machine = {
  chosen: fakeBackend,
  backends: [
    {
      kind: 'gpu', available: false, chosen: false, reason: { en: 'No NVIDIA driver answers.', zh: '没有 NVIDIA 驱动响应。' },
      remedy: { en: 'Install the NVIDIA driver, then run set-up again.', zh: '请安装 NVIDIA 驱动，然后重新运行安装。' }
    },
    { kind: 'cpu', available: true, chosen: true, library: 'TensorFlow 2.16.1' },
    { kind: 'wasm', available: true, chosen: false, library: 'tfjs-backend-wasm 4.22.0' }
  ],
  functions: { available: true }
}

export interface FakeApi {
  /** What stands at `window.graft`. */
  bridge: GraftBridge
  state: FakeState
  /** The handlers; replace one to make it fail or wait. */
  handlers: Handlers<AppContract>
  /** Every request that came, with its parsed input. */
  calls: { name: string, input: unknown }[]
  /** Sends an event to the window, checked against the contract. */
  emit(noun: string, verb: string, payload: unknown): void
}

function find<Item>(items: readonly Item[], fits: (item: Item) => boolean, id: string): Item {
  const found = items.find(fits)
  if (found) return found
  throw new GraftError('run-not-found', { en: `There is no run ${id}.`, zh: `没有运行 ${id}。` })
}

function handlersOver(state: FakeState, emit: FakeApi['emit']): Handlers<AppContract> {
  const runOf = (id: string): Run => find(state.runs, (run) => run.id === id, id)
  const put = (run: Run): Run => {
    state.runs = [run, ...state.runs.filter((other) => other.id !== run.id)]
    emit('runs', 'changed', { id: run.id, run })
    return run
  }
  let nextRun = 1
  let taken = 0
  /** What the last look at a model was asked. */
  let inspected: ModelImportOptions | undefined
  return {
    app: {
      info: () => ({
        version: '0.1.0', platform: 'linux', locale: state.locale, dataDir: '/home/ada/.local/share/graft',
        versions: { electron: '45.4.1', chrome: '144.0.0', node: '24.11.0' }, electronStandIn: false
      }),
      doctor: () => ({
        ...fakeMachine,
        versions: { graft: '0.1.0', node: '24.11.0', tensorflow: '2.16.1' },
        folders: { data: '/home/ada/.local/share/graft', cache: '/home/ada/.cache/graft' }, freeDiskBytes: 84_000_000_000,
        models: [{ id: 'efficientnet-lite0', name: 'EfficientNet-Lite0', available: true, licence: 'Apache-2.0', source: 'PyPI: a package 0.1.0' }]
      }),
      openFolder: () => undefined,
      lookAtDataFolder: ({ path }) => ({ path, holdsData: false, bytes: 1_200_000_000, freeBytes: 84_000_000_000 }),
      moveData: () => started('move-data'),
      useDataFolder: () => undefined,
      choosePath: () => '/home/ada/pictures/flowers',
      tellApart: ({ paths }) => paths[0]!.endsWith('.safetensors') ? { kind: 'model', path: paths[0]! } : { kind: 'dataset' },
      choosePictures: () => ['/home/ada/pictures/seven.png', '/home/ada/notes.txt'],
      anyFolder: ({ paths }) => paths.some((path) => !/\.\w+$/.test(path)),
      saveFile: ({ suggestedName }) => suggestedName,
      savePdf: ({ suggestedName }) => suggestedName
    },
    workers: {
      check: () => started('check-workers'),
      checked: () => state.workers
    },
    settings: {
      get: () => state.settings,
      set: (change) => {
        const named = Object.entries(change).filter(([, value]) => value !== undefined)
        state.settings = settingsSchema.parse({ ...state.settings, ...Object.fromEntries(named) })
        emit('settings', 'changed', state.settings)
        return state.settings
      }
    },
    updates: {
      state: () => ({ address: null, ask: false }),
      look: () => null,
      download: () => ({ path: '/home/ada/.cache/graft/updates/graft_0.2.0_amd64.deb' })
    },
    camera: {
      open: () => 'allowed',
      close: () => undefined,
      keep: ({ place, class: name }) => {
        const file = `${String(++taken).padStart(4, '0')}.jpg`
        const folderPath = place === 'try' ? '/home/ada/.local/share/graft/window/camera' : '/home/ada/.local/share/graft/camera/camera-2026-11-30'
        return { folder: 'camera-2026-11-30', folderPath, file, path: [folderPath, ...(name === undefined ? [] : [name]), file].join('/') }
      },
      remove: () => undefined,
      folders: () => state.cameraFolders
    },
    datasets: {
      list: () => ({ datasets: state.datasets, damaged: [] }),
      formats: () => [
        { id: 'image-folder', title: { en: 'Image folder', zh: '图像文件夹' }, summary: { en: 'One folder per class.', zh: '每个类别一个文件夹。' } },
        { id: 'cifar-10', title: { en: 'CIFAR-10', zh: 'CIFAR-10' }, summary: { en: 'The official binary layout.', zh: '官方二进制格式。' } }
      ],
      add: () => started('import-dataset'),
      addLabelled: () => started('import-dataset'),
      saveFeatures: () => started('save-features'),
      known: () => state.known,
      get: () => started('download-dataset'),
      discardDownload: ({ known }) => {
        state.known = state.known.map((entry) => entry.id === known ? { ...entry, partialBytes: 0 } : entry)
        emit('datasets', 'changed', {})
      },
      source: ({ id }) => id === 'cifar-10' ? 'changed' : 'unknown',
      inspect: () => started('inspect-dataset'),
      inspection: ({ jobId }) => jobId === fakeJobId('inspect-dataset') ? fakeInspection() : null,
      rename: ({ id, name }) => {
        const renamed = { ...find(state.datasets, (dataset) => dataset.id === id, id), name }
        state.datasets = state.datasets.map((dataset) => dataset.id === id ? renamed : dataset)
        emit('datasets', 'changed', { id })
        return renamed
      },
      derive: () => started('derive-dataset'),
      mend: () => started('mend-dataset'),
      examine: () => started('examine'),
      examined: () => state.examination,
      labelNext: () => started('label-next'),
      nextLabels: () => state.nextLabels,
      draft: ({ id }) => state.drafts[id] ?? null,
      keepDraft: ({ id, draft }) => {
        const { [id]: _, ...others } = state.drafts
        state.drafts = draft ? { ...others, [id]: { ...draft, at: '2026-01-01T12:00:00.000Z' } } : others
      },
      names: ({ split, from, count }) => Array.from({ length: count }, (_, index) => `${split}/${from + index}.png`),
      labels: ({ id, column, from, count }) => {
        if (column === 'domains') return Array.from({ length: count }, (_, index) => (from + index) % 3)
        const classes = state.datasets.find((dataset) => dataset.id === id)?.classes.length ?? 0
        return Array.from({ length: count }, (_, index) => classes === 0 ? null : (from + index) % classes)
      },
      remove: ({ id }) => {
        state.datasets = state.datasets.filter((dataset) => dataset.id !== id)
        emit('datasets', 'changed', { id })
        return { undoToken: id }
      },
      restore: ({ undoToken }) => {
        state.datasets = [...state.datasets, ...fakeDatasets().filter((dataset) => dataset.id === undoToken)]
        emit('datasets', 'changed', {})
      }
    },
    models: {
      list: () => ({ architectures: state.architectures, models: state.models, damaged: [] }),
      export: () => started('export-model'),
      known: () => state.knownModels,
      get: () => started('download-model'),
      discardDownload: ({ known }) => {
        state.knownModels = state.knownModels.map((entry) => entry.id === known ? { ...entry, partialBytes: 0 } : entry)
        emit('models', 'changed', {})
      },
      predict: () => started('predict'),
      prediction: () => ({
        model: 'run:mnist-run', notes: [], source: { ref: 'run:older', name: 'An older run' },
        predictions: [
          {
            image: 'seven.png', classes: [{ class: '7', probability: 0.91 }, { class: '1', probability: 0.06 }, { class: '9', probability: 0.02 }],
            saliency: { class: '7', height: 2, width: 2, map: [0, 1, 0.5, 0.25] },
            source: [{ class: '1', probability: 0.55 }, { class: '7', probability: 0.4 }, { class: '4', probability: 0.01 }],
            picture: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
          },
          { image: 'notes.txt', error: { code: 'image-unreadable', message: { en: 'notes.txt could not be read.', zh: '无法读取 notes.txt。' } } }
        ]
      }),
      serve: () => started('serve'),
      sort: () => started('sort-pictures'),
      sorted: () => fakeSorted,
      map: () => started('feature-map'),
      mapFound: () => state.featureMap,
      similarity: () => started('similarity'),
      similarityFound: () => state.similarity,
      formats: () => [
        { id: 'safetensors', title: { en: 'safetensors', zh: 'safetensors' }, extensions: ['.safetensors'], canImport: true, canExport: true },
        { id: 'tfjs', title: { en: 'TensorFlow.js', zh: 'TensorFlow.js' }, extensions: ['.json'], canImport: true, canExport: true }
      ],
      choose: () => '/home/ada/models/resnet20.safetensors',
      chooseClassNames: () => ({ file: 'names.txt', text: digits.map((digit) => `digit ${digit}`).join('\n') }),
      inspect: (options) => {
        inspected = options
        return started('inspect-model')
      },
      inspection: ({ jobId }) => jobId === fakeJobId('inspect-model') && inspected ? fakeModelInspection(inspected) : null,
      rename: ({ id, name }) => {
        const renamed = { ...find(state.models, ({ ref }) => ref === `model:${id}`, id), name }
        state.models = state.models.map((model) => model.ref === renamed.ref ? renamed : model)
        emit('models', 'changed', { ref: renamed.ref })
        return renamed
      },
      import: () => started('import-model'),
      remove: ({ id }) => {
        state.models = state.models.filter(({ ref }) => ref !== `model:${id}`)
        emit('models', 'changed', {})
        return { undoToken: id }
      },
      restore: ({ undoToken }) => {
        state.models = [...state.models, fakeModel(`model:${undoToken}`, undoToken)]
        emit('models', 'changed', {})
      }
    },
    methods: { list: () => state.methods },
    xray: { ask: () => started('xray'), answer: () => state.xray },
    advice: { ask: () => started('advise'), answer: () => state.advice, standing: () => state.standing, rates: () => started('try-rates'), triedRates: () => state.triedRates, race: () => started('race'), raced: () => state.race, standingRace: () => state.standingRace, paces: () => ({ machine: state.machine, memoryBytes: state.memoryBytes, paces: state.paces }), measurePace: () => started('measure-pace'), measuredPace: () => state.measured },
    runs: {
      list: () => ({ runs: state.runs, damaged: [] }),
      get: ({ id }) => runOf(id),
      metrics: ({ id }) => state.metrics.get(id) ?? [],
      replay: ({ id }) => state.replays.get(id) ?? null,
      check: () => [],
      plan: ({ twins = false, seeds = 1, grid = {} }) => {
        const candidates = seeds * Object.values(grid).reduce((product, values) => product * values.length, 1)
        return {
          runs: candidates * (twins ? 2 : 1), twins: twins ? candidates : 0, seconds: 60 * candidates * (twins ? 2 : 1), unknown: 0,
          memory: { bytes: 1.2e9, total: 16e9 }
        }
      },
      start: ({ spec, name }) => put(fakeRun(`started-${nextRun++}`, {
        spec, state: 'queued', epochs: 0, seconds: 0, name: name ?? 'A new run', createdAt: new Date().toISOString(),
        startedAt: undefined, chosen: undefined
      })),
      control: ({ id }) => {
        const study = { id: `study-of-${id}` }
        const control = put(fakeRun(`control-${nextRun++}`, {
          spec: { ...runOf(id).spec, method: { id: 'scratch', params: {} } }, state: 'queued', epochs: 0, seconds: 0, name: 'From scratch',
          study: { ...study, role: 'scratch' }
        }))
        put({ ...runOf(id), study: { ...study, role: 'candidate', twins: { scratch: control.id } } })
        return control
      },
      resume: ({ id }) => put({ ...runOf(id), state: 'running', error: undefined }),
      save: () => started('save-runs'),
      open: () => started('open-runs'),
      choose: () => '/home/ada/two.graft',
      cancel: ({ id }) => { put({ ...runOf(id), state: 'cancelled' }) },
      stopAfterEpoch: () => undefined,
      rename: ({ id, name }) => put({ ...runOf(id), name }),
      mark: ({ id, marks: { tags, note, pinned } }) => {
        const now = marksOf(runOf(id))
        return put({ ...runOf(id), marks: { tags: tags ?? now.tags, note: note ?? now.note, pinned: pinned ?? now.pinned } })
      },
      curves: ({ ids }) => Object.fromEntries(ids.flatMap((id) => {
        const curve = curveOf(state.metrics.get(id) ?? [], runOf(id).chosen)
        return curve ? [[id, curve]] : []
      })),
      study: ({ id }) => {
        const runs = state.runs.filter(({ study }) => study?.id === id)
        const idsOf = (twin: boolean): string[] => runs.filter(({ study }) => (study?.role !== 'candidate') === twin).map((run) => run.id)
        return {
          id, runs: runs.length, done: runs.length,
          arms: [{
            method: 'fine-tuning', settings: {}, notes: [], score: { runs: idsOf(false), done: 3, mean: 0.912, standardDeviation: 0.004 },
            twins: [{
              role: 'scratch', twin: { runs: idsOf(true), done: 3, mean: 0.851, standardDeviation: 0.006 }, pairs: 3,
              difference: 0.061, interval: [0.048, 0.074], over: 'seeds', verdict: 'helped'
            }]
          }]
        }
      },
      compare: ({ ids }) => ({
        runs: ids.map(runOf),
        differences: ids.slice(1).map((second, index) => ({
          first: ids[0] ?? '', second, difference: 0.031 * (index + 1), interval: [0.012, 0.05], verdict: 'better' as const
        }))
      }),
      flips: ({ first, second }) => {
        const confusion = (id: string) => runOf(id).metrics.test?.confusion ?? []
        return {
          cells: { 'fixed': 40, 'broken': 9, 'both-right': 430, 'both-wrong': 21 }, n: 500, classes: digits,
          paired: { first, second, difference: 0.062, interval: [0.034, 0.09], mcnemar: { gained: 40, lost: 9, p: 0.00001 }, verdict: 'better' },
          confusions: [confusion(first), confusion(second)]
        }
      },
      flipImages: ({ first, cell }) => ({
        dataset: runOf(first).spec.target.dataset, split: 'test', positions: [3, 14, 15], truth: [1, 4, 9],
        predicted: [cell === 'fixed' ? [7, 9, 4] : [1, 4, 9], [1, 4, 9]], confidence: [null, [0.99, 0.9, 0.6]]
      }),
      answers: ({ id, truth, predicted }) => {
        const run = runOf(id)
        const row = run.metrics.test?.confusion?.[truth] ?? []
        const said = row.flatMap((count, index) => predicted === undefined || predicted === index ? Array<number>(count).fill(index) : [])
        const wrongFirst = [...said.filter((index) => index !== truth), ...said.filter((index) => index === truth)]
        return { dataset: run.spec.target.dataset, split: 'test', positions: wrongFirst.map((_, index) => index * 7 + truth), predicted: wrongFirst }
      },
      answerList: ({ ids }) => ({
        dataset: runOf(ids[0] ?? '').spec.target.dataset, split: 'test' as const, classes: digits, positions: [0, 7], files: ['test/1/a.png', 'test/2/b.png'], truth: [1, 2],
        runs: ids.map((id) => ({ id, name: runOf(id).name, predicted: [1, 7], confidence: [0.9, 0.8] }))
      }),
      remove: ({ ids }) => {
        state.runs = state.runs.filter((run) => !ids.includes(run.id))
        for (const id of ids) emit('runs', 'changed', { id, run: null })
        return { undoToken: ids.join(',') }
      },
      restore: ({ undoToken }) => { for (const id of undoToken.split(',')) put(fakeRun(id)) }
    },
    jobs: {
      list: () => state.jobs,
      move: ({ id, by }) => {
        const place = state.jobs.findIndex((job) => job.id === id)
        const [job, other] = [state.jobs[place], state.jobs[place + by]]
        if (job && other) state.jobs = state.jobs.map((each) => each === job ? other : each === other ? job : each)
        return state.jobs
      },
      cancel: ({ id }) => {
        const job = find(state.jobs, (candidate) => candidate.id === id, id)
        emit('jobs', 'changed', { ...job, state: 'cancelled' })
      }
    },
    comparisons: {
      list: () => state.comparisons,
      keep: (kept) => state.comparisons = [kept, ...state.comparisons.filter(({ id }) => id !== kept.id)],
      remove: ({ id }) => state.comparisons = state.comparisons.filter((kept) => kept.id !== id)
    },
    notices: {}
  }
}

/**
 * A main process that is not there: the contract projected onto envelopes over data in memory, every input, answer and
 * event checked by its schema, as the real border does.
 */
export function createFakeApi(changes: Partial<FakeState> = {}): FakeApi {
  const listeners = new Map<string, Set<(payload: unknown) => void>>()
  const calls: FakeApi['calls'] = []
  const state: FakeState = {
    settings: { language: 'en', theme: 'light', device: 'auto' }, datasets: fakeDatasets(), known: fakeKnown(), knownModels: fakeKnownModels(),
    architectures: fakeArchitectures,
    models: [fakeModel('run:mnist-run', 'Seed CNN from scratch on MNIST digits')], methods: fakeMethods,
    runs: [fakeRun('mnist-run')], metrics: new Map(), replays: new Map(), advice: null, standing: null, triedRates: null, race: null, standingRace: null, paces: [], machine: fakeMachine, memoryBytes: 16e9, measured: null,
    examination: null, nextLabels: null, drafts: {}, xray: null, similarity: null, featureMap: null, workers: null, comparisons: [], cameraFolders: [], jobs: [], locale: 'en-GB', ...changes
  }

  function definitionOf(noun: string, verb: string) {
    const verbs: Record<string, Record<string, unknown>> = appContract
    return verbs[noun]?.[verb] as { kind: 'request', input: Checked, output: Checked } | { kind: 'event', payload: Checked }
  }
  function emit(noun: string, verb: string, payload: unknown): void {
    const definition = definitionOf(noun, verb)
    if (definition.kind !== 'event') throw new Error(`${noun}.${verb} is no event`)
    const checked = definition.payload.parse(payload)
    for (const listener of listeners.get(`${noun}.${verb}`) ?? []) listener(structuredClone(checked))
  }
  const handlers = handlersOver(state, emit)

  async function ask(noun: string, verb: string, input: unknown): Promise<Envelope> {
    const definition = definitionOf(noun, verb)
    if (definition.kind !== 'request') throw new Error(`${noun}.${verb} is no request`)
    const functions = handlers as unknown as Record<string, Record<string, (input: unknown) => unknown>>
    try {
      const parsed = definition.input.parse(structuredClone(input))
      calls.push({ name: `${noun}.${verb}`, input: parsed })
      return { ok: true, value: structuredClone(definition.output.parse(await functions[noun]?.[verb]?.(parsed))) }
    } catch (error) {
      return { ok: false, error: toErrorValue(error) }
    }
  }
  function listen(name: string, listener: (payload: unknown) => void): () => void {
    const all = listeners.get(name) ?? new Set()
    listeners.set(name, all.add(listener))
    return () => all.delete(listener)
  }

  const nouns = Object.entries(appContract).map(([noun, verbs]) => [noun, Object.fromEntries(
    Object.entries(verbs).map(([verb, definition]) => [verb, definition.kind === 'event'
      ? (listener: (payload: unknown) => void) => listen(`${noun}.${verb}`, listener)
      : (input: unknown) => ask(noun, verb, input)])
  )])
  const bridge = { ...Object.fromEntries(nouns), pathForFile: (file: unknown) => `/dropped/${(file as File).name}` } as unknown as GraftBridge
  return { bridge, state, handlers, calls, emit }
}

interface Checked { parse(value: unknown): unknown }
