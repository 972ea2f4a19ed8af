import { describe, expect, it } from 'vitest'
import type { ModelSummary } from '../../../contract/models'
import { blocks as blocksOf, choice, integer, models } from '../../../contract/parameters'
import { trainingSettingsSchema } from '../../../contract/training'
import { specSchema } from '../../../contract/runs'
import { advisedRate } from '../../../rules/settings/rescue'
import { fakeDatasets, fakeModel } from '../../testing/fake-library'
import { fakeArchitectures, fakeMethods } from '../../testing/fake-methods'
import { fakeRun, fakeSpec } from '../../testing/fake-runs'
import { drawnBlocks } from './blocks'
import { changedNames, choicesOf, completeTransfer, noChoices, specOf } from './choices'
import type { Shelf } from './shelf'
import { closedOptions } from './closed-options'
import { imagesText, sentenceParts } from './sentence'

const empty: Shelf = { datasets: fakeDatasets(), models: [], architectures: fakeArchitectures, methods: fakeMethods, runs: [] }
const pretrained: Shelf = { ...empty, models: [fakeModel('run:mnist-run', 'Seed CNN on MNIST')], runs: [fakeRun('mnist-run')] }
const method = (id: string) => {
  const found = fakeMethods.find((candidate) => candidate.id === id)
  if (!found) throw new Error(id)
  return found
}
const dataset = (id: string) => {
  const found = empty.datasets.find((candidate) => candidate.id === id)
  if (!found) throw new Error(id)
  return found
}

describe('what is chosen before anybody chose', () => {
  it('lets a newcomer pre-train the seed CNN on the larger sample', () => {
    const transfer = completeTransfer(noChoices(), empty, 'auto')
    expect(specOf(transfer)).toMatchObject({
      source: { model: 'arch:seed-cnn' }, method: { id: 'scratch' }, target: { dataset: 'mnist-sample', labels: 'all' }
    })
    expect(specSchema.safeParse(specOf(transfer)).success).toBe(true)
  })

  it('then takes what it learned to the other sample with few labels', () => {
    expect(specOf(completeTransfer(noChoices(), pretrained, 'auto'))).toMatchObject({
      source: { model: 'run:mnist-run' }, method: { id: 'fine-tuning' }, target: { dataset: 'digits', labels: { perClass: 5 } }
    })
  })

  it('offers the model that comes with Graft, with a head on its features, for somebody\'s photographs, and only there', () => {
    const embedded = { ...fakeModel('model:lite', 'Lite'), createdAt: '2027-01-01T00:00:00.000Z', origin: { file: 'a', format: 'pytorch', embedded: true } }
    const probe = { ...method('fine-tuning'), id: 'linear-probe' }
    const shelf = { ...empty, models: [embedded], methods: [...fakeMethods, probe] }
    const photographs = (id: string, importedAt: string) => {
      const made = dataset('cifar-10')
      return { ...made, id, shape: [224, 224, 3] as [number, number, 3], provenance: { ...made.provenance, importedAt } }
    }
    // Digits and pictures of 32 pixels: as without it.
    expect(completeTransfer(noChoices(), shelf, 'auto')).toMatchObject({ source: 'arch:seed-cnn', target: { id: 'mnist-sample' } })
    const mine = { ...shelf, datasets: [photographs('old', '2026-06-01T00:00:00.000Z'), ...empty.datasets, photographs('new', '2026-07-01T00:00:00.000Z')] }
    expect(specOf(completeTransfer(noChoices(), mine, 'auto'))).toMatchObject({
      source: { model: 'model:lite' }, method: { id: 'linear-probe' }, target: { dataset: 'new', labels: 'all' }
    })
    expect(completeTransfer({ ...noChoices(), target: 'old' }, mine, 'auto')).toMatchObject({ source: 'model:lite', target: { id: 'old' } })
    expect(completeTransfer({ ...noChoices(), target: 'digits' }, mine, 'auto').source).toBe('arch:seed-cnn')
    expect(completeTransfer({ ...noChoices(), target: 'digits' }, { ...mine, models: [...pretrained.models, embedded], runs: pretrained.runs }, 'auto').source).toBe('run:mnist-run')
  })

  it('is short where it is the first run of all, says so, and leaves what a person sets', () => {
    const first = completeTransfer(noChoices(), empty, 'auto')
    expect(first.training.epochs).toBe(3)
    expect(first.shortened?.en).toContain('as your first run: 3 epochs')
    expect(specOf(first)!.chosen).toHaveProperty('epochs')
    const own = completeTransfer({ ...noChoices(), training: { epochs: 12 } }, empty, 'auto')
    expect([own.training.epochs, own.shortened, own.set]).toEqual([12, null, ['epochs']])
    // The same again, and whatever comes after, is as long as ever.
    const later = completeTransfer(choicesOf(specOf(first)!, method('scratch')), { ...empty, runs: [fakeRun('mnist-run')] }, 'auto')
    expect(later.training.epochs).toBeGreaterThan(3)
    expect(completeTransfer({ ...noChoices(), target: 'cifar-10' }, empty, 'auto').training.epochs).toBeGreaterThan(3)
  })

  it('proposes for a model of photographs one\'s own newest that it has not seen, then pictures in colour, and never digits', () => {
    const lite: ModelSummary = { ...fakeModel('model:lite', 'Lite'), input: [224, 224, 3] }
    const own = (id: string, side: number, importedAt: string, channels: 1 | 3 = 3) => {
      const made = dataset('cifar-10')
      return { ...made, id, shape: [side, side, channels] as [number, number, 1 | 3], provenance: { ...made.provenance, importedAt } }
    }
    const samples = empty.datasets.filter(({ sample }) => sample)
    const targetOf = (datasets: typeof samples, models = [lite], runs = empty.runs) =>
      completeTransfer({ ...noChoices(), source: models[0]!.ref }, { ...empty, models, runs, datasets }, 'auto').target?.id ?? null
    expect(targetOf(samples)).toBeNull()
    const small = [...samples, own('grey', 32, '2026-09-01T00:00:00.000Z', 1), own('colour', 32, '2026-06-01T00:00:00.000Z')]
    expect(targetOf(small)).toBe('colour')
    const photographs = [...small, own('old', 128, '2026-05-01T00:00:00.000Z'), own('new', 96, '2026-07-01T00:00:00.000Z')]
    expect(targetOf(photographs)).toBe('new')
    // What it learned from itself comes last.
    const run = fakeRun('seen', { spec: fakeSpec({ target: { dataset: 'new', labels: 'all' } }) })
    expect(targetOf(photographs, [{ ...lite, ref: 'run:seen' }], [run])).toBe('old')
    // A model of small pictures goes on as it did.
    expect(targetOf(photographs, [fakeModel('model:small', 'Small')])).toBe('mnist-sample')
  })

  it('goes on offering the model that learned from most images, not the last transfer\'s', () => {
    const tuned = fakeRun('tuned', { spec: fakeSpec({ target: { dataset: 'digits', labels: { perClass: 10 } } }) })
    const shelf = {
      ...pretrained, runs: [tuned, ...pretrained.runs],
      models: [...pretrained.models, { ...fakeModel('run:tuned', 'Tuned'), createdAt: '2027-01-01T00:00:00.000Z' }]
    }
    expect(completeTransfer(noChoices(), shelf, 'auto').source).toBe('run:mnist-run')
  })

  it('offers the better of two that learned from the same images, and not the newer', () => {
    const worse = fakeRun('worse', { metrics: { test: { ...fakeRun('x').metrics.test!, accuracy: 0.4 } } })
    const shelf = {
      ...pretrained, runs: [worse, ...pretrained.runs],
      models: [...pretrained.models, { ...fakeModel('run:worse', 'Stopped early'), createdAt: '2027-01-01T00:00:00.000Z' }]
    }
    expect(completeTransfer(noChoices(), shelf, 'auto').source).toBe('run:mnist-run')
  })

  it('takes what source-only learned from its source to a target it has not seen, for all its name and test are the target\'s', () => {
    const adapted = fakeRun('so', {
      spec: fakeSpec({ source: { model: 'arch:seed-cnn', dataset: 'mnist-sample' }, target: { dataset: 'digits', labels: 'none' } }),
      names: { source: 'Seed CNN', target: 'UCI optical digits', method: 'Source only' }
    })
    const shelf = { ...empty, models: [fakeModel('run:so', 'Source only on digits')], runs: [adapted] }
    // MNIST is what it learned from, so digits are new to it.
    expect(completeTransfer(noChoices(), shelf, 'auto')).toMatchObject({ source: 'run:so', target: { id: 'digits' } })
    expect(completeTransfer({ ...noChoices(), method: 'dann' }, shelf, 'auto').sourceDataset).toBe('mnist-sample')
  })

  it('offers no model that a forest answers for, and source images of the target\'s classes', () => {
    const forest = { ...fakeModel('run:mnist-run', 'A forest'), classifier: { kind: 'random-forest', title: { en: 'Random forest', zh: '随机森林' } } }
    expect(completeTransfer(noChoices(), { ...pretrained, models: [forest] }, 'auto').source).toBe('arch:seed-cnn')
    const [mnist, ...rest] = pretrained.datasets
    const shelf = { ...pretrained, runs: [], datasets: [...rest, mnist!] }
    expect(completeTransfer({ ...noChoices(), method: 'dann', target: 'digits' }, shelf, 'auto').sourceDataset).toBe('mnist-sample')
  })

  it('uses all labels of anybody\'s own data, and none where there are none', () => {
    expect(completeTransfer({ ...noChoices(), target: 'cifar-10' }, pretrained, 'auto').labels).toBe('all')
    expect(completeTransfer({ ...noChoices(), target: 'street-photos' }, pretrained, 'auto').labels).toBe('none')
  })

  it('offers photographs no digits to learn from: without labels they wait for some, with what suits them then', () => {
    const embedded = { ...fakeModel('model:lite', 'Lite'), origin: { file: 'a', format: 'pytorch', embedded: true } }
    const probe = { ...method('fine-tuning'), id: 'linear-probe' }
    const adaptation = fakeMethods.find(({ needs }) => needs.sourceData && needs.domains === undefined)!
    const photographs: Shelf['datasets'][number] = { ...dataset('street-photos'), shape: [224, 224, 3] }
    const samples = empty.datasets.filter(({ sample }) => sample)
    const shelf: Shelf = { ...empty, models: [embedded], methods: [adaptation, ...fakeMethods, probe], datasets: [...samples, photographs] }
    const choices = { ...noChoices(), target: photographs.id }
    expect(completeTransfer(choices, shelf, 'auto')).toMatchObject({ source: 'model:lite', method: { id: 'linear-probe' }, sourceDataset: null, labels: 'none' })
    expect(completeTransfer({ ...choices, method: adaptation.id }, shelf, 'auto').sourceDataset).toBeNull()
    // One's own labelled pictures may be, and digits for pictures of their size.
    const own = { ...shelf, datasets: [...samples, photographs, dataset('cifar-10')] }
    expect(completeTransfer({ ...choices, method: adaptation.id }, own, 'auto').sourceDataset).toBe('cifar-10')
    const small = { ...shelf, datasets: [...samples, dataset('street-photos')] }
    expect(completeTransfer({ ...choices, method: adaptation.id }, small, 'auto').sourceDataset).toBe('mnist-sample')
  })

  it('leaves the last domain of a data set out for a method that learns across the others', () => {
    const rooms = { ...dataset('mnist-sample'), id: 'rooms', domains: ['art', 'photo', 'sketch'] }
    const irm = { ...method('dann'), id: 'irm', needs: { ...method('dann').needs, sourceModel: false, domains: 2 } }
    const shelf = { ...empty, datasets: [...empty.datasets, rooms], methods: [...fakeMethods, irm] }
    const chosen = { ...noChoices(), method: 'irm', target: 'rooms' }
    const spec = specOf(completeTransfer(chosen, shelf, 'auto'))!
    expect(spec).toMatchObject({ source: { dataset: 'rooms' }, target: { dataset: 'rooms', labels: 'none', domain: 'sketch' } })
    expect(specOf(completeTransfer(choicesOf(spec, irm), shelf, 'auto'))).toEqual(spec)
    expect(specOf(completeTransfer({ ...chosen, domain: 'art' }, shelf, 'auto'))!.target.domain).toBe('art')
    expect(completeTransfer({ ...chosen, domain: null }, shelf, 'auto').domain).toBeNull()
    expect(completeTransfer({ ...chosen, method: 'scratch' }, shelf, 'auto').domain).toBeNull()
  })

  it('keeps the domains to learn from and what is tested on, also when the run is repeated', () => {
    const rooms = { ...dataset('mnist-sample'), id: 'rooms', domains: ['art', 'photo', 'sketch'] }
    const shelf = { ...empty, datasets: [...empty.datasets, rooms] }
    const chosen = { ...noChoices(), method: 'dann', sourceDataset: 'rooms', sourceDomains: ['art', 'sketch'], target: 'rooms', domain: 'sketch', testSplit: 'all' as const }
    const spec = specOf(completeTransfer(chosen, shelf, 'auto'))!
    expect(spec.source).toEqual({ model: 'arch:seed-cnn', dataset: 'rooms', domains: ['art'] })
    expect(spec.target).toMatchObject({ domain: 'sketch', testSplit: 'all' })
    expect(specOf(completeTransfer(choicesOf(spec, method('dann')), shelf, 'auto'))).toEqual(spec)
    expect(specOf(completeTransfer({ ...chosen, testSplit: 'test' }, shelf, 'auto'))!.target).not.toHaveProperty('testSplit')
  })

  it('names no domain that the source data set does not have, or that is the target', () => {
    const rooms = { ...dataset('mnist-sample'), id: 'rooms', domains: ['art', 'photo', 'sketch'] }
    const streets = { ...rooms, id: 'streets', domains: ['photo', 'day', 'night'] }
    const shelf = { ...empty, datasets: [...empty.datasets, rooms, streets] }
    const chosen = { ...noChoices(), method: 'dann', sourceDataset: 'rooms', sourceDomains: ['art', 'photo'], target: 'digits' }
    const domainsOf = (change: Partial<typeof chosen> & { domain?: string }) => specOf(completeTransfer({ ...chosen, ...change }, shelf, 'auto'))!.source.domains
    expect(domainsOf({})).toEqual(['art', 'photo'])
    expect(domainsOf({ sourceDataset: 'streets' })).toEqual(['photo'])
    expect(domainsOf({ sourceDataset: 'streets', sourceDomains: ['art', 'sketch'] })).toBeUndefined()
    expect(domainsOf({ sourceDataset: 'mnist-sample' })).toBeUndefined()
    expect(domainsOf({ target: 'rooms', domain: 'art' })).toEqual(['photo'])
    expect(domainsOf({ target: 'rooms', domain: 'art', sourceDomains: ['art'] })).toBeUndefined()
    expect(domainsOf({ method: 'scratch' })).toBeUndefined()
  })

  it('adds source images where the method learns from them, those the model was trained on', () => {
    const transfer = completeTransfer({ ...noChoices(), method: 'dann' }, pretrained, 'auto')
    expect(transfer.sourceDataset).toBe('mnist-sample')
    expect(transfer.labels).toBe('none')
    expect(completeTransfer(noChoices(), pretrained, 'auto').sourceDataset).toBeNull()
  })

  it('takes the training settings that suit the method until somebody changes them', () => {
    const transfer = completeTransfer({ ...noChoices(), method: 'dann' }, pretrained, 'auto')
    expect(transfer.training).toMatchObject({ weightDecay: 0.001, schedule: 'inverse' })
    expect(transfer.set).toEqual([])
    const changed = completeTransfer({ ...noChoices(), method: 'dann', training: { learningRate: 0.1 } }, pretrained, 'auto')
    expect(changed.training).toMatchObject({ learningRate: 0.1, schedule: 'inverse' })
    expect(changedNames(changed.training, changed.trainingDefaults)).toEqual(['learningRate'])
    expect(changed.set).toEqual(['learningRate'])
    expect(Object.keys(transfer.chosen)).toContain('learningRate')
    expect(Object.keys(changed.chosen)).not.toContain('learningRate')
    expect(trainingSettingsSchema.safeParse(changed.training).success).toBe(true)
  })

  it('drops parameters that another method left behind', () => {
    expect(completeTransfer({ ...noChoices(), method: 'linear-probe', params: { layerDecay: 0.5 } }, pretrained, 'auto').params).not.toHaveProperty('layerDecay')
  })

  it('keeps a setting that somebody fixed as Graft chose it, and can give it back', () => {
    const open = completeTransfer(noChoices(), pretrained, 'auto')
    const fixed = completeTransfer({ ...noChoices(), training: { learningRate: open.training.learningRate } }, pretrained, 'auto')
    expect(fixed.training).toEqual(open.training)
    expect(fixed.set).toEqual(['learningRate'])
  })

  it('has parameters of the method chosen likewise, and leaves them open when the run is repeated', () => {
    const sourceEpochs = integer({ label: { en: '', zh: '' }, help: { en: '', zh: '' }, minimum: 0, maximum: 100, default: 0 })
    const first = { ...method('dann'), id: 'first', parameters: { sourceEpochs } }
    const shelf = { ...empty, methods: [...fakeMethods, first] }
    const chosen = { ...noChoices(), method: 'first', source: 'arch:seed-cnn' as const, target: 'digits', sourceDataset: 'mnist-sample' }
    const open = completeTransfer(chosen, shelf, 'auto')
    expect(open.params['sourceEpochs']).toBeGreaterThan(0)
    expect(open.chosen).toHaveProperty('sourceEpochs')
    expect(open.setParams).toEqual([])
    const spec = specOf(open)!
    expect(choicesOf(spec, first).params).toEqual({})
    expect(specOf(completeTransfer(choicesOf(spec, first), shelf, 'auto'))).toEqual(spec)
    const fixed = completeTransfer({ ...chosen, params: { sourceEpochs: open.params['sourceEpochs']! } }, shelf, 'auto')
    expect(fixed.setParams).toEqual(['sourceEpochs'])
    expect(fixed.chosen).not.toHaveProperty('sourceEpochs')
  })

  it('says before Start that a training is shortened, and why, where a processor would take hours', () => {
    const heavy = { ...empty, architectures: empty.architectures.map((one) => ({ ...one, multiplyAdds: 2e10 })) }
    const transfer = completeTransfer(noChoices(), heavy, 'auto')
    expect(transfer.shortened?.en).toContain('on two processor cores')
    expect(transfer.training.epochSteps).toBeGreaterThan(0)
    expect(completeTransfer(noChoices(), { ...heavy, gpu: true }, 'auto').shortened).toBeNull()
    expect(completeTransfer({ ...noChoices(), device: 'gpu' }, heavy, 'auto').shortened).toBeNull()
    expect(completeTransfer({ ...noChoices(), training: { epochs: 10 } }, heavy, 'auto').shortened).toBeNull()
    expect(completeTransfer(noChoices(), { ...empty, runs: [fakeRun('mnist-run')] }, 'auto').shortened).toBeNull()
  })

  it('repeats a run with the rate that held, where its own went wrong', () => {
    const spec = specOf(completeTransfer(noChoices(), pretrained, 'auto'))!
    expect(specOf(completeTransfer(choicesOf(spec, method('fine-tuning')), pretrained, 'auto'))).toEqual(spec)
    const rate = advisedRate(fakeRun('rescued', { spec, rescues: [{ stage: 0, epoch: 1, step: 5, learningRate: spec.training.learningRate }] }))
    const again = specOf(completeTransfer(choicesOf(spec, method('fine-tuning'), rate), pretrained, 'auto'))!
    expect(again.training).toEqual({ ...spec.training, learningRate: spec.training.learningRate / 10 })
    expect(again.chosen).not.toHaveProperty('learningRate')
  })

  it('leaves off what a run of an earlier version did not know of', () => {
    const usual = method('fine-tuning')
    const keeping = { ...usual, parameters: { ...usual.parameters, keepRows: { kind: 'boolean' as const, label: { en: '', zh: '' }, help: { en: '', zh: '' }, default: false } } }
    const before = fakeSpec({ chosen: { learningRate: { en: 'Why.', zh: '原因。' } } })
    expect(choicesOf(before, keeping).params).toMatchObject({ ...before.method.params, keepRows: false })
  })

  it('repeats a run exactly', () => {
    const spec = fakeSpec({
      source: { model: 'run:mnist-run' }, method: { id: 'fine-tuning', params: { layerDecay: 0.5, headFactor: 1, keepRows: false, unfreezeEvery: 0 } },
      target: { dataset: 'digits', labels: { perClass: 7 }, validationLabels: { perClass: 7 } }, device: 'cpu'
    })
    expect(specOf(completeTransfer(choicesOf(spec), pretrained, 'auto'))).toEqual(spec)
    // All validation labels chose in a record of an earlier version.
    const { validationLabels: _, ...target } = spec.target
    expect(specOf(completeTransfer(choicesOf({ ...spec, target }), pretrained, 'auto'))!.target.validationLabels).toBe('all')
  })
})

describe('what cannot be chosen in the settings', () => {
  const text = { en: '', zh: '' }
  const { blocks } = fakeArchitectures[0]!
  const names = blocks.map(({ name }) => name)

  it('is blocks that the other setting does not name, once it names any', () => {
    const moved = {
      ...method('fine-tuning'), parameters: { copied: blocksOf({ label: text, help: text, default: [] }), frozen: blocksOf({ label: text, help: text, default: [], among: 'copied' }) }
    }
    const closed = (copied: string[]) => closedOptions({ method: moved, params: { copied, frozen: [] }, sourceDataset: null }, empty, blocks)
    expect(closed([])).toEqual({})
    expect(closed(names.slice(0, 2))).toEqual({ frozen: names.slice(2) })
  })

  it('is rules of colours for grey source images', () => {
    const ruled = { ...method('dann'), needs: { ...method('dann').needs, colour: { parameter: 'rule', in: ['hue', 'grey'] } }, parameters: {} }
    const closed = (channels: 1 | 3) => closedOptions({ method: ruled, params: {}, sourceDataset: 'digits' }, {
      datasets: [{ ...dataset('digits'), shape: [28, 28, channels] }]
    }, blocks)
    expect(closed(1)).toEqual({ rule: ['hue', 'grey'] })
    expect(closed(3)).toEqual({})
  })
})

describe('the sentence', () => {
  it('names source, target, images and parameters, each once', () => {
    const weighed = { ...method('dann'), sentence: { en: 'Adapt {source} to {images} of {target} with a weight of {weight}.', zh: '' } }
    const parts = sentenceParts(weighed, { source: 'A', target: 'B', images: '5 images' }, { weight: 0.5 }, 'en')
    expect(parts.map(({ text }) => text).join('')).toBe('Adapt A to 5 images of B with a weight of 0.5.')
    expect(parts.find(({ text }) => text === 'B')?.role).toBe('target')
  })

  it('counts further models instead of naming them', () => {
    const soup = {
      ...method('dann'), sentence: { en: 'Average {source} and {models}.', zh: '平均 {source} 与{models}。' },
      parameters: { models: models({ label: { en: '', zh: '' }, help: { en: '', zh: '' }, default: [], minimum: 1, maximum: 9 }) }
    }
    const said = (refs: string[], language: 'en' | 'zh' = 'en') =>
      sentenceParts(soup, { source: 'A', target: 'B', images: '' }, { models: refs }, language).map(({ text }) => text).join('')
    expect(said(['run:b', 'run:c'])).toBe('Average A and 2 other models.')
    expect(said(['run:b'])).toBe('Average A and 1 other model.')
    expect(said([])).toBe('Average A and no other model yet.')
    expect(said(['run:b'], 'zh')).toBe('平均 A 与另外 1 个模型。')
  })

  it('sets a choice small within a sentence unless it is a name, and says blocks by their titles', () => {
    const text = { en: '', zh: '' }
    const options = [{ value: 'own', label: { en: 'Like the teacher', zh: '与教师相同' } }, { value: 'seed', label: { en: 'Seed CNN', zh: 'Seed CNN' } }]
    const student = {
      ...method('dann'), sentence: { en: 'Train {student} to give {hints}.', zh: '' },
      parameters: {
        student: choice({ label: text, help: text, options, default: 'own' }),
        hints: blocksOf({ label: text, help: text, default: [], none: { en: 'the middle block', zh: '中间的块' } })
      }
    }
    const said = (values: Record<string, string | string[]>): string =>
      sentenceParts(student, { source: 'A', target: 'B', images: '' }, values, 'en', ['1', '2'].map((at) => ({ name: `conv${at}`, title: `Convolution ${at}`, parameters: 1 })))
        .map((part) => part.text).join('')
    expect(said({ student: 'own', hints: [] })).toBe('Train like the teacher to give the middle block.')
    expect(said({ student: 'seed', hints: ['conv1'] })).toBe('Train Seed CNN to give Convolution 1.')
    expect(said({ student: 'seed', hints: ['conv1', 'conv2'] })).toBe('Train Seed CNN to give all blocks.')
    const features = {
      ...method('dann'), sentence: { en: 'Copy {copied}, keep {frozen}.', zh: '' },
      parameters: { copied: blocksOf({ label: text, help: text, default: [] }), frozen: blocksOf({ label: text, help: text, default: [] }) }
    }
    expect(sentenceParts(features, { source: 'A', target: 'B', images: '' }, { copied: [], frozen: [] }, 'en').map((part) => part.text).join(''))
      .toBe('Copy all blocks, keep none.')
  })

  it('counts the labels a grant really gives', () => {
    // 1,078 images over 10 classes: 107 or 108 each; 108 per class asks for more than two classes have.
    expect(imagesText(dataset('digits'), { labels: { perClass: 10 } }, 'en')).toBe('100 labelled images (10 per class)')
    expect(imagesText(dataset('digits'), { labels: { perClass: 108 } }, 'en')).toMatch(/^1\u202f078 labelled/)
    expect(imagesText(dataset('digits'), { labels: 'none' }, 'zh')).toBe('1\u202f078 张无标签图像')
  })

  it('counts the images of the one domain that is the target', () => {
    const digits = dataset('digits')
    const inDomains = {
      ...digits, domains: ['ink', 'chalk'], splits: { ...digits.splits, train: { ...digits.splits.train!, perDomain: [78, 1000] } }
    }
    expect(imagesText(inDomains, { labels: 'none', domain: 'ink' }, 'en')).toBe('78 images without labels')
    expect(imagesText(inDomains, { labels: 'all', domain: 'ink' }, 'en')).toBe('all 78 labelled images')
    expect(imagesText(inDomains, { labels: { perClass: 10 }, domain: 'ink' }, 'en')).toBe('78 labelled images (10 per class)')
  })
})

describe('the drawing of the blocks', () => {
  const { blocks } = fakeArchitectures[0] ?? { blocks: [] }

  it('shows a probe as a frozen backbone under a new head', () => {
    const rows = drawnBlocks(blocks, method('linear-probe'), { trained: true, sameClasses: true })
    expect(rows.map((row) => 'state' in row && row.state)).toEqual(['new', 'frozen', 'frozen', 'frozen', 'frozen', 'frozen'])
  })

  it('keeps the head of the same classes in fine-tuning, and nothing of fresh weights', () => {
    expect(drawnBlocks(blocks, method('fine-tuning'), { trained: true, sameClasses: true })[0]).toMatchObject({ name: 'head', state: 'copied' })
    expect(drawnBlocks(blocks, method('fine-tuning'), { trained: true, sameClasses: false })[0]).toMatchObject({ state: 'new' })
    expect(drawnBlocks(blocks, method('fine-tuning'), { trained: false, sameClasses: false }).every((row) => 'state' in row && row.state === 'new')).toBe(true)
  })

  it('draws block by block where the method lets one choose, under a new head', () => {
    const text = { en: '', zh: '' }
    const features = {
      ...method('fine-tuning'), parameters: { copied: blocksOf({ label: text, help: text, default: [] }), frozen: blocksOf({ label: text, help: text, default: [] }) }
    }
    const [first, second, ...rest] = blocks.map(({ name }) => name)
    const states = (values: Record<string, string[]>) =>
      drawnBlocks(blocks, features, { trained: true, sameClasses: true }, values).map((row) => 'state' in row && row.state)
    expect(states({ copied: [first!, second!], frozen: [first!] })).toEqual(['new', ...rest.map(() => 'new'), 'copied', 'frozen'])
    // No block named: all are copied.
    expect(states({ copied: [], frozen: [] })).toEqual(['new', ...blocks.map(() => 'copied')])
  })

  it('says how many blocks of a deep network it leaves out', () => {
    const deep = Array.from({ length: 50 }, (_, index) => ({ name: `b${index}`, title: `Block ${index}`, parameters: 1 }))
    const rows = drawnBlocks(deep, method('fine-tuning'), { trained: true, sameClasses: true })
    expect(rows).toHaveLength(7)
    expect(rows).toContainEqual({ hidden: 45 })
  })
})
