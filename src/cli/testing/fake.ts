import type { Doctor } from '../../contract/doctor'
import type { Run } from '../../contract/runs'
import type { Engine } from '../../engine'
import { importModel, inspectModel } from '../../engine/models/import'
import { tellApart } from '../../engine/models/tell-apart'
import { type Library, openLibrary } from '../../library'
import { fakeAdvice, fakeRace } from './fake-advice'
import { fakeExamination } from './fake-examination'
import { fakeLabelNext } from './fake-label-next'
import { fakeSimilarity } from './fake-similarity'
import { fakeXray } from './fake-xray'
import { both, fakeCatalogue, fakeScore } from './fake-catalogue'
import { Context, type Surroundings } from '../context'
import { runCommandLine } from '../program'

// For tests of the command line: an engine that computes nothing, and a process whose output is text.

export interface Fake {
  library: Library
  /** How the fake training ends. */
  outcome?: (run: Run) => Partial<Run>
  problems?: Awaited<ReturnType<Engine['check']>>
}

const fakeDoctor = (dataDir: string): Doctor => ({
  chosen: { kind: 'wasm', library: 'TensorFlow.js 4.22.0', device: 'A processor', threads: 2 },
  backends: [
    { kind: 'gpu', available: false, chosen: false, reason: both('No card.'), remedy: both('Buy one.') },
    { kind: 'cpu', available: false, chosen: false, reason: both('Not set up.') },
    { kind: 'wasm', available: true, chosen: true }
  ],
  functions: { available: false, reason: both('No functions.') },
  versions: { graft: '1.2.3' }, folders: { data: dataDir, cache: '/cache' }, models: [], freeDiskBytes: 5e9
})

function fakeEngine({ library, outcome = () => ({ state: 'done' }), problems = [] }: Fake): Engine {
  return {
    catalogue: () => fakeCatalogue,
    check: () => Promise.resolve(problems),
    train: async (id, hooks) => {
      hooks?.onProgress?.({
        runId: id, state: 'running', phase: 'training', stage: 0, stages: 1, epoch: 0, epochs: 3, step: 1, steps: 9,
        stepInEpoch: 1, stepsPerEpoch: 3, seconds: 1
      })
      return library.runs.update(id, (run) => ({
        ...run, epochs: 3, seconds: 1.5, imagesPerSecond: 100, metrics: { test: fakeScore },
        backend: { kind: 'wasm', library: 'TensorFlow.js 4.22.0', device: 'A processor', threads: 2 },
        dataHashes: Object.fromEntries(['images', 'labels'].map((part) => [`${run.spec.target.dataset}/test/${part}`, part])), ...outcome(run)
      }))
    },
    advise: async (wanted) => fakeAdvice(wanted),
    measurePace: async ({ source, device }) => ({
      network: source, input: [8, 8, 1], device, backend: fakeDoctor('').chosen, pace: { looking: 60, training: 20, baseBytes: 1, bytesPerImage: 1, steps: 7 }, at: new Date().toISOString()
    }),
    tryRates: ({ spec: { training: { learningRate: rate, optimizer } } }) => Promise.resolve({
      points: [{ rate: 1e-6, loss: 2 }, { rate: 1e-3, loss: 1 }], end: 'whole', proposed: { valley: 3e-4, steep: 8e-4 }, rate, optimizer, seconds: 1
    }),
    race: async (wanted) => fakeRace(wanted),
    examine: async (wanted) => fakeExamination(wanted),
    labelNext: async (wanted) => fakeLabelNext(wanted),
    xray: async (wanted) => fakeXray(wanted),
    similarity: async (wanted) => fakeSimilarity(wanted),
    featureMap: () => Promise.reject(new Error('no command lays out a map')),
    tellApart,
    inspectModel: (options) => inspectModel(options),
    importModel: (options) => importModel(library, options),
    evaluate: () => Promise.resolve(fakeScore),
    writeHeatMap: () => Promise.resolve(),
    saveFeatures: ({ model, dataset, format, path }) => Promise.resolve({ model, dataset, format, path, rows: 4, length: 8, bytes: 256 }),
    exportModel: ({ ref, format, path }) => Promise.resolve({ ref, format, path, card: `${path}/README.md`, bytes: 2048 }),
    serve: (_request, _device, { onReady }) => {
      onReady('http://127.0.0.1:1')
      return Promise.resolve(0)
    },
    sortPictures: (model, paths) => Promise.resolve({
      model, folder: '/pictures', classes: ['a', 'b'], size: [8, 8] as [number, number], left: 0,
      files: paths.map((path, index) => ({ file: path, class: 'ab'[index % 2]!, confidence: 0.5 + 0.1 * index }))
    }),
    predict: (model, images) => Promise.resolve({ model, notes: [], predictions: images.map((image) => ({ image: String(image), classes: [{ class: 'a', probability: 0.75 }] })) })
  }
}

export interface Spoken { code: number, stdout: string, stderr: string }

/** Runs one command line in a data folder with the fake engine, and gives what it said. */
export async function speak(dataDir: string, argv: readonly string[], more: More = {}): Promise<Spoken> {
  const said = { stdout: '', stderr: '' }
  const code = await runCommandLine(surroundingsOf(dataDir, argv, said, more))
  return { code, ...said }
}

/** What a part of a command works with, in a data folder with the fake engine; what it says is dropped. */
export const fakeContext = (dataDir: string, more: More = {}): Context =>
  new Context(surroundingsOf(dataDir, [], { stdout: '', stderr: '' }, more), 'en')

type More = Partial<Surroundings> & Omit<Partial<Fake>, 'library'>

function surroundingsOf(dataDir: string, argv: readonly string[], said: Record<'stdout' | 'stderr', string>, more: More): Surroundings {
  const into = (name: 'stdout' | 'stderr') => ({
    isTTY: false, columns: 100, write: (text: string) => { said[name] += text }
  })
  const { outcome, problems, ...surroundings } = more
  return {
    argv, env: {}, stdout: into('stdout'), stderr: into('stderr'), signal: new AbortController().signal, version: '1.2.3', program: '/nowhere/cli.js', programMark: () => 'this build',
    worker: { executable: '/nowhere/node', arguments: [] },
    defaultDataDir: dataDir, cacheDir: '/nowhere', openLibrary, installSamples: () => Promise.resolve([]), runtimeFolders: [],
    diagnose: (folder) => Promise.resolve(fakeDoctor(folder)),
    loadEngine: ({ library }) => Promise.resolve(fakeEngine({ library, ...(outcome && { outcome }), ...(problems && { problems }) })),
    ...surroundings
  }
}
