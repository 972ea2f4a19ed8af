import { basename, join } from 'node:path'
import type * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { GraftError } from '../../contract/errors'
import { rm } from 'node:fs/promises'
import { exists, setAside } from '../../library/disk'
import type { Position } from './stage'
import { loadCheckpoint, nextTo, saveCheckpoint, type Patiently } from './checkpoint'
import { stageStart, stageStateSchema, type StageState } from './loop'
import type { Optimizer } from './optimizers'
import type { Selection } from './selection'

const stateSchema = z.object({ stage: stageStateSchema, seconds: z.number() })

/** The tensors of a run, by what they belong to. */
interface RunTensors {
  /** Weights of the network and the stage's own variables, by name. */
  kept: ReadonlyMap<string, tf.Variable>
  optimizer: Optimizer
  selection: Selection
}

const lastOf = (folder: string): string => join(folder, 'last.safetensors')
const beforeOf = (folder: string): string => join(folder, 'before.safetensors')

function withPrefix(prefix: string, tensors: ReadonlyMap<string, tf.Tensor>): [string, tf.Tensor][] {
  return [...tensors].map(([name, tensor]) => [`${prefix}/${name}`, tensor])
}

function withoutPrefix(prefix: string, tensors: ReadonlyMap<string, tf.Tensor>): Map<string, tf.Tensor> {
  const start = `${prefix}/`
  return new Map([...tensors].flatMap(([name, tensor]) => name.startsWith(start) ? [[name.slice(start.length), tensor]] : []))
}

/** Writes position, weights, best weights and the optimiser's state as one file, so that they always belong together. The one before stays beside it. */
export function saveRunCheckpoint(folder: string, state: StageState, steps: Pick<Position, 'steps' | 'stepsPerEpoch'>, seconds: number, parts: RunTensors, patiently?: Patiently): Promise<void> {
  const { stage, epoch, stepInEpoch, step } = state
  return saveCheckpoint(lastOf(folder), {
    tensors: new Map([
      ...withPrefix('kept', parts.kept),
      ...withPrefix('best', parts.selection.bestWeights),
      ...withPrefix('optimizer', parts.optimizer.state())
    ]),
    position: { stage, epoch, stepInEpoch, step, ...steps },
    state: { stage: state, seconds }
  }, { older: beforeOf(folder), ...(patiently && { patiently }) })
}

/**
 * Puts a stage back to the end of its best epoch so far, as the one checkpoint to go on from: those weights, an optimiser that
 * has seen nothing, and a loss whose range is looked for anew. It follows from the epochs alone, never from when checkpoints
 * were written.
 * @returns where it now stands, epoch 0 being the stage's start; undefined where no score has chosen an epoch
 */
export async function backToBest(
  folder: string, stage: number, { steps, stepsPerEpoch }: Pick<Position, 'steps' | 'stepsPerEpoch'>, seconds: number, { selection, optimizer }: RunTensors,
  patiently?: Patiently
): Promise<StageState | undefined> {
  const { best } = selection.state
  if (!best) return undefined
  const state: StageState = { ...stageStart(stage), epoch: best.epoch, step: best.epoch * stepsPerEpoch, selection: { best, epochsSinceBest: 0 } }
  optimizer.restore(new Map())
  const kept = selection.bestWeights as ReadonlyMap<string, tf.Variable>
  await saveRunCheckpoint(folder, state, { steps, stepsPerEpoch }, seconds, { kept, optimizer, selection }, patiently)
  // The one before is of the way that went wrong.
  await rm(beforeOf(folder), { force: true })
  return state
}

export interface LoadedCheckpoint {
  state: StageState
  seconds: number
  /** The newer checkpoint that was damaged, where this is the one before it: the name it is set aside under. */
  insteadOf?: string
  /** Puts the tensors where they belong and frees the copies. */
  restoreInto(parts: RunTensors): void
}

/**
 * The run's newest whole checkpoint, or undefined where there is none: the last, or the one before it where the last is
 * damaged, which is then set aside.
 * @throws GraftError `checkpoint-damaged` where there is none that is whole
 */
export async function loadRunCheckpoint(folder: string): Promise<LoadedCheckpoint | undefined> {
  const last = lastOf(folder)
  const damaged: { path: string, error: GraftError }[] = []
  for (const path of [last, nextTo(last), beforeOf(folder)]) {
    if (!await exists(path)) continue
    try {
      const loaded = opened(await loadCheckpoint(path, stateSchema))
      const aside: string[] = []
      for (const { path: bad } of damaged) aside.push(basename(await setAside(bad) ?? bad))
      return { ...loaded, ...(aside[0] !== undefined && { insteadOf: aside[0] }) }
    } catch (error) {
      if (!(error instanceof GraftError)) throw error
      damaged.push({ path, error })
    }
  }
  if (damaged[0]) throw damaged[0].error
  return undefined
}

function opened({ tensors, state }: Awaited<ReturnType<typeof loadCheckpoint<z.output<typeof stateSchema>>>>): LoadedCheckpoint {
  return {
    state: state.stage,
    seconds: state.seconds,
    restoreInto: ({ kept, optimizer, selection }) => {
      for (const [name, tensor] of withoutPrefix('kept', tensors)) kept.get(name)?.assign(tensor)
      optimizer.restore(withoutPrefix('optimizer', tensors))
      selection.restore(state.stage.selection, withoutPrefix('best', tensors))
      for (const tensor of tensors.values()) tensor.dispose()
    }
  }
}
