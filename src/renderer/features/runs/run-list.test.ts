import { describe, expect, it } from 'vitest'
import { fakeRun, fakeSpec } from '../../testing/fake-runs'
import { whichever, controlsOf, everyRun, filterRuns, labelRank, runsCsv, stateRank, underCandidates } from './run-list'

const runs = [
  fakeRun('a', { name: 'Tuned', state: 'done', spec: fakeSpec({ target: { dataset: 'digits', labels: { perClass: 10 } }, method: { id: 'fine-tuning', params: {} } }) }),
  fakeRun('b', { name: 'Fresh', state: 'interrupted' }),
  fakeRun('c', { name: 'Waiting', state: 'queued' })
]
const ids = (list: typeof runs): string[] => list.map((run) => run.id)

describe('finding runs', () => {
  it('lets everything through until something is asked for', () => {
    expect(ids(filterRuns(runs, everyRun))).toEqual(['a', 'b', 'c'])
  })

  it('groups states as a person asks for them', () => {
    expect(ids(filterRuns(runs, { ...everyRun, state: 'active' }))).toEqual(['c'])
    expect(ids(filterRuns(runs, { ...everyRun, state: 'resumable' }))).toEqual(['b'])
    expect(ids(filterRuns(runs, { ...everyRun, state: 'done' }))).toEqual(['a'])
  })

  it('leaves the controls of studies out where only candidates are wanted', () => {
    const twin = fakeRun('t', { study: { id: 's', role: 'scratch' } })
    const candidate = fakeRun('s', { study: { id: 's', role: 'candidate' } })
    expect(ids(filterRuns([...runs, twin, candidate], { ...everyRun, candidatesOnly: true }))).toEqual(['a', 'b', 'c', 's'])
  })

  it('finds a method and a target, and needs every word of a search', () => {
    expect(ids(filterRuns(runs, { ...everyRun, method: 'fine-tuning' }))).toEqual(['a'])
    expect(ids(filterRuns(runs, { ...everyRun, target: 'digits', method: whichever }))).toEqual(['a'])
    expect(ids(filterRuns(runs, { ...everyRun, text: 'MNIST fresh' }))).toEqual(['b'])
    expect(ids(filterRuns(runs, { ...everyRun, text: '微调' }, (run) => run.id === 'a' ? '微调' : ''))).toEqual(['a'])
  })
})

describe('the controls of studies', () => {
  const at = (minute: number): string => `2026-05-01T10:0${minute}:00.000Z`
  const list = [
    fakeRun('best', { study: { id: 's', role: 'candidate', twins: { scratch: 't2' } }, createdAt: at(2) }),
    fakeRun('t2', { study: { id: 's', role: 'scratch' }, createdAt: at(2) }),
    fakeRun('t1', { study: { id: 's', role: 'scratch' }, createdAt: at(1) }),
    fakeRun('first', { study: { id: 's', role: 'candidate', twins: { 'scratch': 't1', 'source-only': 't2' } }, createdAt: at(1) })
  ]

  it('stand under their candidate once it is unfolded, one that two share under the first', () => {
    const controls = controlsOf(list)
    expect(ids(underCandidates(list, controls, new Set()))).toEqual(['best', 'first'])
    expect(ids(underCandidates(list, controls, new Set(['first', 'best'])))).toEqual(['best', 'first', 't2', 't1'])
  })

  it('stand for themselves where their candidate is not shown', () => {
    const alone = list.filter(({ id }) => id.startsWith('t'))
    expect(ids(underCandidates(alone, controlsOf(alone), new Set()))).toEqual(['t2', 't1'])
  })
})

describe('the list as a table', () => {
  it('has one line per run and keeps a spreadsheet from running a name', () => {
    const lines = runsCsv([fakeRun('a', { name: '=1+1', metrics: {}, study: { id: 's', role: 'scratch' } })]).trim().split('\r\n')
    expect(lines[0]).toContain('id,name,state,created,source,target,method,labels,study,role,seed,test.accuracy')
    expect(lines[1]).toContain("a,'=1+1,done,")
    expect(lines[1]).toContain(',s,scratch,')
  })
})

describe('ranks to sort by', () => {
  it('put no labels before some before all, and what works before what is done', () => {
    const [none, some, all] = (['none', { perClass: 10 }, 'all'] as const).map((labels) =>
      labelRank(fakeRun('x', { spec: fakeSpec({ target: { dataset: 'digits', labels } }) })))
    expect(none! < some! && some! < all!).toBe(true)
    expect(stateRank('running')).toBeLessThan(stateRank('done'))
  })
})
