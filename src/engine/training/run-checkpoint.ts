import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import type { Position } from './stage'
import { loadCheckpoint, saveCheckpoint } from './checkpoint'
import { stageStateSchema, type StageState } from './loop'
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

const fileOf = (folder: string): string => join(folder, 'last.safetensors')

function withPrefix(prefix: string, tensors: ReadonlyMap<string, tf.Tensor>): [string, tf.Tensor][] {
  return [...tensors].map(([name, tensor]) => [`${prefix}/${name}`, tensor])
}

function withoutPrefix(prefix: string, tensors: ReadonlyMap<string, tf.Tensor>): Map<string, tf.Tensor> {
  const start = `${prefix}/`
  return new Map([...tensors].flatMap(([name, tensor]) => name.startsWith(start) ? [[name.slice(start.length), tensor]] : []))
}

/** Writes position, weights, best weights and the optimiser's state into one file, so that they always fit together. */
export function saveRunCheckpoint(folder: string, state: StageState, steps: Pick<Position, 'steps' | 'stepsPerEpoch'>, seconds: number, parts: RunTensors): Promise<void> {
  const { stage, epoch, stepInEpoch, step } = state
  return saveCheckpoint(fileOf(folder), {
    tensors: new Map([
      ...withPrefix('kept', parts.kept),
      ...withPrefix('best', parts.selection.bestWeights),
      ...withPrefix('optimizer', parts.optimizer.state())
    ]),
    position: { stage, epoch, stepInEpoch, step, ...steps },
    state: { stage: state, seconds }
  })
}

export interface LoadedCheckpoint {
  state: StageState
  seconds: number
  /** Puts the tensors where they belong and frees the copies. */
  restoreInto(parts: RunTensors): void
}

/** The last whole checkpoint of a run, or undefined if there is none. @throws GraftError if it is damaged. */
export async function loadRunCheckpoint(folder: string): Promise<LoadedCheckpoint | undefined> {
  const exists = await stat(fileOf(folder)).then(() => true, () => false)
  if (!exists) return undefined
  const { tensors, state } = await loadCheckpoint(fileOf(folder), stateSchema)
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
