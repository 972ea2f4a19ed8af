import * as tf from '@tensorflow/tfjs-core'
import type { Text } from '../../../contract/text'
import { trainingSettingsSchema, type TrainingSettings } from '../../../contract/training'
import type { NetworkDefinition } from '../../network/definition'
import { Network } from '../../network/network'
import { otherArchitecture } from '../../surgery/surgery'
import { randomStream } from '../../random'
import type { GradientStage, Position, Stage } from '../../training/stage'
import type { MethodContext } from '../shared/method'

/** For the methods' unit tests: a network of two tiny blocks for 4×4 grey images. */
export function tinyDefinition(classes: readonly string[] = ['a', 'b'], changes: Partial<NetworkDefinition> = {}): NetworkDefinition {
  return {
    architecture: 'seed-cnn', options: {}, input: [4, 4, 1], normalisation: { mean: [0.5], standardDeviation: [0.5] },
    classes: [...classes],
    blocks: [
      {
        name: 'block1', title: '', layers: [
          { kind: 'convolution', name: 'convolution', filters: 3, kernelSize: [3, 3], strides: [1, 1], padding: 'same', bias: true },
          { kind: 'relu', name: 'relu' }
        ]
      },
      { name: 'block2', title: '', layers: [{ kind: 'flatten', name: 'flatten' }, { kind: 'dense', name: 'dense', units: 5, bias: true }] }
    ],
    head: { name: 'head', title: '', layers: [{ kind: 'dense', name: 'dense', units: classes.length, bias: true }] },
    ...changes
  }
}

export interface TestContext extends MethodContext { notes: Text[], settings: TrainingSettings }

/** For the methods' unit tests: a context without files or data sets around it. */
export function testContext({ source, classes = ['a', 'b'], training = {}, ...more }: {
  source?: Network, classes?: readonly string[], training?: Record<string, unknown>
} & Omit<Partial<MethodContext>, 'training'> = {}): TestContext {
  const settings = trainingSettingsSchema.parse(training)
  const notes: Text[] = []
  return {
    classes,
    targetImages: 0,
    training: settings,
    teachers: new Map(),
    settings,
    notes,
    note: (text) => { notes.push(text) },
    freshNetwork: (variant) => {
      const like = source?.definition ?? tinyDefinition(classes)
      return Network.create(variant?.architecture ? otherArchitecture(like, classes, variant) : tinyDefinition(classes), settings.seed)
    },
    ...(source && { source }),
    ...more
  }
}

/** Normally distributed images, the same for the same name. */
export function someImages(name: string, count: number, [height, width, channels]: readonly [number, number, number] = [4, 4, 1]): tf.Tensor4D {
  const random = randomStream('images', name)
  return tf.tensor4d(Float32Array.from({ length: count * height * width * channels }, () => random.normal()), [count, height, width, channels])
}

export const startPosition: Position = { stage: 0, epoch: 0, stepInEpoch: 0, step: 0, stepsPerEpoch: 10, steps: 100 }

/** The stage as the kind that it should be. */
export function gradientStage(stage: Stage | undefined): GradientStage {
  if (stage?.kind !== 'gradient') throw new Error('not a stage of gradient steps')
  return stage
}
