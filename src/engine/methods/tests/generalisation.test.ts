import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { defaultsOf, type Parameters } from '../../../contract/parameters'
import { crossEntropy } from '../../maths/cross-entropy'
import { irmPenalty } from '../../maths/irm'
import { Network } from '../../network/network'
import type { Batch } from '../../batches/batch-stream'
import type { GradientStage, Position } from '../../training/stage'
import type { Method } from '../shared/method'
import { gradientStage, someImages, startPosition, testContext, tinyDefinition } from './testing'
import { domainCoral } from '../domain-coral'
import { erm } from '../erm'
import { groupDro } from '../group-dro'
import { irm } from '../irm'
import { mixup } from '../mixup'
import { vrex } from '../vrex'

beforeAll(() => tf.setBackend('cpu'))

const labels = [0, 1, 1, 0]
const sourceData = {
  classes: ['a', 'b'], shape: [4, 4, 1] as [number, number, 1], domains: ['one', 'other'],
  splits: { train: { count: 8, perDomain: [4, 4], sha256: { images: '' } } }
}
const context = () => testContext({ source: Network.create(tinyDefinition(), 3), sourceData })
/** Four images of each of two domains. */
const twoDomains = (one = someImages('one', 4), other = someImages('other', 4)): Batch => ({
  inputs: tf.concat([one, other]), labels: tf.tensor1d([...labels, ...labels], 'int32'), positions: new Int32Array(8), domainSizes: [4, 4]
})
const stageOf = <P extends Parameters>(method: Method<P>, params: object = {}, here = context()): GradientStage =>
  gradientStage(method.create(here, { ...defaultsOf(method.parameters), ...params }).stages[0])
const lossesOf = (stage: GradientStage, batch: Batch, at: Partial<Position> = {}): Record<string, number> =>
  Object.fromEntries(Object.entries(stage.step({ source: batch }, { ...startPosition, ...at }).losses)
    .map(([name, loss]) => [name, loss.dataSync()[0]!]))

/** Logits of one domain's images as the untouched network gives them. */
const logitsOf = (images: tf.Tensor4D): tf.Tensor2D => Network.create(tinyDefinition(), 3).forward(images, { training: false })
const truth = () => tf.tensor1d(labels, 'int32')
const risk = (images: tf.Tensor4D): number => crossEntropy(logitsOf(images), truth()).dataSync()[0]!

describe('learning across domains', () => {
  it('asks for a batch by domain and for nothing of the target', () => {
    for (const method of [erm, irm, vrex, groupDro, mixup, domainCoral]) {
      expect(method.needs).toMatchObject({ targetLabels: 'none', sourceData: true, domains: 2 })
      const stage = gradientStage((method as unknown as Method).create(context(), defaultsOf(method.parameters)).stages[0])
      expect([stage.streams, stage.byDomain]).toEqual([['source'], true])
    }
  })

  it('is the mean over all images with ERM', () => {
    const total = (risk(someImages('one', 4)) + risk(someImages('other', 4))) / 2
    expect(lossesOf(stageOf(erm), twoDomains()).total).toBeCloseTo(total, 5)
  })
})

describe('IRM', () => {
  it('counts the penalty once before the annealing ends, then with its weight, and divides the whole loss by it', () => {
    const penalties = ['one', 'other'].map((name) => irmPenalty(logitsOf(someImages(name, 4)), truth()).dataSync()[0]!)
    const stage = stageOf(irm, { weight: 50, annealSteps: 10, halves: false })
    const before = lossesOf(stage, twoDomains(), { step: 9 })
    expect(before.penalty).toBeCloseTo((penalties[0]! + penalties[1]!) / 2, 6)
    expect(before.total).toBeCloseTo(before.task! + before.penalty!, 6)
    const after = lossesOf(stage, twoDomains(), { step: 10 })
    expect(after.total).toBeCloseTo((before.task! + 50 * before.penalty!) / 50, 6)
  })
})

describe('an optimiser', () => {
  it('begins anew when the penalty joins, unless told otherwise', () => {
    expect(stageOf(vrex, { annealSteps: 10 }).optimizerAnewAt).toBe(10)
    expect(stageOf(irm, { annealSteps: 10, anew: false }).optimizerAnewAt).toBeUndefined()
    expect(stageOf(irm, { annealSteps: 0 }).optimizerAnewAt).toBeUndefined()
  })
})

describe.each(['irm', 'vrex'])('the penalty of %s', (id) => {
  const stageWith = (params: object, here = context()): GradientStage => id === 'irm' ? stageOf(irm, params, here) : stageOf(vrex, params, here)
  const inContext = (training: Record<string, unknown>, annealSteps: number) => {
    const here = testContext({ source: Network.create(tinyDefinition(), 3), sourceData, training })
    const stage = stageWith({ annealSteps }, here)
    return { notes: here.notes.map(({ en }) => en), stage }
  }

  it('is told to be absent where the training ends before it joins', () => {
    // Two of four images of each domain per step: two steps per epoch, unless the spec counts them.
    const training = { epochs: 5, batchSize: 4 }
    expect(inContext(training, 9).notes).toEqual([])
    expect(inContext(training, 10).notes).toEqual([expect.stringContaining('the training has 10 steps, and the penalty joins after 10')])
    expect(inContext({ ...training, epochSteps: 3 }, 14).notes).toEqual([])
    expect(inContext({ ...training, epochSteps: 3 }, 15).notes).toHaveLength(1)
  })

  it('is what an epoch that is kept was trained under', () => {
    expect(inContext({}, 7).stage.settledAfter).toBe(7)
    expect(stageOf(erm)).not.toHaveProperty('settledAfter')
  })

  it('divides the norm of the weights along with the rest', () => {
    const total = (l2: number) => lossesOf(stageWith({ weight: 50, annealSteps: 10, l2 }), twoDomains(), { step: 10 }).total!
    const network = Network.create(tinyDefinition(), 3)
    const norm = [...network.weights.values()].reduce((sum, weight) => sum + tf.sum(tf.square(weight)).dataSync()[0]!, 0)
    expect(total(0.01) - total(0)).toBeCloseTo(0.01 * norm / 50, 6)
  })
})

describe('V-REx', () => {
  it('has no penalty where the domains are alike, and the variance of their losses otherwise', () => {
    const same = someImages('one', 4)
    expect(lossesOf(stageOf(vrex), twoDomains(same, same)).penalty).toBeCloseTo(0, 10)
    const risks = [risk(someImages('one', 4)), risk(someImages('other', 4))]
    // Two values lie half their difference from the mean.
    expect(lossesOf(stageOf(vrex), twoDomains()).penalty).toBeCloseTo(((risks[0]! - risks[1]!) / 2) ** 2, 6)
  })
})

describe('group DRO', () => {
  it('moves weight to the domain with the higher loss, and keeps the weights for a checkpoint', () => {
    const stage = stageOf(groupDro, { stepSize: 0.5 })
    const risks = [risk(someImages('one', 4)), risk(someImages('other', 4))]
    const { total, worst } = lossesOf(stage, twoDomains())
    const [one, other] = risks.map((loss) => Math.exp(0.5 * loss))
    const shares = [one! / (one! + other!), other! / (one! + other!)]
    expect(total).toBeCloseTo(shares[0]! * risks[0]! + shares[1]! * risks[1]!, 5)
    expect(worst).toBeCloseTo(Math.max(...risks), 5)
    const [kept] = [...stage.state!().values()]
    expect([...kept!.dataSync()].map((share) => Number(share.toFixed(5)))).toEqual(shares.map((share) => Number(share.toFixed(5))))
  })
})

describe('mixup between domains', () => {
  it('changes nothing where both domains show the same images', () => {
    const same = someImages('one', 4)
    expect(lossesOf(stageOf(mixup), twoDomains(same, same)).total).toBeCloseTo(risk(same), 5)
  })

  it('blends by shares that the step alone decides', () => {
    const stage = stageOf(mixup, { alpha: 1 })
    const at = (step: number) => lossesOf(stage, twoDomains(), { step }).total
    expect(at(3)).toBe(at(3))
    expect(at(4)).not.toBe(at(3))
  })

  it('pairs no more images than the smaller domain has', () => {
    const uneven: Batch = {
      inputs: someImages('uneven', 5), labels: tf.tensor1d([0, 1, 1, 0, 1], 'int32'), positions: new Int32Array(5), domainSizes: [3, 2]
    }
    expect(lossesOf(stageOf(mixup), uneven).total).toBeGreaterThan(0)
  })
})

describe('CORAL across domains', () => {
  it('asks nothing of domains that are alike, and counts the distance with its weight otherwise', () => {
    const same = someImages('one', 4)
    expect(lossesOf(stageOf(domainCoral), twoDomains(same, same)).discrepancy).toBeCloseTo(0, 10)
    const [once, thrice] = [1, 3].map((weight) => lossesOf(stageOf(domainCoral, { weight }), twoDomains()))
    expect(once!.discrepancy).toBeGreaterThan(0)
    expect(thrice!.discrepancy).toBeCloseTo(3 * once!.discrepancy!, 5)
    expect(thrice!.total).toBeCloseTo(thrice!.task! + thrice!.discrepancy!, 5)
  })
})

describe('CORAL across domains', () => {
  it('counts for at most 1, where its cap is switched on, and the record can tell; by default it is DomainBed\'s', () => {
    const discrepancy = (weight: number, cap: boolean): number => lossesOf(stageOf(domainCoral, { weight, cap }), twoDomains()).discrepancy!
    expect(discrepancy(1, true)).toBe(discrepancy(1, false))
    expect(discrepancy(1e9, true)).toBeCloseTo(1, 5)
    expect(discrepancy(1e9, false)).toBeGreaterThan(1000)
    expect(stageOf(domainCoral, { cap: true }).cap).toEqual({ term: 'discrepancy', at: 1 })
    expect(stageOf(domainCoral).cap).toBeUndefined()
    expect(lossesOf(stageOf(domainCoral, { weight: 1e9 }), twoDomains()).discrepancy).toBe(discrepancy(1e9, false))
  })
})
