import { afterEach, describe, expect, it } from 'vitest'
import type { FeatureMap } from '../../../contract/feature-maps'
import { createFakeApi } from '../../testing/fake-api'
import { fakeJob } from '../../testing/fake-jobs'
import { fakeDatasets, fakeModel } from '../../testing/fake-library'
import { fakeRun } from '../../testing/fake-runs'
import { openScreen, settle, type Mounted } from '../../testing/mount'
import { groupsOf } from './groups'

const map: FeatureMap = {
  wanted: { models: ['run:done'], dataset: 'mnist-sample', neighbours: 15, images: 500, seed: 1, device: 'auto' },
  names: { models: ['Done'], dataset: 'MNIST digits' }, layers: [{ name: 'block1', title: 'Convolution 32' }], classes: ['zero', 'one'],
  positions: [3, 5, 8, 9], labels: [0, 1, 1, -1], predicted: [[0, 1, 0, 1]], places: [[[0, 0], [1, 0], [0, 1], [1, 1]]], split: 'test', seconds: 1,
  at: '2026-01-01T00:00:00.000Z'
}
let open: Mounted | undefined
afterEach(() => open?.wrapper.unmount())

it('points are told apart by class, by what is wrong, and by run', () => {
  const of = (colour: 'class' | 'error' | 'run') => {
    const groups = groupsOf(map, colour, ['Done'])
    return map.positions.map((_, picture) => groups.names[groups.of(0, picture)])
  }
  expect(of('class')).toEqual(['zero', 'one', 'one', ''])
  expect(of('error')).toEqual(['right', 'right', 'wrong', 'unknown'])
  expect(of('run')).toEqual(['Done', 'Done', 'Done', 'Done'])
})

describe('a feature map of few pictures', () => {
  it('says what is needed and leads there; another try is not offered', async () => {
    const few = fakeDatasets().map((dataset) => dataset.id !== 'mnist-sample' ? dataset : {
      ...dataset, splits: Object.fromEntries(Object.entries(dataset.splits).map(([name, split]) => [name, { ...split, count: 9 }]))
    })
    const fake = createFakeApi({ runs: [fakeRun('done')], models: [fakeModel('run:done', 'Done')], datasets: few })
    open = await openScreen(fake, '/runs/done')
    const panel = open.wrapper.get('.map-panel')
    expect(panel.text()).toContain('It takes 16 pictures to see anything of a model; “MNIST digits (sample)” has 9 at most in one split.')
    const buttons = panel.findAll('button')
    expect(buttons.map((button) => [button.text(), button.attributes('disabled') !== undefined])).toEqual([['Lay out the map', true], ['Open the data set', false]])
    await buttons[1]!.trigger('click')
    await settle(8)
    expect(open.router.currentRoute.value.path).toBe('/datasets/mnist-sample')
  })
})

describe('the feature map of a run', () => {
  it('is laid out when asked for, coloured as one likes, and a group opens its pictures; another layer is laid out anew', async () => {
    const fake = createFakeApi({ runs: [fakeRun('done')], models: [fakeModel('run:done', 'Done')], featureMap: map })
    open = await openScreen(fake, '/runs/done')
    const { wrapper } = open
    const press = async (label: string): Promise<void> => {
      await wrapper.findAll('button').find((button) => button.text() === label || button.attributes('aria-label') === label)!.trigger('click')
      await settle()
    }
    await press('Lay out the map')
    expect(fake.calls.find(({ name }) => name === 'models.map')?.input).toMatchObject({ models: ['run:done'], dataset: 'mnist-sample' })
    fake.emit('jobs', 'changed', fakeJob('feature-map', { state: 'done' }))
    await settle()
    expect(wrapper.get('canvas.map').attributes('aria-label')).toBe('4 points of MNIST digits: zero 1, one 2, without a class 1.')
    await wrapper.get('.map-panel input[value="error"]').setValue(true)
    await settle()
    expect(wrapper.get('canvas.map').attributes('aria-label')).toContain('right 2, wrong 1, not known 1')
    await press('wrong · 1: open the pictures')
    expect(document.querySelector('[role="dialog"]')?.textContent).toContain('Pictures of the map')
  })
})
