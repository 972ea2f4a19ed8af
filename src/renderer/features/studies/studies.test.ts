import { afterEach, describe, expect, it } from 'vitest'
import { createFakeApi } from '../../testing/fake-api'
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

  it('says where studies come from while there is none', async () => {
    open = await openScreen(createFakeApi({ runs: [] }), '/studies', 'zh')
    expect(open.wrapper.text()).toContain('还没有研究')
  })
})
