import { describe, expect, it } from 'vitest'
import type { EpochMetric, Metric, Run, Spec } from '../../../contract/runs'
import { fakeDatasets } from '../../testing/fake-library'
import { fakeMethods } from '../../testing/fake-methods'
import { fakeRun, fakeScore, fakeSpec } from '../../testing/fake-runs'
import { idsOfQuery } from './address'
import { accuracyByLabels, labelsUsed } from './by-labels'
import { nextCell } from './cell-keys'
import { confusionChanges } from './confusion-difference'
import { validationCurve } from './curves'
import { bestOf, classDifferences, rampEnd } from './figures'
import { shortNames } from './names'
import { settingRows } from './settings'
import { comparisonCsv } from './table'

const epoch = (at: number, accuracy?: number): EpochMetric => ({
  kind: 'epoch', stage: 0, epoch: at, step: at, seconds: at, train: { loss: 1 },
  ...(accuracy !== undefined && { validation: { loss: 1 - accuracy, accuracy } })
})

describe('accuracy against labels used', () => {
  const datasets = new Map(fakeDatasets().map((dataset) => [dataset.id, dataset]))
  const run = (id: string, method: string, labels: Spec['target']['labels'], accuracy: number): Run => fakeRun(id, {
    metrics: { test: { ...fakeScore(0.5), accuracy } }, spec: fakeSpec({ method: { id: method, params: {} }, target: { dataset: 'digits', labels } })
  })

  it('is a line for each method over the labels it could learn from, the mean of equals', () => {
    // Ten classes of 107 or 108 training images: 50 labels of 5 each, and all 1078 where they are all granted.
    const runs = [
      run('a', 'tuned', { perClass: 5 }, 0.5), run('b', 'tuned', { perClass: 5 }, 0.7), run('c', 'tuned', 'all', 0.9), run('d', 'dann', 'none', 0.4),
      run('other', 'tuned', { perClass: 20 }, 0.1)
    ]
    expect(accuracyByLabels(runs, datasets, new Set(['other'])).map(({ method, points }) => [method, points.map(({ labels, accuracy }) => [labels, Number(accuracy.toFixed(3))])]))
      .toEqual([['tuned', [[50, 0.6], [1078, 0.9]]], ['dann', [[0, 0.4]]]])
    expect(labelsUsed({ labels: { perClass: 1000 } }, datasets.get('digits'))).toBe(1078)
  })
  it('is not drawn where all had as many, and not of data that are gone', () => {
    expect(accuracyByLabels([run('a', 'tuned', 'all', 0.5), run('b', 'probe', 'all', 0.7)], datasets, new Set())).toEqual([])
    expect(labelsUsed({ labels: 'all' }, undefined)).toBeUndefined()
  })
})

describe('the address of a comparison', () => {
  it('keeps each id once, at most eight, and leaves out what is no id', () => {
    expect(idsOfQuery('a,b,a,../c,')).toEqual(['a', 'b'])
    expect(idsOfQuery(['a', 'b'])).toEqual(['a', 'b'])
    expect(idsOfQuery('1,2,3,4,5,6,7,8,9')).toHaveLength(8)
    expect(idsOfQuery(undefined)).toEqual([])
  })
})

describe('a validation curve', () => {
  it('counts epochs over all stages and leaves a gap where nothing was validated', () => {
    const metrics: Metric[] = [epoch(0, 0.5), epoch(1), { ...epoch(0, 0.7), stage: 1 }]
    expect(validationCurve(metrics, 'accuracy')).toEqual([{ x: 1, y: 0.5 }, { x: 3, y: 0.7 }])
  })
})

describe('the arrow keys among cells', () => {
  it('skip what cannot be opened and stay at the edge', () => {
    const openable = [[true, false, true], [true, true, false]]
    const lead = (key: string, row: number, column: number) => nextCell(key, { row, column }, openable)
    expect(lead('ArrowRight', 0, 0)).toEqual({ row: 0, column: 2 })
    expect(lead('ArrowRight', 1, 1)).toEqual({ row: 1, column: 1 })
    expect(lead('ArrowDown', 0, 0)).toEqual({ row: 1, column: 0 })
    expect(lead('ArrowUp', 0, 0)).toEqual({ row: 0, column: 0 })
    expect(lead('Enter', 0, 0)).toBeNull()
  })
})

describe('class by class', () => {
  const score = (values: (number | null)[]) => ({
    ...fakeScore(0.5), perClass: values.map((accuracy, index) => ({ class: `c${index}`, accuracy, n: 10 }))
  })
  it('takes the second minus the first, and knows nothing of a class that either never saw', () => {
    const first = fakeRun('a', { metrics: { test: score([0.5, null]) } })
    const second = fakeRun('b', { metrics: { test: score([0.75, 1]) } })
    expect(classDifferences(first, second).map(({ difference }) => difference)).toEqual([0.25, null])
  })

  it('says nothing where the classes differ', () => {
    const other = fakeRun('b', { metrics: { test: fakeScore(0.5, 100, ['x', 'y']) } })
    expect(classDifferences(fakeRun('a'), other)).toEqual([])
  })

  it('has a ramp that ends at the largest difference on either side, and never at nothing', () => {
    expect(rampEnd([0.1, -0.3, null])).toBe(0.3)
    expect(rampEnd([0, null])).toBe(0.05)
  })
})

describe('short names', () => {
  const short = (...names: string[]): string[] => [...shortNames(names.map((name, index) => ({ id: String(index), name }))).values()]
  it('leave out what all names share', () => {
    expect(short('Fine-tuning on digits, 10 per class', 'Linear probe on digits, 10 per class')).toEqual(['Fine-tuning', 'Linear probe'])
    expect(short('CIFAR seed 1', 'CIFAR seed 2')).toEqual(['1', '2'])
    expect(short('Demo: fine-tuning', 'Demo: from scratch')).toEqual(['Fine-tuning', 'From scratch'])
  })

  it('stay whole where nothing would be left, and are told apart where they are the same', () => {
    expect(short('Fine-tuning', 'Fine-tuning on digits')).toEqual(['Fine-tuning', 'Fine-tuning on digits'])
    expect(short('Same', 'Same')).toEqual(['Same', 'Same (2)'])
  })

  it('are the method that a long name tells of, with its seed where several have it, and never instead of a person\'s name', () => {
    const run = (id: string, name: string, method: string, seed = 1) =>
      ({ id, name, spec: fakeSpec({ method: { id: method, params: {} }, training: { ...fakeSpec().training, seed } }) })
    const runs = [
      run('a', 'Fine-tuning on UCI optical digits, 10 per class, seed 1', 'fine-tuning'),
      run('b', 'Fine-tuning on UCI optical digits, 10 per class, seed 2', 'fine-tuning', 2),
      run('c', 'From scratch, seed 1: Seed CNN · MNIST digits → UCI optical digits', 'scratch'),
      run('d', 'The one for the paper, with everything', 'scratch')
    ]
    expect([...shortNames(runs, fakeMethods).values()]).toEqual([
      'Fine-tuning, seed 1', 'Fine-tuning, seed 2', 'From scratch', 'The one for…th everything'
    ])
  })

  it('are what sets the runs of one method apart, in a study whose names are long', () => {
    const run = (id: string, name: string, method: string, training = {}) =>
      ({ id, name, spec: fakeSpec({ method: { id: method, params: {} }, training: { ...fakeSpec().training, batchSize: 32, ...training } }) })
    const runs = [
      run('a', 'Learning rate 0.01, batch size 32, seed 1 · Digits', 'fine-tuning', { learningRate: 0.01, seed: 1 }),
      run('b', 'Learning rate 0.1, batch size 32, seed 2 · Digits', 'fine-tuning', { learningRate: 0.1, seed: 2 }),
      run('c', 'From scratch, seed 1 · Digits', 'scratch', { seed: 1 })
    ]
    expect([...shortNames(runs, fakeMethods).values()]).toEqual(['0.01, seed 1', '0.1, seed 2', 'From scratch, seed 1'])
    expect([...shortNames(runs, fakeMethods, 'zh').values()][1]).toBe('0.1，种子 2')
    const renamed = { ...runs[0]!, name: 'What I tried first of all, with a long name' }
    expect([...shortNames([renamed, ...runs.slice(1)], fakeMethods).values()][0]).toBe('What I tried…h a long name')
    const depths = ['Depth 1, frozen · UCI optical digits', 'Depth 2, frozen · UCI optical digits', 'From scratch · UCI optical digits']
    expect(short(...depths)).toEqual(['Depth 1, frozen', 'Depth 2, frozen', 'From scratch'])
  })

  it('are cut where a chart has no room', () => {
    const [name] = short('A very long name that goes on and on', 'Another one')
    // What a name ends with tells it from its like.
    expect(name).toMatch(/^A very long.*….*on and on$/)
    expect(name!.length).toBeLessThanOrEqual(26)
  })
})

describe('the settings side by side', () => {
  const first = fakeRun('a')
  const second = fakeRun('b', { spec: { ...fakeSpec({ method: { id: 'fine-tuning', params: { layerDecay: 0.5 } } }), training: { ...fakeSpec().training, learningRate: 0.1 } } })
  const rows = settingRows([first, second], fakeMethods)
  const row = (key: string) => rows.find((candidate) => candidate.key === key)

  it('mark the rows in which the runs differ, and only those', () => {
    expect(rows.filter(({ differs }) => differs).map(({ key }) => key).sort())
      .toEqual(['method', 'method.layerDecay', 'training.learningRate'])
  })

  it('use the words of the schemas', () => {
    expect(row('training.learningRate')).toMatchObject({ label: { en: 'Learning rate' }, values: [0.01, 0.1] })
    expect(row('training.optimizer')?.values[0]).toEqual({ en: 'SGD with momentum', zh: '带动量的 SGD' })
    expect(row('method')?.values[0]).toMatchObject({ en: 'From scratch' })
  })

  it('leave out what means nothing at these settings', () => {
    const adam = { ...first, spec: { ...first.spec, training: { ...first.spec.training, optimizer: 'adam' as const } } }
    expect(settingRows([adam], fakeMethods).some(({ key }) => key === 'training.momentum')).toBe(false)
  })

  it('count for no method that takes no steps: what differs is what counts', () => {
    const svm = { ...fakeMethods[0]!, id: 'svm', title: { en: 'SVM', zh: 'SVM' }, parameters: {}, recipe: { noSteps: true } }
    const classical = fakeRun('c', { spec: { ...first.spec, method: { id: 'svm', params: {} }, training: { ...first.spec.training, learningRate: 0.5, epochs: 77, seed: 2 } } })
    const beside = settingRows([first, classical], [...fakeMethods, svm])
    expect(beside.filter(({ differs }) => differs).map(({ key }) => key)).toEqual(['method', 'training.seed'])
    expect(beside.find(({ key }) => key === 'training.learningRate')?.values).toEqual([0.01, undefined])
    // Of two that take steps what differs is still told beside it.
    const rates = settingRows([first, second, classical], [...fakeMethods, svm]).filter(({ differs }) => differs).map(({ key }) => key)
    expect(rates).toContain('training.learningRate')
    expect(rates).not.toContain('training.epochs')
  })

  it('names blocks as the network does', () => {
    const blocks = { kind: 'blocks' as const, label: { en: 'Frozen', zh: '冻结' }, help: { en: '', zh: '' }, default: [] }
    const methods = [{ ...fakeMethods[0]!, id: 'part', parameters: { frozen: blocks } }]
    const run = fakeRun('d', { spec: { ...first.spec, method: { id: 'part', params: { frozen: ['conv1', 'conv2'] } } } })
    expect(settingRows([run], methods, undefined, (_, block) => block.replace('conv', '卷积 ')).find(({ key }) => key === 'method.frozen')?.values).toEqual(['卷积 1, 卷积 2'])
  })
})

describe('the exported table', () => {
  it('has one line per run with figures, classes and settings, and keeps a spreadsheet from running a name', () => {
    const first = fakeRun('a', { name: '=SUM(1)' })
    const second = fakeRun('b', { name: 'Commas, and "quotes"' })
    const text = comparisonCsv(
      { runs: [first, second], differences: [{ first: 'a', second: 'b', difference: 0.03, interval: [0.01, 0.05], verdict: 'better' }] },
      settingRows([first, second], fakeMethods)
    )
    const [header, one, two] = text.split('\r\n')
    expect(header).toMatch(/^id,name,state,created,test\.accuracy,/)
    expect(header).toContain('class.0,class.1')
    expect(header).toContain('training.learningRate')
    expect(one).toContain("'=SUM(1)")
    expect(two).toContain('"Commas, and ""quotes"""')
    expect(two).toContain('0.03,0.01,0.05,better')
  })
})

describe('what changed between two confusion matrices', () => {
  it('is better on the diagonal where there is more, and beside it where there is less', () => {
    const changes = confusionChanges([[8, 2], [3, 7]], [[9, 1], [5, 5]])
    expect(changes.flat().map(({ difference, better }) => [difference, better])).toEqual([[1, true], [-1, true], [2, false], [-2, false]])
  })
})

describe('the best of several figures', () => {
  it('is every one that is equal to it, and none where there is nothing to choose from', () => {
    expect(bestOf([0.9, 0.8, undefined, 0.9])).toEqual([true, false, false, true])
    expect(bestOf([0.3, 0.2], true)).toEqual([false, true])
    expect(bestOf([0.9, undefined])).toEqual([false, false])
  })
})
