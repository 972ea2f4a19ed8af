import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Metric, Run, Spec } from '../../../src/contract/runs'
import { environmentFor } from './graft'
import { findRuntimes, projectFolder } from './places'

/** What must be equal to the last bit, however often a run was interrupted. */
export interface Numbers {
  /** SHA-256 of the learned weights. */
  weights: string
  /** Training losses by step, and what the end of each epoch measured. */
  losses: string[]
  testAccuracy: number
  testLoss: number
}

/** The numbers of a run that is done. */
export function numbersOf(dataDir: string, run: Run): Numbers {
  const folder = join(dataDir, 'runs', run.id)
  const { test } = run.metrics
  if (!test) throw new Error(`${run.id} was not tested`)
  return {
    weights: createHash('sha256').update(readFileSync(join(folder, 'model', 'weights.safetensors'))).digest('hex'),
    losses: validMetrics(folder).flatMap((metric) => {
      if (metric.kind === 'step') return [`step ${metric.step} ${JSON.stringify(metric.losses)}`]
      return metric.kind === 'epoch' ? [`epoch ${metric.epoch} ${JSON.stringify(metric.train)} ${JSON.stringify(metric.validation)}`] : []
    }),
    testAccuracy: test.accuracy,
    testLoss: test.loss
  }
}

/** The lines of `metrics.jsonl` that still count: a `resumed` line makes those after its step void. */
function validMetrics(folder: string): Metric[] {
  const lines = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trim().split('\n')
  const kept: Metric[] = []
  for (const line of lines) {
    const metric = JSON.parse(line) as Metric
    if (metric.kind !== 'resumed') {
      kept.push(metric)
      continue
    }
    const { step } = metric
    kept.splice(0, kept.length, ...kept.filter((earlier) => !('step' in earlier) || earlier.step <= step))
  }
  return kept
}

export interface CommandLine {
  dataDir: string
  cacheDir: string
  /** The program and its first arguments; by default the checkout's build in the shipped Node. */
  command?: readonly string[]
  /** By default that of the other programs under test. */
  environment?: NodeJS.ProcessEnv
}

/** The same spec from the command line, without interruption: what a resumed run must come to. */
export async function uninterrupted(spec: Spec, { dataDir, cacheDir, command, environment }: CommandLine): Promise<Numbers> {
  const { labels } = spec.target
  const [program, ...first] = command ?? [findRuntimes().node, join(projectFolder, 'out', 'engine', 'cli.js')]
  const { stdout } = await promisify(execFile)(program!, [
    ...first, 'run', '--source', spec.source.model, '--target', spec.target.dataset, '--method', spec.method.id,
    '--labels', typeof labels === 'string' ? labels : String(labels.perClass),
    ...Object.entries(spec.training).flatMap(([name, value]) => ['--set', `${name}=${String(value)}`]),
    '--device', spec.device, '--data-dir', dataDir, '--json'
  ], { env: environment ?? environmentFor(dataDir, cacheDir, 'en'), maxBuffer: 2 ** 26 })
  return numbersOf(dataDir, JSON.parse(stdout) as Run)
}
