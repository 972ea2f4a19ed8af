import { readFile } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import { z } from 'zod'
import { cancelledError, GraftError } from '../contract/errors'
import { defaultsOf } from '../contract/parameters'
import { backendSummarySchema, deviceSchema, type Metric, type Run, type Spec } from '../contract/runs'
import { trainingParameters } from '../contract/training'
import type { Library } from '../library'
import { importDataset, inspectDataset, picturesAmong } from '../library/intake'
import type { Engine } from '../engine'
import { modelRefSchema, type ModelRef } from '../contract/models'
import { writePhotos } from './photos'
import { loadService } from './serving'

/** One measurement, made in a process of its own: one backend a process, and memory that is nobody else's. */
export const partSchema = z.discriminatedUnion('part', [
  z.object({ part: z.literal('import'), path: z.string(), id: z.string(), side: z.int().min(1).optional() }),
  z.object({ part: z.literal('photos'), path: z.string(), images: z.int().min(1) }),
  z.object({ part: z.literal('inspect'), path: z.string() }),
  z.object({ part: z.literal('train-over'), dataset: z.string(), device: deviceSchema }),
  z.object({ part: z.literal('train'), kernels: z.enum(['graft', 'stock']), device: deviceSchema }),
  z.object({
    part: z.literal('steps'), network: z.enum(['seed-cnn', 'resnet-20', 'lenet', 'mobilenet-v2', 'efficientnet-lite0']),
    functions: z.boolean(), device: deviceSchema, dataset: z.string().optional(),
    precision: z.enum(['float32', 'bfloat16']).optional(), batch: z.int().min(1).optional()
  }),
  z.object({ part: z.literal('serve'), source: modelRefSchema, path: z.string(), device: deviceSchema }),
  z.object({ part: z.literal('probe'), source: modelRefSchema, device: deviceSchema })
])
export type Part = z.infer<typeof partSchema>

export const measuredSchema = z.object({
  seconds: z.number(), imagesPerSecond: z.number(), residentBytes: z.number(),
  /** Images that were read, looked at or trained and tested on. */
  images: z.number().optional(),
  /** Requests without an answer, and milliseconds within which 95 of 100 were answered. */
  lost: z.int().optional(), milliseconds: z.number().optional(),
  /** Whether the steps were functions, where that was asked for, and whether they were computed in bfloat16. */
  functions: z.boolean().optional(), bfloat16: z.boolean().optional(),
  runId: z.string().optional(), epochSeconds: z.array(z.number()).optional(),
  backend: backendSummarySchema.optional()
})
export type Measured = z.infer<typeof measuredSchema>

/** Ids of the data sets that the parts share, in the benchmark's own data folder. */
export const benchDataset = 'bench'
export const photosDataset = 'photos'
export const largeDataset = 'large'

const batchSize = 64
/** Labels per class to train on: 50 steps per epoch of ten classes. */
const perClass = 320
const epochsOf = { train: 2, probe: 4, steps: 2 }
/** The same for the comparison of steps: ResNet-20 takes four times as long for an image, large images ten times as long again. */
const perClassOf = { 'seed-cnn': perClass, 'resnet-20': 96, 'lenet': perClass, 'mobilenet-v2': 32, 'efficientnet-lite0': 32 }
/** Steps of the short training over all images, whose validation and test images count in full. */
const overSteps = 100
/** Longer than looking at 200,000 images takes. */
const inspectSeconds = 1800

const highestMemory = (): number => process.resourceUsage().maxRSS * 1024

/** What a measurement works in, handed over by who starts it. */
interface Place {
  library: Library
  engine(): Promise<Engine>
  signal: AbortSignal
  createRun(spec: Spec): Promise<Run>
}

/** Makes one measurement in this process. */
export async function measure(place: Place, part: Part): Promise<Measured> {
  switch (part.part) {
    case 'photos': return measurePhotos(place, part.path, part.images)
    case 'inspect': return measureInspection(place, part.path)
    case 'import': return measureImport(place, part)
    case 'train-over': {
      const short = spec('arch:seed-cnn', 'scratch', 'all', 1, part.device, part.dataset)
      return measureTraining(place, { ...short, training: { ...short.training, epochSteps: overSteps, keepBest: true } })
    }
    case 'train': return measureTraining(place, spec('arch:seed-cnn', 'scratch', { perClass }, epochsOf.train, part.device))
    case 'steps': {
      const work = spec(`arch:${part.network}`, 'scratch', { perClass: perClassOf[part.network] }, epochsOf.steps, part.device, part.dataset)
      return measureTraining(place, { ...work, training: {
        ...work.training, functions: part.functions, precision: part.precision ?? 'float32', batchSize: part.batch ?? batchSize
      } })
    }
    case 'serve': return measureService(place, part.source, part.path, part.device)
    case 'probe': return measureTraining(place, spec(part.source, 'linear-probe', 'all', epochsOf.probe, part.device))
  }
}

async function measurePhotos({ signal }: Place, path: string, images: number): Promise<Measured> {
  const began = performance.now()
  await writePhotos(path, images, { signal })
  const seconds = (performance.now() - began) / 1000
  return { seconds, images, imagesPerSecond: images / seconds, residentBytes: highestMemory() }
}

async function measureInspection({ library, signal }: Place, path: string): Promise<Measured> {
  const began = performance.now()
  const { lookedAt: images } = await inspectDataset(library, { path, seconds: inspectSeconds }, { signal })
  const seconds = (performance.now() - began) / 1000
  return { seconds, images, imagesPerSecond: images / seconds, residentBytes: highestMemory() }
}

async function measureImport(place: Place, { path, id, side }: Extract<Part, { part: 'import' }>): Promise<Measured> {
  const began = performance.now()
  const { splits } = await importDataset(place.library, { path, id, ...(side !== undefined && { size: [side, side] }) }, { signal: place.signal })
  const seconds = (performance.now() - began) / 1000
  const images = Object.values(splits).reduce((sum, split) => sum + split.count, 0)
  return { seconds, images, imagesPerSecond: images / seconds, residentBytes: highestMemory() }
}

/** Requests a second, more than the hundred that are to be answered; ten seconds of them. */
const offered = { perSecond: 120, requests: 1200 }
/** Pictures that they are about. */
const servedPhotos = 32

async function measureService({ engine, signal }: Place, ref: ModelRef, path: string, device: Spec['device']): Promise<Measured> {
  await writePhotos(path, servedPhotos, { signal })
  const { paths } = await picturesAmong([path], signal)
  const bodies = await Promise.all(paths.map((each) => readFile(each)))
  const stop = new AbortController()
  const service = await engine()
  let ready: (address: string) => void = () => undefined
  const address = new Promise<string>((resolve) => { ready = resolve })
  const served = service.serve({ ref, port: 0, language: 'en' }, device, { signal: AbortSignal.any([signal, stop.signal]), onReady: ready })
  // Where it cannot begin, there is nothing to wait for.
  const loaded = await Promise.race([address, served]).then((at) => loadService(String(at), { bodies, ...offered })).finally(() => stop.abort())
  const images = await served
  const { seconds, lost, milliseconds } = loaded
  return { seconds, images, imagesPerSecond: images / seconds, residentBytes: highestMemory(), lost, milliseconds }
}

function spec(
  model: ModelRef, method: string, labels: Spec['target']['labels'], epochs: number, device: Spec['device'], dataset = benchDataset
): Spec {
  return {
    source: { model }, target: { dataset, labels }, method: { id: method, params: {} },
    training: { ...defaultsOf(trainingParameters), epochs, batchSize, keepBest: false }, device
  }
}

async function measureTraining(place: Place, work: Spec): Promise<Measured> {
  const engine = await place.engine()
  const { parameters = {} } = engine.catalogue().methods.find((method) => method.id === work.method.id) ?? {}
  const { id } = await place.createRun({ ...work, method: { ...work.method, params: defaultsOf(parameters) } })
  // Seconds of work at which an epoch begins and ends; the first begins where images or features are first asked for.
  const ends: number[] = []
  let fastest = 0
  const run = await engine.train(id, {
    signal: place.signal,
    onProgress: ({ phase, seconds }) => {
      if (ends.length === 0 && (phase === 'features' || phase === 'training')) ends.push(seconds)
    },
    onMetrics: (lines: Metric[]) => {
      for (const line of lines) {
        if (line.kind !== 'epoch') continue
        ends.push(line.seconds)
        fastest = Math.max(fastest, line.imagesPerSecond ?? 0)
      }
    }
  })
  if (run.error) throw GraftError.fromValue(run.error)
  if (run.state !== 'done') throw cancelledError()
  return {
    seconds: run.seconds, imagesPerSecond: fastest, residentBytes: highestMemory(),
    runId: id, epochSeconds: ends.slice(1).map((end, index) => end - (ends[index] ?? end)), backend: run.backend,
    functions: run.computation?.steps === 'functions', bfloat16: run.computation?.precision === 'bfloat16'
  }
}
