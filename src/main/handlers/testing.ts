import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import type { Machine } from '../../contract/doctor'
import type { Catalogue } from '../../contract/engine'
import { defaultsOf } from '../../contract/parameters'
import type { Spec } from '../../contract/runs'
import type { Text } from '../../contract/text'
import { trainingParameters } from '../../contract/training'
import { type Library, openLibrary } from '../../library'
import { Cached } from '../shell/cached'
import { CameraPictures } from '../shell/camera-pictures'
import { CameraGrant } from '../window/camera'
import { JobQueue } from '../jobs/jobs'
import { Elsewhere } from '../jobs/elsewhere'
import { Downloads } from '../jobs/downloads'
import { QueueFile } from '../jobs/queue-file'
import { ReaderPool } from '../window/reader-pool'
import { languageOf, SettingsStore } from '../shell/settings'
import { Training } from '../jobs/training'
import { tellOf } from '../jobs/telling'
import type { WorkerEnd } from '../../supervision/supervisor'
import { Updates } from '../updates/updates'
import { createHandlers } from '.'

export const samples = join(__dirname, '..', '..', '..', 'resources', 'samples')
export const text = (en: string) => ({ en, zh: en })
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
export const spec: Spec = {
  source: { model: 'arch:seed-cnn' }, target: { dataset: 'digits', labels: 'all' }, method: { id: 'scratch', params: {} },
  training: defaultsOf(trainingParameters) as Spec['training'], device: 'auto'
}

/** A machine on whose processor steps can be functions. */
export const onProcessor: Machine = {
  chosen: { kind: 'cpu', library: 'TensorFlow 2.16.1', device: 'A processor', threads: 2 }, backends: [], functions: { available: true }
}

/** A data folder and its library, anew for each test of a file. */
export interface Place { dataDir: string, library: Library, program: typeof program }

/** The place where the handlers' tests work. */
export function useProgram(): Place {
  const place = {} as Place & { close?: () => Promise<void> }
  beforeEach(async () => {
    place.dataDir = await mkdtemp(join(tmpdir(), 'graft-handlers-'))
    place.library = openLibrary(place.dataDir)
    place.program = program.bind(place)
  })
  afterEach(async () => {
    await place.close?.()
    await rm(place.dataDir, { recursive: true, force: true, maxRetries: 5 })
  })
  return place
}

/** The handlers over a real library, with workers that end when the test says so and a desktop that answers as told. */
function program(
  this: { dataDir: string, library: Library, close?: () => Promise<void> },
  { saveAs = null as string | null, chosen = null as string | null, outputBytes = undefined as number | undefined, machine = onProcessor as Machine } = {}
) {
  const { dataDir, library } = this
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
  this.close = () => readers.closeAll()
  const settings = new SettingsStore(dataDir, () => undefined)
  const updates = new Updates({
    source: null, version: '0.1.0', form: 'linux-x64.deb', fetch: async () => { throw new Error('unused') }, dataDir, cacheDir: join(dataDir, 'cache'),
    wanted: async () => undefined, isUsed: async () => false
  })
  const elsewhere = new Elsewhere({ library, jobs, settings, send })
  const handlers = createHandlers({
    library, lists, jobs, machine: new Cached(async () => machine), training, elsewhere, downloads, readers, updates, send,
    camera: new CameraGrant(), cameraPictures: new CameraPictures(dataDir), catalogue: new Cached(async () => outputBytes === undefined
      ? catalogue : { ...catalogue, architectures: catalogue.architectures.map((architecture) => ({ ...architecture, outputBytes })) }),
    settings, applySettings: async () => undefined, language: async () => languageOf((await settings.get()).language, 'en'), logsFolder: join(dataDir, 'logs'),
    desktop: {
      info: () => { throw new Error('unused') },
      restart: () => { restarts.push('now') },
      openFolder: async (path) => { opened.push(path) },
      showFile: (path) => { opened.push(path) },
      choosePath: async (_kind, what) => {
        shown.push(what)
        return chosen
      },
      choosePictures: async () => [],
      askForCamera: async () => true,
      cameraAllowed: async () => true,
      chooseSaveAs: async () => saveAs,
      printPage: async (page) => new TextEncoder().encode(`%PDF of ${page}`)
    }
  })
  return { handlers, heard, notices, remedies, ends, opened, restarts, shown, launched, jobs, library, lists, send }
}
