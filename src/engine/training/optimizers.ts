import * as tf from '@tensorflow/tfjs-core'
import type { TrainingSettings } from '../../contract/training'
import { stepKernels, type AdamStepAttributes } from '../runtime/kernels/optimizer-steps'
import type { ParameterGroup } from './stage'

/**
 * Turns gradients into steps. The arithmetic is PyTorch's (torch.optim), so that published recipes carry over. The
 * optimisers of tfjs know neither weight decay nor variables that join later.
 */
export interface Optimizer {
  /**
   * Takes one step. As in PyTorch, variables without a gradient stay as they are. The caller still owns the gradients.
   * @param gradients by the same keys as the variables of the groups
   * @param learningRate the schedule's; each group multiplies it by its factor
   */
  apply(groups: readonly ParameterGroup[], gradients: Readonly<Record<string, tf.Tensor>>, learningRate: number): void
  /**
   * What a checkpoint must keep, by name `<slot>/<variable key>`. The optimiser owns the tensors, and they are valid
   * until its next call.
   */
  state(): ReadonlyMap<string, tf.Tensor>
  /** Replaces its state by a copy of an earlier `state()`. Throws on names it does not know. */
  restore(state: ReadonlyMap<string, tf.Tensor>): void
  dispose(): void
}

/** Momentum is plain, and everything decays, where nothing else is said. */
export type OptimizerSettings = Pick<TrainingSettings, 'optimizer' | 'momentum' | 'weightDecay'> & Partial<Pick<TrainingSettings, 'nesterov' | 'decayBiases'>>

/** The optimiser that the settings ask for. */
export function createOptimizer(settings: OptimizerSettings): Optimizer {
  return settings.optimizer === 'sgd' ? new Sgd(settings) : new Adam(settings, settings.optimizer === 'adamw')
}

/** Tensors kept between steps, by `<slot>/<variable key>`. */
class Slots {
  private readonly tensors = new Map<string, tf.Tensor>()

  constructor(private readonly names: readonly string[]) {}

  /** Gives a tensor away, to be replaced by `set`. Zeros in the variable's shape if there is none yet. */
  take(slot: string, key: string, variable: tf.Variable): tf.Tensor {
    const name = `${slot}/${key}`
    const tensor = this.tensors.get(name) ?? tf.zerosLike(variable)
    this.tensors.delete(name)
    return tensor
  }

  /** Keeps a tensor beyond the tidy it was made in, and drops the one before. */
  set(slot: string, key: string, tensor: tf.Tensor): void {
    const name = `${slot}/${key}`
    this.tensors.get(name)?.dispose()
    this.tensors.set(name, tf.keep(tensor))
  }

  entries(): ReadonlyMap<string, tf.Tensor> {
    return new Map(this.tensors)
  }

  restore(state: ReadonlyMap<string, tf.Tensor>): void {
    for (const name of state.keys()) {
      const slot = name.slice(0, name.indexOf('/'))
      if (!this.names.includes(slot)) throw new Error(`"${name}" is no part of this optimiser's state`)
    }
    this.dispose()
    for (const [name, tensor] of state) this.tensors.set(name, tf.keep(tf.clone(tensor)))
  }

  dispose(): void {
    for (const tensor of this.tensors.values()) tensor.dispose()
    this.tensors.clear()
  }
}

/**
 * Calls `update` for each variable that has a gradient, with its learning rate and weight decay. Biases, and scales and
 * shifts of a normalisation, are what has one axis: where these do not decay, only a group that says so itself makes them.
 */
function forEachParameter(
  groups: readonly ParameterGroup[], gradients: Readonly<Record<string, tf.Tensor>>, learningRate: number,
  { weightDecay, decayBiases = true }: OptimizerSettings,
  update: (parameter: { key: string, variable: tf.Variable, gradient: tf.Tensor, rate: number, decay: number }) => void
): void {
  for (const group of groups) {
    const rate = learningRate * group.learningRateFactor
    for (const [key, variable] of group.variables) {
      const gradient = gradients[key]
      if (gradient === undefined) continue
      tf.tidy(() => update({ key, variable, gradient, rate, decay: group.weightDecay ?? (variable.rank > 1 || decayBiases ? weightDecay : 0) }))
    }
  }
}

const isFused = (kernel: string): boolean => tf.getKernel(kernel, tf.getBackend()) !== undefined

/** `v ← decay·v + g`, `w ← w − rate·v` → [w, v]; the momentum given is disposed of. */
function momentumStep(
  weight: tf.Tensor, momentum: tf.Tensor, gradient: tf.Tensor, { rate, decay }: { rate: number, decay: number }
): [tf.Tensor, tf.Tensor] {
  if (isFused(stepKernels.momentum)) {
    return tf.engine().runKernel(stepKernels.momentum, { weight, momentum, gradient }, { rate, decay }) as [tf.Tensor, tf.Tensor]
  }
  const after = tf.add(tf.mul(momentum, decay), gradient)
  momentum.dispose()
  return [tf.sub(weight, tf.mul(after, rate)), after]
}

/** `m ← β₁m + (1−β₁)g`, `v ← β₂v + (1−β₂)g²`, `w ← w − size·m/(√v + ε)` → [w, m, v]; the moments given are disposed of. */
function adamStep(
  weight: tf.Tensor, first: tf.Tensor, second: tf.Tensor, gradient: tf.Tensor, attributes: AdamStepAttributes
): [tf.Tensor, tf.Tensor, tf.Tensor] {
  if (isFused(stepKernels.adam)) {
    const inputs = { weight, first, second, gradient }
    return tf.engine().runKernel(stepKernels.adam, inputs, { ...attributes }) as [tf.Tensor, tf.Tensor, tf.Tensor]
  }
  const { size, firstDecay, secondDecay, epsilon } = attributes
  const average = (before: tf.Tensor, value: tf.Tensor, decay: number) => tf.add(tf.mul(before, decay), tf.mul(value, 1 - decay))
  const newFirst = average(first, gradient, firstDecay)
  const newSecond = average(second, tf.square(gradient), secondDecay)
  first.dispose()
  second.dispose()
  return [tf.sub(weight, tf.mul(tf.div(newFirst, tf.add(tf.sqrt(newSecond), epsilon)), size)), newFirst, newSecond]
}

/** `g + decay · w`: weight decay as an L2 term of the loss. */
const withDecay = (gradient: tf.Tensor, variable: tf.Variable, decay: number): tf.Tensor =>
  decay === 0 ? gradient : tf.add(gradient, tf.mul(variable, decay))

/**
 * torch.optim.SGD without dampening: `v ← m·v + g` (first step `v ← g`), `w ← w − rate · v`; with Nesterov's momentum
 * `w ← w − rate · (g + m·v)`.
 */
class Sgd implements Optimizer {
  private readonly slots = new Slots(['momentum'])

  constructor(private readonly settings: OptimizerSettings) {}

  apply(groups: readonly ParameterGroup[], gradients: Readonly<Record<string, tf.Tensor>>, learningRate: number): void {
    const { momentum, nesterov = false } = this.settings
    forEachParameter(groups, gradients, learningRate, this.settings, ({ key, variable, gradient, rate, decay }) => {
      const slope = withDecay(gradient, variable, decay)
      if (momentum === 0) {
        variable.assign(tf.sub(variable, tf.mul(slope, rate)))
        return
      }
      const before = this.slots.take('momentum', key, variable)
      // Ahead of the momentum: w − rate·(g + m·v) is a step without momentum, then m times one with it.
      const start = nesterov ? tf.sub(variable, tf.mul(slope, rate)) : variable
      const [weight, after] = momentumStep(start, before, slope, { rate: nesterov ? rate * momentum : rate, decay: momentum })
      this.slots.set('momentum', key, after)
      variable.assign(weight)
    })
  }

  state(): ReadonlyMap<string, tf.Tensor> {
    return this.slots.entries()
  }

  restore(state: ReadonlyMap<string, tf.Tensor>): void {
    this.slots.restore(state)
  }

  dispose(): void {
    this.slots.dispose()
  }
}

const firstDecay = 0.9
const secondDecay = 0.999
const epsilon = 1e-8

/**
 * torch.optim.Adam (decay added to the gradient) and torch.optim.AdamW (`w ← w · (1 − rate · decay)` first, Loshchilov
 * & Hutter 2019): `m ← β₁m + (1−β₁)g`, `v ← β₂v + (1−β₂)g²`, `w ← w − rate · (m/(1−β₁ᵗ)) / (√(v/(1−β₂ᵗ)) + ε)`.
 * t counts the steps of each variable by itself, so that one which joins late has its own bias correction.
 */
class Adam implements Optimizer {
  private readonly slots = new Slots(['first', 'second', 'step'])
  private readonly steps = new Map<string, number>()

  constructor(private readonly settings: OptimizerSettings, private readonly decoupled: boolean) {}

  apply(groups: readonly ParameterGroup[], gradients: Readonly<Record<string, tf.Tensor>>, learningRate: number): void {
    forEachParameter(groups, gradients, learningRate, this.settings, ({ key, variable, gradient, rate, decay }) => {
      const step = (this.steps.get(key) ?? 0) + 1
      this.steps.set(key, step)
      const slope = this.decoupled ? gradient : withDecay(gradient, variable, decay)
      const shrunk = this.decoupled && decay !== 0 ? tf.mul(variable, 1 - rate * decay) : variable
      // √(v/c) + ε = (√v + ε√c) / √c: the correction goes into two numbers instead of two passes over the memory
      const correction = Math.sqrt(1 - secondDecay ** step)
      const [weight, first, second] = adamStep(
        shrunk, this.slots.take('first', key, variable), this.slots.take('second', key, variable), slope,
        { size: rate * correction / (1 - firstDecay ** step), firstDecay, secondDecay, epsilon: epsilon * correction }
      )
      this.slots.set('first', key, first)
      this.slots.set('second', key, second)
      variable.assign(weight)
    })
  }

  state(): ReadonlyMap<string, tf.Tensor> {
    for (const [key, step] of this.steps) this.slots.set('step', key, tf.scalar(step, 'int32'))
    return this.slots.entries()
  }

  restore(state: ReadonlyMap<string, tf.Tensor>): void {
    this.slots.restore(state)
    this.steps.clear()
    for (const [name, tensor] of state) {
      if (name.startsWith('step/')) this.steps.set(name.slice('step/'.length), tensor.dataSync()[0]!)
    }
  }

  dispose(): void {
    this.slots.dispose()
    this.steps.clear()
  }
}
