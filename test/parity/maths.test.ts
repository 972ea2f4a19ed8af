import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { batchSpectralShrinkage } from '../../src/engine/maths/bss'
import { CategoryRelationship } from '../../src/engine/maths/category-relationship'
import { classConfusion } from '../../src/engine/maths/class-confusion'
import { confidentCrossEntropy } from '../../src/engine/maths/confident-cross-entropy'
import { coral, coralWithMeans } from '../../src/engine/maths/coral'
import { crossEntropy } from '../../src/engine/maths/cross-entropy'
import { channelAttention, deltaDistance } from '../../src/engine/maths/delta'
import { distillation, distillationFromMany, hint } from '../../src/engine/maths/distillation'
import { domainCrossEntropy, multilinearMap, randomisedMultilinearMap } from '../../src/engine/maths/domain-adversarial'
import { classifierDiscrepancy, diversity, entropy, entropyWeights, informationMaximisation } from '../../src/engine/maths/entropy'
import { reverseGradient } from '../../src/engine/maths/gradient-reversal'
import { groupDro } from '../../src/engine/maths/group-dro'
import { irmPenalty } from '../../src/engine/maths/irm'
import { jointMmd } from '../../src/engine/maths/joint-mmd'
import { squaredDistance } from '../../src/engine/maths/l2-sp'
import { linearMmd } from '../../src/engine/maths/linear-mmd'
import { marginDisparity } from '../../src/engine/maths/margin-disparity'
import { maskedReconstruction } from '../../src/engine/maths/masked-reconstruction'
import { mmd } from '../../src/engine/maths/mmd'
import { ntXent } from '../../src/engine/maths/nt-xent'
import { smoothLabels, softCrossEntropy } from '../../src/engine/maths/soft-labels'
import { riskVariance } from '../../src/engine/maths/v-rex'
import { openBackend } from '../../src/engine/runtime'
import { defaultCacheDir } from '../../src/library/disk'
import { relativeError } from './numbers'

const shape = z.array(z.int())
const inputSchema = z.object({ shape, values: z.array(z.number()), gradient: z.array(z.number()) })
const figuresSchema = z.object({
  torch: z.string(),
  cases: z.array(z.object({
    name: z.string(),
    function: z.string(),
    options: z.record(z.string(), z.unknown()),
    inputs: z.record(z.string(), z.union([inputSchema, z.array(inputSchema)])),
    constants: z.record(z.string(), z.object({ shape, values: z.array(z.number()), integers: z.boolean() })),
    value: z.number()
  }))
})
/** Made by `scripts/parity/maths.py`, which says how. */
const { cases } = figuresSchema.parse(JSON.parse(readFileSync(join(import.meta.dirname, 'maths.json'), 'utf8')))

type Tensors = Record<string, tf.Tensor>
interface Call {
  /** Tensors by name; of several layers `source 0`, `source 1`, … */
  tensors: Tensors
  options: Record<string, unknown>
}
const matrix = (tensors: Tensors, name: string) => tensors[name] as tf.Tensor2D
const vector = (tensors: Tensors, name: string) => tensors[name] as tf.Tensor1D
const layers = (tensors: Tensors, name: string) => [0, 1].map((index) => matrix(tensors, `${name} ${index}`))

const losses: Record<string, (call: Call) => tf.Tensor> = {
  mmd: ({ tensors, options }) => mmd(matrix(tensors, 'source'), matrix(tensors, 'target'), options),
  jointMmd: ({ tensors, options }) => jointMmd(layers(tensors, 'source'), layers(tensors, 'target'), options),
  coral: ({ tensors }) => coral(matrix(tensors, 'source'), matrix(tensors, 'target')),
  coralWithMeans: ({ tensors }) => coralWithMeans(matrix(tensors, 'source'), matrix(tensors, 'target')),
  irmPenalty: ({ tensors, options }) => irmPenalty(matrix(tensors, 'logits'), vector(tensors, 'labels'), options),
  riskVariance: ({ tensors }) => riskVariance(vector(tensors, 'losses')),
  groupDro: ({ tensors, options }) => groupDro(vector(tensors, 'losses'), vector(tensors, 'weights'), Number(options.stepSize)).loss,
  batchSpectralShrinkage: ({ tensors, options }) => batchSpectralShrinkage(matrix(tensors, 'features'), Number(options.count)),
  deltaDistance: ({ tensors }) => deltaDistance(
    tensors.current as tf.Tensor4D, tensors.source as tf.Tensor4D, tensors.weights as tf.Tensor1D | undefined
  ),
  squaredDistance: ({ tensors }) => squaredDistance(new Map([['w', tensors.weights!]]), new Map([['w', tensors.start!]])),
  distillation: ({ tensors, options }) => distillation(matrix(tensors, 'student'), matrix(tensors, 'teacher'), Number(options.temperature)),
  distillationFromMany: ({ tensors, options }) => distillationFromMany(
    matrix(tensors, 'student'), [matrix(tensors, 'first'), matrix(tensors, 'second')], Number(options.temperature)
  ),
  maskedReconstruction: ({ tensors }) => maskedReconstruction(
    tensors.predicted as tf.Tensor4D, tensors.wanted as tf.Tensor4D, tensors.mask as tf.Tensor4D
  ),
  hint: ({ tensors }) => hint(tensors.student!, tensors.teacher!),
  softCrossEntropy: ({ tensors }) => softCrossEntropy(matrix(tensors, 'logits'), matrix(tensors, 'targets')),
  smoothedCrossEntropy: ({ tensors, options }) => {
    const logits = matrix(tensors, 'logits')
    return softCrossEntropy(logits, smoothLabels(vector(tensors, 'labels'), logits.shape[1], Number(options.share)))
  },
  crossEntropy: ({ tensors }) =>
    crossEntropy(matrix(tensors, 'logits'), vector(tensors, 'labels'), tensors['weight'] && [...vector(tensors, 'weight').dataSync()]),
  ntXent: ({ tensors, options }) => ntXent(matrix(tensors, 'first'), matrix(tensors, 'second'), Number(options.temperature)),
  entropy: ({ tensors }) => entropy(matrix(tensors, 'logits')),
  diversity: ({ tensors }) => diversity(matrix(tensors, 'logits')),
  informationMaximisation: ({ tensors }) => informationMaximisation(matrix(tensors, 'logits')),
  classifierDiscrepancy: ({ tensors }) => classifierDiscrepancy(matrix(tensors, 'first'), matrix(tensors, 'second')),
  domainCrossEntropy: ({ tensors }) => domainCrossEntropy(
    tensors.logits!, vector(tensors, 'isSource'), tensors.weights as tf.Tensor1D | undefined
  ),
  multilinearMap: ({ tensors }) =>
    tf.sum(tf.mul(multilinearMap(matrix(tensors, 'features'), matrix(tensors, 'predictions')), tensors.direction!)),
  entropyWeights: ({ tensors }) => tf.sum(tf.mul(tensors.losses!, entropyWeights(matrix(tensors, 'logits')))),
  reverseGradient: ({ tensors, options }) => domainCrossEntropy(
    discriminated(reverseGradient(matrix(tensors, 'features'), Number(options.coefficient)), tensors), vector(tensors, 'isSource')
  ),
  conditionalAdversary: ({ tensors, options }) => {
    const logits = matrix(tensors, 'logits')
    const rows = reverseGradient(multilinearMap(matrix(tensors, 'features'), tf.softmax(logits)), Number(options.coefficient))
    return domainCrossEntropy(discriminated(rows, tensors), vector(tensors, 'isSource'), entropyWeights(logits))
  },
  randomisedMultilinearMap: ({ tensors }) => tf.sum(tf.mul(randomisedMultilinearMap(
    matrix(tensors, 'features'), matrix(tensors, 'predictions'),
    { features: matrix(tensors, 'featureMatrix'), predictions: matrix(tensors, 'predictionMatrix') }
  ), tensors.direction!)),
  linearMmd: ({ tensors }) => linearMmd(matrix(tensors, 'source'), matrix(tensors, 'target')),
  groupDroTwice: ({ tensors, options }) => {
    const { weights } = groupDro(vector(tensors, 'first'), vector(tensors, 'weights'), Number(options.stepSize))
    return groupDro(vector(tensors, 'losses'), weights, Number(options.stepSize)).loss
  },
  deltaWithAttention: ({ tensors }) => deltaDistance(
    tensors.current as tf.Tensor4D, tensors.source as tf.Tensor4D, tf.tensor1d(channelAttention([...vector(tensors, 'scores').dataSync()]))
  ),
  classConfusion: ({ tensors, options }) => classConfusion(matrix(tensors, 'logits'), Number(options.temperature)),
  marginDisparity: ({ tensors, options }) => marginDisparity(
    { head: matrix(tensors, 'sourceHead'), adversary: matrix(tensors, 'source') },
    { head: matrix(tensors, 'targetHead'), adversary: matrix(tensors, 'target') }, Number(options.margin)
  ),
  confidentCrossEntropy: ({ tensors, options }) =>
    confidentCrossEntropy(matrix(tensors, 'weak'), matrix(tensors, 'strong'), Number(options.threshold)),
  coTuning: ({ tensors }) => {
    const relationship = new CategoryRelationship(3, 5)
    relationship.add(matrix(tensors, 'sourceLogits'), vector(tensors, 'targets').dataSync())
    return softCrossEntropy(matrix(tensors, 'logits'), tf.gather(relationship.rows(), vector(tensors, 'labels')))
  }
}

/** Logits of a linear discriminator. */
const discriminated = (rows: tf.Tensor2D, tensors: Tensors): tf.Tensor => tf.dot(rows, tensors.discriminator!)

/** What the losses above call besides the functions of their own names, and what is no loss: exact, and tested beside its code. */
const partsOfLosses = ['CategoryRelationship', 'discrepancy', 'smoothLabels', 'channelAttention']
const noLosses = [
  'coralOfPairs', 'reversalCoefficient', 'quarterTurns', 'turnsOf', 'stopGradient', 'capped', 'smallestEigenpairs', 'eigenpairs', 'tridiagonalise', 'reflect',
  'scaled', 'linearCka'
]

beforeAll(async () => { await openBackend('auto', { cacheDir: defaultCacheDir() }) })

describe('Graft\'s losses beside PyTorch\'s', () => {
  it('compares every loss that is listed here', () => {
    expect(new Set(cases.map((each) => each.function))).toEqual(new Set(Object.keys(losses)))
  })

  it('lists every function of src/engine/maths', async () => {
    const folder = join(import.meta.dirname, '../../src/engine/maths')
    const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    const modules = await Promise.all(files.map(async (name) => await import(pathToFileURL(join(folder, name)).href) as Record<string, unknown>))
    const names = modules.flatMap((module) => Object.keys(module).filter((name) => typeof module[name] === 'function'))
    expect(names.length).toBeGreaterThan(25)
    expect(names.filter((name) => !(name in losses) && ![...partsOfLosses, ...noLosses].includes(name))).toEqual([])
  })

  it.each(cases)('$name: value and gradient within 1e-4', ({ function: name, inputs, constants, options, value }) => {
    const before = tf.memory().numTensors
    const flat = Object.entries(inputs).flatMap(([key, input]) =>
      Array.isArray(input) ? input.map((layer, index) => ({ key: `${key} ${index}`, ...layer })) : [{ key, ...input }])
    const variables = flat.map((input) => tf.tensor(input.values, input.shape))
    const fixed = Object.fromEntries(Object.entries(constants).map(([key, constant]) =>
      [key, tf.tensor(constant.values, constant.shape, constant.integers ? 'int32' : 'float32')]))
    // As in a training step, everything is worked out inside the tape, which frees what no gradient has kept.
    const derived = (tensor: tf.Tensor): tf.Tensor => tf.add(tensor, tf.scalar(0, tensor.dtype))
    const call = (given: tf.Tensor[]) => losses[name]!({
      tensors: Object.fromEntries([
        ...Object.entries(fixed).map(([key, tensor]) => [key, derived(tensor)] as const),
        ...flat.map(({ key }, index) => [key, derived(given[index]!)] as const)
      ]),
      options
    })

    const { value: loss, grads } = tf.valueAndGrads((...given: tf.Tensor[]) => call(given))(variables)
    expect(relativeError(loss.dataSync(), [value])).toBeLessThan(1e-4)
    flat.forEach(({ gradient }, index) => expect(relativeError(grads[index]!.dataSync(), gradient)).toBeLessThan(1e-4))

    tf.dispose([...variables, ...Object.values(fixed), loss, ...grads])
    expect(tf.memory().numTensors).toBe(before)
  })
})
