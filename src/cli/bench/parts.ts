import { performance } from 'node:perf_hooks'
import { z } from 'zod'
import { GraftError } from '../../contract/errors'
import { defaultsOf } from '../../contract/parameters'
import { backendSummarySchema, type Metric, type Spec } from '../../contract/runs'
import { trainingParameters } from '../../contract/training'
import { importDataset } from '../../library/datasets/import'
import type { Context } from '../context'
import { cancelledError } from '../errors'
import { createRun } from '../train'

/** One measurement, made in a process of its own: one backend a process, and memory that is nobody else's. */
export const partSchema = z.discriminatedUnion('part', [
  z.object({ part: z.literal('import'), path: z.string() }),
  z.object({ part: z.literal('train'), kernels: z.enum(['graft', 'stock']), device: z.enum(['auto', 'gpu', 'cpu', 'wasm']) }),
  z.object({ part: z.literal('probe'), source: z.string(), device: z.enum(['auto', 'gpu', 'cpu', 'wasm']) })
])
export type Part = z.infer<typeof partSchema>

export const measuredSchema = z.object({
  seconds: z.number(), imagesPerSecond: z.number(), residentBytes: z.number(),
  runId: z.string().optional(), epochSeconds: z.array(z.number()).optional(),
  backend: backendSummarySchema.optional()
})
export type Measured = z.infer<typeof measuredSchema>

/** Id of the data set that the parts share, in the benchmark's own data folder. */
export const benchDataset = 'bench'

const batchSize = 64
/** Labels a class to train on: 50 steps an epoch of ten classes. */
const perClass = 320
const epochsOf = { train: 2, probe: 4 }

const highestMemory = (): number => process.resourceUsage().maxRSS * 1024

/** Makes one measurement in this process. */
export async function measure(context: Context, part: Part): Promise<Measured> {
  switch (part.part) {
    case 'import': return measureImport(context, part.path)
    case 'train': return measureTraining(context, spec('arch:seed-cnn', 'scratch', { perClass }, epochsOf.train, part.device))
    case 'probe': return measureTraining(context, spec(part.source, 'linear-probe', 'all', epochsOf.probe, part.device))
  }
}

async function measureImport(context: Context, path: string): Promise<Measured> {
  const began = performance.now()
  const { splits } = await importDataset(context.library, { path, id: benchDataset }, { signal: context.signal })
  const seconds = (performance.now() - began) / 1000
  const images = Object.values(splits).reduce((sum, split) => sum + split.count, 0)
  return { seconds, imagesPerSecond: images / seconds, residentBytes: highestMemory() }
}

function spec(
  model: string, method: string, labels: Spec['target']['labels'], epochs: number, device: Spec['device']
): Spec {
  return {
    source: { model }, target: { dataset: benchDataset, labels }, method: { id: method, params: {} },
    training: { ...defaultsOf(trainingParameters), epochs, batchSize, keepBest: false }, device
  }
}

async function measureTraining(context: Context, work: Spec): Promise<Measured> {
  const engine = await context.engine()
  const { parameters = {} } = engine.catalogue().methods.find((method) => method.id === work.method.id) ?? {}
  const { id } = await createRun(context, { ...work, method: { ...work.method, params: defaultsOf(parameters) } })
  // Seconds of work at which an epoch begins and ends; the first begins where images or features are first asked for.
  const ends: number[] = []
  let fastest = 0
  const run = await engine.train(id, {
    signal: context.signal,
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
    runId: id, epochSeconds: ends.slice(1).map((end, index) => end - (ends[index] ?? end)), backend: run.backend
  }
}
