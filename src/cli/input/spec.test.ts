import { describe, expect, it } from 'vitest'
import { GraftError, type ErrorValue } from '../../contract/errors'
import { fakeCatalogue } from '../testing/fake-catalogue'
import { specFromFlags, voidSettings, type SpecFlags } from './spec'

const { methods } = fakeCatalogue
const flags = (more: Partial<SpecFlags> = {}): SpecFlags => ({
  source: 'arch:seed-cnn', target: 'digits', method: 'tuned', set: [], training: {}, ...more
})
const spec = (more: Partial<SpecFlags> = {}): ReturnType<typeof specFromFlags> => specFromFlags(flags(more), methods)

function refused(more: Partial<SpecFlags>): ErrorValue {
  try {
    spec(more)
  } catch (error) {
    if (error instanceof GraftError) return error.value
    throw error
  }
  throw new Error('was not refused')
}

describe('flags as a spec', () => {
  it('fills in every default: general ones, then the method\'s', () => {
    const { training, method, target, device } = spec()
    expect(training).toMatchObject({ epochs: 10, learningRate: 0.001, momentum: 0.9, seed: 1 })
    expect(method).toEqual({ id: 'tuned', params: { decay: 0.5, momentum: 2 } })
    expect(target).toEqual({ dataset: 'digits', labels: 'all' })
    expect(device).toBe('auto')
  })

  it('takes settings by flag and by --set, the method\'s own parameter before a setting of the same name', () => {
    const { training, method } = spec({
      training: { epochs: '3', keepBest: 'false' },
      set: ['momentum=1.5', 'training.momentum=0.5', 'method.decay=0.25', 'weight-decay=1e-4', 'augmentation=shift']
    })
    expect(training).toMatchObject({ epochs: 3, keepBest: false, momentum: 0.5, weightDecay: 1e-4, augmentation: 'shift' })
    expect(method.params).toEqual({ decay: 0.25, momentum: 1.5 })
  })

  it('takes a precision as a plain value, and float32 where that is left to Graft', () => {
    expect([{}, { precision: 'auto' }, { precision: 'bfloat16' }].map((training) => spec({ training }).training.precision)).toEqual(['float32', 'float32', 'bfloat16'])
  })

  it('grants no labels to a method that needs none, all to the others, and K per class when asked', () => {
    expect(spec({ method: 'blind' }).target.labels).toBe('none')
    expect(spec({ labels: 'none' }).target.labels).toBe('none')
    expect(spec({ labels: '20' }).target.labels).toEqual({ perClass: 20 })
  })

  it('takes the domains that are learned from and what is tested on, `val` as people call it', () => {
    const { source, target } = spec({ method: 'blind', sourceData: 'rooms', sourceDomains: ['art', 'photo'], targetDomain: 'sketch', testSplit: 'val' })
    expect(source).toEqual({ model: 'arch:seed-cnn', dataset: 'rooms', domains: ['art', 'photo'] })
    expect(target).toEqual({ dataset: 'digits', labels: 'none', domain: 'sketch', testSplit: 'validation' })
    expect(spec({ method: 'blind', testSplit: 'all' }).target.testSplit).toBe('all')
  })

  it.each([
    [{ testSplit: 'everything' }, 'target.testSplit', /--test-split takes one of test, validation, all, not "everything"/],
    [{ method: 'magic' }, 'method.id', /no method "magic".*/],
    [{ training: { epochs: '0' } }, 'training.epochs', /--epochs takes a whole number from 1 to 10,000, not "0"/],
    [{ training: { epochs: 'ten' } }, 'training.epochs', /--epochs .* not "ten"/],
    [{ training: { epochs: '2.5' } }, 'training.epochs', /--epochs takes a whole number/],
    [{ training: { batchSize: '' } }, 'training.batchSize', /--batch-size/],
    [{ training: { learningRate: 'Infinity' } }, 'training.learningRate', /--learning-rate takes a number/],
    [{ training: { optimizer: 'lion' } }, 'training.optimizer', /one of sgd, adam, adamw/],
    [{ training: { keepBest: 'maybe' } }, 'training.keepBest', /true or false/],
    [{ set: ['decay=2'] }, 'method.params.decay', /--set decay takes a number from 0.1 to 1, not "2"/],
    [{ set: ['decay'] }, 'set', /--set takes key=value/],
    [{ set: ['=1'] }, 'set', /--set takes key=value/],
    [{ set: ['colour=red'] }, 'set.colour', /--set knows no "colour"/],
    [{ set: ['training.decay=1'] }, 'set.training.decay', /knows no/],
    [{ labels: '0' }, 'target.labels', /--labels/],
    [{ labels: '1.5' }, 'target.labels', /--labels/],
    [{ labels: 'some' }, 'target.labels', /all, none or a number/],
    [{ source: 'seed-cnn' }, 'source.model', /--source takes a model as/],
    [{ source: 'run:../../etc' }, 'source.model', /--source/],
    [{ target: '../digits' }, 'target.dataset', /--target takes an id/],
    [{ sourceData: 'a/b' }, 'source.dataset', /--source-data/],
    [{ device: 'tpu' }, 'device', /--device takes one of auto, gpu, cpu, wasm/],
    [{ training: { epochs: '3' }, set: ['epochs=4'] }, 'training.epochs', /--epochs and --set epochs set the same thing/]
  ] satisfies [Partial<SpecFlags>, string, RegExp][])('refuses %j as wrong usage that names %s', (more, field, sentence) => {
    const error = refused(more)
    expect(error).toMatchObject({ field, usage: true })
    expect(error.message.en).toMatch(sentence)
    expect(error.message.zh).not.toBe('')
  })

  it('names the keys there are when one is unknown', () => {
    const remedy = refused({ set: ['colour=red'] }).remedy?.en
    expect(remedy).toContain('decay')
    expect(remedy).toContain('weightDecay')
  })

  it('tells which settings have no effect', () => {
    const adam = spec({ method: 'scratch', training: { optimizer: 'adam', momentum: '0.5', stepFactor: '0.5' } })
    expect(voidSettings(adam, methods[0]!)).toEqual([
      { name: 'momentum', because: 'optimizer=adam' }, { name: 'stepFactor', because: 'schedule=constant' }
    ])
  })
})
