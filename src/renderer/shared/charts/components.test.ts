import type { VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { createFakeApi, type FakeApi } from '../../testing/fake-api'
import { mountIn, settle } from '../../testing/mount'
import BarList from './BarList.vue'
import ConfusionMatrix from './ConfusionMatrix.vue'
import LineChart from './LineChart.vue'

let wrapper: VueWrapper
let fake: FakeApi
async function open(component: typeof LineChart | typeof ConfusionMatrix | typeof BarList, props: Record<string, unknown>): Promise<void> {
  fake = createFakeApi()
  wrapper = (await mountIn(fake, component, '/settings', 'en', props)).wrapper
}
afterEach(() => {
  wrapper.unmount()
  document.body.innerHTML = ''
})
const reading = (): string => wrapper.get('[role="slider"]').attributes('aria-valuetext') ?? ''
const press = (key: string): Promise<void> => wrapper.get('[role="slider"]').trigger('keydown', { key })

describe('a line chart', () => {
  const series = [
    { id: 'train', label: 'Training', x: [0.5, 1, 1.5, 2], y: [4, 3, 2, 1] },
    { id: 'validation', label: 'Validation', x: [1, 2], y: [3.5, NaN] }
  ]

  it('says what it shows, and reads all lines at one x by the arrow keys', async () => {
    await open(LineChart, { title: 'Loss', xTitle: 'Epoch', series })
    expect(wrapper.get('canvas').attributes('aria-label')).toBe('Loss. Training: 1.00 at Epoch 2; Validation: 3.50 at Epoch 1')
    await press('ArrowRight')
    await press('ArrowRight')
    expect(reading()).toBe('Epoch 1, Training 3.00, Validation 3.50')
    await press('Escape')
    expect(reading()).toContain('arrow keys')
  })

  it('gives its figures as a table and as a file', async () => {
    await open(LineChart, { title: 'Loss', xTitle: 'Epoch', series, fileName: 'run-loss' })
    await wrapper.get('[aria-label="Show as table"]').trigger('click')
    await settle()
    const rows = [...document.querySelectorAll('[role="dialog"] tbody tr')].map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent))
    expect(rows).toEqual([['0.5', '4.00', '–'], ['1', '3.00', '3.50'], ['1.5', '2.00', '–'], ['2', '1.00', '–']])
    await wrapper.get('[aria-label="Save figures (CSV)"]').trigger('click')
    await settle()
    expect(fake.calls.find(({ name }) => name === 'app.saveFile')?.input).toMatchObject({
      suggestedName: 'run-loss.csv', content: 'Epoch,Training,Validation\n0.5,4,\n1,3,3.5\n1.5,2,\n2,1,\n'
    })
  })

  it('says that there are no figures yet', async () => {
    await open(LineChart, { title: 'Loss', xTitle: 'Epoch', series: [] })
    expect(wrapper.text()).toContain('No figures yet')
    expect(wrapper.find('[role="slider"]').exists()).toBe(false)
  })
})

describe('a confusion matrix', () => {
  it('has a column for pictures that are turned away, in its file too', async () => {
    await open(ConfusionMatrix, { title: 'Taken for', classes: ['cat', 'dog'], matrix: [[8, 2], [0, 9]], noneOfThese: [1, 0] })
    const cell = wrapper.get('[aria-label="cat → none of these: 1"]')
    expect([cell.text(), cell.attributes('title')]).toEqual([
      '1', '1 of 10 images of cat are turned away as none of the classes. They are counted in their predicted classes too.'
    ])
    await wrapper.get('[aria-label="Save figures (CSV)"]').trigger('click')
    await settle()
    expect(fake.calls.find(({ name }) => name === 'app.saveFile')?.input).toMatchObject({ content: '"True class ↓, predicted class →",cat,dog,none of these\ncat,8,2,1\ndog,0,9,0\n' })
  })
})

describe('names of classes', () => {
  const classes = ['cat', '飞机', 'ship', '短袖衫']

  it('are all turned below a confusion matrix where one is wider than its column', async () => {
    await open(ConfusionMatrix, { title: 'Confusion', classes, matrix: classes.map(() => [1, 0, 0, 0]) })
    expect(wrapper.findAll('.upright').map((label) => label.text())).toEqual(['cat', '飞机', 'ship', '短袖衫'])
  })

  it('have the room that they need beside bars', async () => {
    await open(BarList, { title: 'Accuracy', valueTitle: 'Share', maximum: 1, format: String, bars: classes.map((label) => ({ id: label, label, value: 1 })) })
    expect(wrapper.get('ul').attributes('style')).toContain('--label-width: 8ch')
  })
})

describe('the axes of a confusion matrix', () => {
  it.each([3, 40])('are named in one line that reads across, with %i classes', async (count) => {
    const classes = Array.from({ length: count }, (_, index) => `class ${index}`)
    await open(ConfusionMatrix, { title: 'Confusion', classes, matrix: classes.map(() => classes.map(() => 1)) })
    expect(wrapper.text()).toContain('True class ↓, predicted class →')
    expect(wrapper.findAll('.truth, .axis')).toHaveLength(0)
  })
})

describe('a confusion matrix of many classes', () => {
  it('is one picture, read cell by cell', async () => {
    const classes = Array.from({ length: 100 }, (_, index) => `class ${index}`)
    const matrix = classes.map((_, truth) => classes.map((__, predicted) => truth === predicted ? 3 : 0))
    await open(ConfusionMatrix, { title: 'Confusion', classes, matrix })
    expect(wrapper.findAll('[role="gridcell"]')).toHaveLength(0)
    await press('ArrowRight')
    expect(reading()).toBe('True class 0, predicted class 1: 0 of 3 (0.0\u202f%)')
    expect(wrapper.get('[role="status"]').text()).toBe(reading())
  })

  it('opens the cell that is read by Enter, but none where nothing was counted', async () => {
    const classes = Array.from({ length: 100 }, (_, index) => `class ${index}`)
    const matrix = classes.map((_, truth) => classes.map((__, predicted) => truth === predicted ? 3 : 0))
    await open(ConfusionMatrix, { title: 'Confusion', classes, matrix, openable: true })
    await press('ArrowRight')
    await press('Enter')
    await press('ArrowDown')
    await press('Enter')
    expect(wrapper.getComponent(ConfusionMatrix).emitted('open')).toEqual([[1, 1]])
  })
})
