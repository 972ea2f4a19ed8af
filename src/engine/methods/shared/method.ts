import type { Dataset } from '../../../contract/datasets'
import type { MethodSummary } from '../../../contract/methods'
import type { ModelRef } from '../../../contract/models'
import type { Parameters, ValuesOf } from '../../../contract/parameters'
import type { Text } from '../../../contract/text'
import type { TrainingSettings } from '../../../contract/training'
import type { Classifier } from '../../classifiers/classifier'
import type { Network } from '../../network/network'
import type { Variant } from '../../surgery/surgery'
import type { Stage } from '../../training/stage'

/** What a method gets to work with. It never sees target labels its spec did not grant, nor the target's test split. */
export interface MethodContext {
  /** The source model; absent where the spec names a fresh architecture. The method reads it, the engine disposes it. */
  source?: Network | undefined
  /** Saved models that its parameters name, by reference; the method reads them, the engine disposes them. */
  teachers: ReadonlyMap<ModelRef, Network>
  /**
   * A network like the source (or of the fresh architecture) with the target's classes and new, seeded weights; a variant
   * takes the same images in another architecture or width.
   */
  freshNetwork(variant?: Variant): Network
  /** The target's classes, in order. */
  classes: readonly string[]
  /** Training images of the target, labelled or not. */
  targetImages: number
  /** The source data set, where the method needs one and the spec names it; nothing of its pixels. */
  sourceData?: Pick<Dataset, 'classes' | 'shape' | 'domains' | 'splits'>
  training: TrainingSettings
  /** Keeps something worth knowing in the run's record. */
  note(text: Text): void
}

/** A method at work: its stages in order and the network they leave behind. */
export interface MethodRun {
  stages: readonly Stage[]
  /** What is evaluated and saved. */
  network: Network
  /** Answers in place of the network's head once the stages are through; the run's, like the network. */
  classifier?(): Classifier
  /** Frees all that the method made, the network included. */
  dispose(): void
}

/** What a method's file says; `P` types the values that `create` gets. */
export interface Method<P extends Parameters = Parameters> extends Omit<MethodSummary, 'parameters'> {
  parameters: P
  create(context: MethodContext, parameters: ValuesOf<P>): MethodRun
}

/** Types a method's parameters; the list in index.ts is what makes it known. */
export function defineMethod<const P extends Parameters>(method: Method<P>): Method<P> {
  return method
}
