import { afterEach, describe, expect, it } from 'vitest'
import { createFakeApi } from '../../testing/fake-api'
import { fakeJob } from '../../testing/fake-jobs'
import { openScreen, settle, type Mounted } from '../../testing/mount'
import { fakeRun } from '../../testing/fake-runs'
import { comparedRuns, studiesOf } from './studies'

const at = (minute: number): string => `2026-05-01T10:0${minute}:00.000Z`
const runs = [
  fakeRun('t1', { name: 'From scratch, seed 1', study: { id: 's', role: 'scratch' }, createdAt: at(1) }),
  fakeRun('c1', { name: 'Fine-tuning on digits, seed 1', study: { id: 's', role: 'candidate' }, createdAt: at(1) }),
  fakeRun('c2', { name: 'Fine-tuning on digits, seed 2', study: { id: 's', role: 'candidate' }, createdAt: at(2), state: 'interrupted' }),
  fakeRun('t2', { name: 'From scratch, seed 2', study: { id: 's', role: 'scratch' }, createdAt: at(2), state: 'queued' }),
  fakeRun('new', { name: 'Probe', study: { id: 'n', role: 'candidate' }, createdAt: at(5) }), fakeRun('alone', { name: 'Alone' })
]

describe('studies', () => {
  it('are the runs that were started together, named for their candidate, the youngest first', () => {
    expect(studiesOf(runs).map(({ id, name, done, runs: list }) => [id, name, done, list.map((run) => run.id)])).toEqual([
      ['n', 'Probe', 1, ['new']], ['s', 'Fine-tuning on digits', 2, ['c1', 'c2', 't1', 't2']]
    ])
    expect(studiesOf([...runs, fakeRun('c3', { name: 'Other, seed 1', study: { id: 's', role: 'candidate' } })]).find(({ id }) => id === 's')!.others).toBe(1)
    expect(comparedRuns({ runs })).toEqual(['t1', 'c1', 'new', 'alone'])
  })
})

let open: Mounted | undefined
afterEach(() => open?.wrapper.unmount())

describe('the studies screen', () => {
  it('goes on with what is missing and cancels what is left', async () => {
    const fake = createFakeApi({ runs })
    open = await openScreen(fake, '/studies?id=s')
    const { wrapper } = open
    expect(wrapper.text()).toMatch(/91\.2.% ± 0\.4/)
    await wrapper.findAll('button').find((button) => button.text() === 'Go on with the one that is missing')!.trigger('click')
    await settle()
    expect(fake.calls.filter(({ name }) => name === 'runs.resume').map(({ input }) => input)).toEqual([{ id: 'c2' }])
    await wrapper.findAll('button').find((button) => button.text().startsWith('Cancel the '))!.trigger('click')
    await settle()
    expect(fake.calls.filter(({ name }) => name === 'runs.cancel').map(({ input }) => input)).toContainEqual({ id: 't2' })
  })

  it('sends studies to other machines where a person names some, after a look at them, and remembers that', async () => {
    const fake = createFakeApi({
      runs: [],
      workers: {
        on: 'http://127.0.0.1:8265', engine: 'Ray 2.60.0', slots: 3, notes: [{ en: 'Other last digits.', zh: '末位不同。' }],
        nodes: [
          { id: 'a', host: 'alpha', address: '192.0.2.1', head: true, cores: 8, gpus: 1, memoryBytes: 8e9, problems: [] },
          { id: 'b', host: 'beta', address: '192.0.2.2', head: false, cores: 4, gpus: 0, memoryBytes: 8e9, problems: [{ code: 'x', message: { en: 'Graft is missing.', zh: '缺少 Graft。' } }] }
        ]
      }
    })
    open = await openScreen(fake, '/studies')
    const { wrapper } = open
    const button = (name: string) => wrapper.findAll('button').find((each) => each.text().startsWith(name))!
    expect(wrapper.text()).toContain('Studies are computed here')
    await button('Other machines').trigger('click')
    expect(wrapper.text()).toContain('Ray has no access control of its own')
    expect(button('Test').attributes('disabled')).toBeDefined()
    const fields = (label: string) => wrapper.findAll('label').find((each) => each.text().startsWith(label))!.attributes('for')!
    for (const [label, value] of [['Address of the Ray cluster', 'http://127.0.0.1:8265'], ['Shared folder', '/mnt/shared']] as const) {
      const input = wrapper.find(`#${fields(label)}`)
      await input.setValue(value)
      await input.trigger('change')
      await settle()
    }
    const slots = wrapper.find(`#${fields('Runs at once')}`)
    await slots.setValue('many')
    expect(wrapper.text()).toMatch(/A whole number from 1 to 10.000/)
    await slots.setValue('3')
    await slots.trigger('change')
    await settle()
    await button('Test').trigger('click')
    await settle()
    fake.emit('jobs', 'changed', fakeJob('check-workers', { state: 'done' }))
    await settle()
    for (const text of ['Ray 2.60.0: 2 machines, 3 runs at once', 'alpha', 'Graft is missing.', 'Other last digits.']) expect(wrapper.text()).toContain(text)
    expect(fake.calls.find(({ name }) => name === 'workers.check')?.input).toEqual({ on: 'http://127.0.0.1:8265', store: '/mnt/shared', slots: 3 })
    await wrapper.find('[role=switch]').trigger('click')
    await settle()
    expect(fake.state.settings.elsewhere).toEqual({ use: true, place: { on: 'http://127.0.0.1:8265', store: '/mnt/shared', slots: 3 } })
    await button('Other machines').trigger('click')
    expect(wrapper.text()).toContain('Studies are computed on http://127.0.0.1:8265')
  })

  it('says where studies come from while there is none', async () => {
    open = await openScreen(createFakeApi({ runs: [] }), '/studies', 'zh')
    expect(open.wrapper.text()).toContain('还没有研究')
  })
})
