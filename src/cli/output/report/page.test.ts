import { describe, expect, it } from 'vitest'
import { defaultsOf } from '../../../contract/parameters'
import type { Metric, Run } from '../../../contract/runs'
import { trainingParameters } from '../../../contract/training'
import { chartSvg, ticks } from '../../../rules/page/chart'
import { comparisonText } from './comparison'
import { comparisonPage } from '../../../rules/page/page'

const run = (id: string, name: string, accuracy: number): Run => ({
  schemaVersion: 1, id, name, state: 'done',
  spec: {
    source: { model: 'arch:seed-cnn' }, target: { dataset: 'digits', labels: { perClass: 10 } }, method: { id: name, params: {} },
    training: defaultsOf(trainingParameters), device: 'auto'
  },
  createdAt: '2026-01-01T00:00:00.000Z', names: { source: 'Seed CNN', target: 'Digits', method: name }, epochs: 2, seconds: 65,
  imagesPerSecond: 1400, metrics: { test: { accuracy, loss: 0.5, n: 1000, perClass: [] } }, versions: {}, dataHashes: {}, notes: []
})
const epochs = (values: number[]): Metric[] => values.map((accuracy, index) => ({
  kind: 'epoch', stage: 0, epoch: index + 1, step: index, seconds: index, train: { loss: 1 - accuracy }, validation: { loss: 1 - accuracy, accuracy }
}))
const comparison = {
  runs: [run('A', 'scratch', 0.7), run('B', '<b>tuned</b>', 0.8)],
  differences: [{ first: 'A', second: 'B', difference: 0.1, interval: [0.08, 0.12] as [number, number], verdict: 'better' as const }]
}

describe('the comparison', () => {
  it('says in words what differs, with sign and interval', () => {
    const text = comparisonText(comparison, 'en')
    expect(text).toContain('<b>tuned</b> against scratch: +10.0 points (95 % interval +8.0 to +12.0), better')
    expect(text).toMatch(/scratch +scratch +10 per class +70\.0 % +– +– +0\.5 +– +– +2 +1 min 5 s +1,400 +A/)
    const [first, second] = comparison.runs as [Run, Run]
    const withSteps = { ...comparison, runs: [{ ...first, steps: 400, chosen: { epoch: 2, score: 'source-validation', value: 0.953 } }, { ...second, steps: 1200 }] }
    // What chose an epoch where no target label did.
    expect(comparisonText(withSteps, 'en')).toContain('Source validation accuracy 95.3 %')
    expect(comparisonText(withSteps, 'en')).toContain('better. Optimiser steps: 1,200 against 400: longer training alone may make a difference.')
    expect(comparisonText(comparison, 'zh')).toContain('+10.0 个百分点（95 % 区间 +8.0 到 +12.0），更好')
  })

  const page = comparisonPage({
    comparison, metrics: [epochs([0.5, 0.7]), epochs([0.6, 0.8])], language: 'en', version: '1.0', now: new Date(0)
  })

  it('as a page needs nothing else: no script, no address, both themes', () => {
    expect(page).not.toMatch(/<script|https?:|<link|<img|url\(/)
    expect(page).toContain('prefers-color-scheme:dark')
    expect(page.match(/<polyline/g)).toHaveLength(6)
    expect(page).toContain('aria-label="Validation accuracy: scratch 70.0 %, &lt;b&gt;tuned&lt;/b&gt; 80.0 %"')
  })

  it('as a page lets no name become markup', () => {
    expect(page).toContain('&lt;b&gt;tuned&lt;/b&gt;')
    expect(page).not.toContain('<b>tuned')
  })
})

describe('a chart', () => {
  it('has round values on its axes', () => {
    expect(ticks(0.13, 0.97, 5)).toEqual([0.2, 0.4, 0.6, 0.8])
    expect(ticks(0, 20, 8)).toEqual([0, 5, 10, 15, 20])
  })

  it('draws nothing where there is nothing, and a mark for a single epoch', () => {
    expect(chartSvg({ title: 'Loss', xLabel: 'epoch', series: [] })).toBe('')
    expect(chartSvg({ title: 'Loss', xLabel: 'epoch', series: [{ label: 'a', index: 0, points: [[1, 0.5]] }] })).toContain('<circle')
  })
})
