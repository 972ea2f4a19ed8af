import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { cancelledError } from '../contract/errors'
import type { Precision } from '../contract/training'

/** What PyTorch is asked to train. */
export interface TorchWanted {
  network: 'seed-cnn' | 'resnet-20' | 'lenet' | 'mobilenet-v2' | 'efficientnet-lite0'
  batch: number
  /** Of the square images; 32 where nothing is said. */
  side?: number
  precision: Precision
  /** How images lie in memory; channels-last where nothing is said. */
  layout?: 'contiguous' | 'channels-last'
}

const measuredSchema = z.object({ imagesPerSecond: z.number(), version: z.string() })
export type TorchMeasured = z.infer<typeof measuredSchema>

/** Seconds that PyTorch's steps are counted. */
const seconds = 6
/** Milliseconds after which it is given up: loading PyTorch takes its time on a busy machine. */
const patience = 180_000

interface Place {
  /** The bundle of the command line, in `out/engine` of a checkout. */
  program: string
  env: Readonly<Record<string, string | undefined>>
  signal: AbortSignal
}

/**
 * How fast PyTorch trains the same network on this machine by `scripts/bench/torch_steps.py`; undefined where
 * that lies nowhere, or the Python that `GRAFT_PYTHON` names, else `python3`, has no PyTorch.
 */
export async function measureTorch({ network, batch, side = 32, precision, layout = 'channels-last' }: TorchWanted, { program, env, signal }: Place): Promise<TorchMeasured | undefined> {
  const script = join(dirname(program), '..', '..', 'scripts', 'bench', 'torch_steps.py')
  if (!existsSync(script)) return undefined
  const words = [script, network, String(batch), precision, layout, String(seconds), String(side)]
  const said = await new Promise<string>((resolve) => {
    execFile(env.GRAFT_PYTHON ?? 'python3', words, { env: { ...env }, signal, timeout: patience }, (error, stdout) => { resolve(error ? '' : stdout) })
  })
  if (signal.aborted) throw cancelledError()
  return said === '' ? undefined : measuredSchema.parse(JSON.parse(said))
}
