import { afterEach, describe, expect, it } from 'vitest'
import { GraftError } from '../../../contract/errors'
import type { PairedDifference, Run } from '../../../contract/runs'
import { createFakeApi, type FakeApi } from '../../testing/fake-api'
import { fakeJob } from '../../testing/fake-jobs'
import { fakeModel } from '../../testing/fake-library'
import { fakeMetrics, fakeRun, fakeScore } from '../../testing/fake-runs'
import { openScreen, settle, type Mounted } from '../../testing/mount'
import { useNoticesStore } from '../../shared/stores'
import { lastCompared } from './address'

const list = (): Run[] => [
  fakeRun('fresh', { name: 'From scratch on digits', metrics: { test: fakeScore(0.8) } }),
  fakeRun('tuned', { name: 'Fine-tuning on digits', metrics: { test: fakeScore(0.93) } }),
  fakeRun('probed', { name: 'Linear probe on digits', metrics: { test: fakeScore(0.79) } }),
  fakeRun('twin', { name: 'Control on digits', study: { id: 's', role: 'scratch' } })
]
const verdicts: Record<string, Partial<PairedDifference>> = {
  tuned: { difference: 0.131, interval: [0.098, 0.164], verdict: 'better' },
  fresh: { difference: -0.131, interval: [-0.164, -0.098], verdict: 'worse' },
  probed: { difference: -0.004, interval: [-0.03, 0.022], verdict: 'no-evidence' },
  twin: { difference: 0, verdict: 'not-comparable', reason: { en: 'They were tested on different images.', zh: '两者在不同的图像上测试。' } }
}
function fakeWith(runs = list()): FakeApi {
  const fake = createFakeApi({ runs, metrics: new Map(runs.map((run) => [run.id, fakeMetrics(3)])) })
  fake.handlers.runs.compare = ({ ids }) => ({
    runs: ids.map((id) => fake.state.runs.find((run) => run.id === id)!),
    differences: ids.slice(1).map((second) => ({ first: ids[0]!, second, difference: 0, verdict: 'no-evidence' as const, ...verdicts[second] }))
  })
  return fake
}

let open: Mounted | undefined
async function compareScreen(fake: FakeApi, address: string, language: 'en' | 'zh' = 'en'): Promise<Mounted> {
  open = await openScreen(fake, address, language)
  return open
}
afterEach(() => {
  open?.wrapper.unmount()
  lastCompared.value = []
})
const button = ({ wrapper }: Mounted, text: string) => wrapper.findAll('button').find((candidate) => candidate.text() === text)
const settingsCard = ({ wrapper }: Mounted) => wrapper.findAll('.card').find((card) => card.find('h2').text() === 'Settings')!

describe('the comparison', () => {
  it('says in words what helped, what hurt, what may be chance and what cannot be compared', async () => {
    const text = (await compareScreen(fakeWith(), '/compare?ids=fresh,tuned,probed,twin')).wrapper.text()
    expect(text).toContain('“Fine-tuning” gets 13.1 percentage points more right than “From scratch”.')
    expect(text).toContain('95 % interval: +9.8 to +16.4 points.')
    expect(text).toContain('The difference between “Linear probe” and “From scratch” may be chance.')
    expect(text).toContain('“Control” and “From scratch” cannot be compared.')
    expect(text).toContain('They were tested on different images.')
  })

  it('holds the layers of a run against those of its source: what changed most, in words and in the table', async () => {
    const [fresh, tuned] = list()
    const fake = createFakeApi({
      runs: [fresh!, { ...tuned!, spec: { ...tuned!.spec, source: { model: 'run:fresh' } } }], models: [fakeModel('run:fresh', 'Fresh'), fakeModel('run:tuned', 'Tuned')],
      similarity: {
        wanted: { first: 'run:fresh', second: 'run:tuned', dataset: 'mnist-sample', images: 500, seed: 1, device: 'auto' },
        names: { first: 'Fresh', second: 'Tuned', dataset: 'MNIST digits' }, images: 40, split: 'test', seconds: 1, at: '2026-01-01T00:00:00.000Z',
        layers: { first: [{ name: 'a', title: 'Convolution' }, { name: 'b', title: 'Dense' }], second: [{ name: 'a', title: 'Convolution' }, { name: 'b', title: 'Dense' }] },
        values: [[0.98, 0.1], [null, 0.4]]
      }
    })
    const screen = await compareScreen(fake, '/compare?ids=fresh,tuned')
    await button(screen, 'Compare layers')!.trigger('click')
    await settle()
    expect(fake.calls.find(({ name }) => name === 'models.similarity')?.input).toMatchObject({ first: 'run:fresh', second: 'run:tuned', dataset: 'mnist-sample' })
    fake.emit('jobs', 'changed', fakeJob('similarity', { state: 'done' }))
    await settle()
    const card = screen.wrapper.findAll('.card').find((each) => each.find('h2').text() === 'What changed inside')!
    expect(card.text()).toContain('“Dense” differs most (0.40), “Convolution” least (0.98).')
    expect(card.findAll('td.cell').map((cell) => cell.text())).toEqual(['0.98', '0.10', '–', '0.40'])
    expect(card.text()).toContain('40 pictures of MNIST digits; no label was read.')
  })

  it('says with how many optimiser steps each learned', async () => {
    const fake = fakeWith(list().map((run) => ({ ...run, steps: run.id === 'fresh' ? 400 : 2110 })))
    expect((await compareScreen(fake, '/compare?ids=fresh,tuned')).wrapper.text()).toContain('Optimiser steps: 2,110 against 400: longer training alone may make a difference.')
  })

  it('pairs the answers picture by picture, and opens those that were fixed with both answers', async () => {
    const fake = fakeWith()
    const compare = fake.handlers.runs.compare
    fake.handlers.runs.compare = async (wanted) => {
      const answer = await compare(wanted)
      return { ...answer, differences: answer.differences.map((paired) => paired.verdict === 'not-comparable' ? paired : { ...paired, mcnemar: { gained: 40, lost: 9, p: 0.001 } }) }
    }
    const { wrapper } = await compareScreen(fake, '/compare?ids=fresh,tuned,twin')
    expect(fake.calls.find(({ name }) => name === 'runs.flips')?.input).toEqual({ first: 'fresh', second: 'tuned' })
    const cell = wrapper.get('button.fixed')
    expect(cell.text()).toMatch(/Fixed40 \(8\.0.%\)wrong in “From scratch”, right in “Fine-tuning”/)
    const difference = wrapper.get('figure[aria-label="Difference of the confusions"]')
    expect(difference.text()).toContain('True class ↓, predicted class →')
    // In the matrices beside it the axes and the cells lie in one such box too.
    expect(wrapper.findAll('.with-axes > p').length).toBe(wrapper.findAll('.with-axes').length)
    expect(difference.find('.with-axes > table').exists()).toBe(true)
    expect(difference.findAll('th[scope="col"]').map((each) => each.text())).toEqual(difference.findAll('th[scope="row"]').map((each) => each.text()))
    await cell.trigger('click')
    await settle()
    expect(fake.calls.find(({ name }) => name === 'runs.flipImages')?.input).toEqual({ first: 'fresh', second: 'tuned', cell: 'fixed' })
    expect(document.querySelector('[role="dialog"]')?.textContent).toContain('Surest answers of “Fine-tuning” first.')
    // A picture that opens large names the file that it was.
    document.querySelector<HTMLElement>('[role="dialog"] [data-place]')!.click()
    await settle()
    expect([...document.querySelectorAll('[role="dialog"] .file')].map(({ textContent }) => textContent)).toEqual(['test/3.png'])
  })

  it('is kept under a name with a note, stands in the list, and comes back by Undo', async () => {
    const fake = fakeWith()
    const { wrapper } = await compareScreen(fake, '/compare?ids=fresh,tuned')
    await wrapper.get('input[placeholder]').setValue('Is it worth it?')
    await button(open!, 'Keep this comparison')!.trigger('click')
    await settle()
    expect(fake.state.comparisons).toMatchObject([{ name: 'Is it worth it?', note: '', runs: ['fresh', 'tuned'] }])
    await wrapper.get('textarea').setValue('Yes.')
    await wrapper.get('textarea').trigger('blur')
    await settle()
    expect(fake.state.comparisons).toMatchObject([{ name: 'Is it worth it?', note: 'Yes.' }])
    await button(open!, 'PDF')!.trigger('click')
    await settle()
    const printed = fake.calls.find(({ name }) => name === 'app.savePdf')?.input as { suggestedName: string, page: string }
    expect(printed.suggestedName).toBe('Is it worth it-.pdf')
    expect(printed.page).toContain('<h1>Is it worth it?</h1>')
    expect(printed.page).toContain('<p class="note">Yes.</p>')
    await wrapper.get('[aria-label="Delete Is it worth it?"]').trigger('click')
    await settle()
    expect(fake.state.comparisons).toEqual([])
    await useNoticesStore().notices.at(-1)?.action?.run()
    await settle()
    expect(fake.state.comparisons).toMatchObject([{ note: 'Yes.' }])
  })

  it('colours nothing of what cannot be compared, and offers a run that can be', async () => {
    const hashes = (of: string) => ({ 'mnist-sample/test/images': of, 'mnist-sample/test/labels': of })
    const fake = fakeWith(list().map((run) => ({ ...run, dataHashes: hashes(run.id === 'twin' || run.id === 'probed' ? 'b' : 'a') })))
    const { wrapper, router } = await compareScreen(fake, '/compare?ids=fresh,twin')
    expect(wrapper.findAll('.ramp')).toHaveLength(0)
    expect(wrapper.find('button.fixed').exists()).toBe(false)
    await wrapper.findAll('button').find((found) => found.text() === 'Compare it with “Linear probe on digits” instead')!.trigger('click')
    await settle()
    expect(router.currentRoute.value.query.ids).toBe('probed,twin')
  })

  it('does not call a run incomparable that is still training', async () => {
    const fake = fakeWith(list().map((run) => run.id === 'twin' ? { ...run, state: 'running' as const, metrics: {} } : run))
    const { wrapper } = await compareScreen(fake, '/compare?ids=twin,tuned')
    fake.handlers.runs.compare = ({ ids }) => ({
      runs: ids.map((id) => fake.state.runs.find((run) => run.id === id)!), differences: [{ first: 'twin', second: 'tuned', difference: 0, verdict: 'not-comparable' }]
    })
    fake.emit('runs', 'changed', { id: 'twin', run: fake.state.runs.find(({ id }) => id === 'twin')! })
    await settle()
    expect(wrapper.get('.line.waiting').text()).toContain('“Control” has not ended yet. The verdict comes here when it has.')
    expect(wrapper.text()).not.toContain('Not comparable')
  })

  it('is saved as one page that needs nothing else', async () => {
    const fake = fakeWith()
    const screen = await compareScreen(fake, '/compare?ids=fresh,tuned')
    await button(screen, 'Page (HTML)')!.trigger('click')
    await settle()
    const { suggestedName, content } = fake.calls.find(({ name }) => name === 'app.saveFile')!.input as { suggestedName: string, content: string }
    expect(suggestedName).toBe('comparison.html')
    expect(content).toContain('Fine-tuning on digits against From scratch on digits: +13.1 points')
    expect(content).not.toMatch(/<script|https?:/)
  })

  it('says the same in Chinese', async () => {
    const text = (await compareScreen(fakeWith(), '/compare?ids=fresh,tuned', 'zh')).wrapper.text()
    expect(text).toContain('有帮助')
    expect(text).toContain('多答对 13.1 个百分点')
  })

  it('tells helped and hurt apart by sign and word, not by colour alone', async () => {
    const screen = await compareScreen(fakeWith(), '/compare?ids=fresh,tuned')
    expect(screen.wrapper.get('.helped .outcome').text()).toBe('Helped')
    await button(screen, 'Use as reference')!.trigger('click')
    await settle()
    expect(screen.router.currentRoute.value.query.ids).toBe('tuned,fresh')
    expect(screen.wrapper.get('.hurt .outcome').text()).toBe('Hurt')
    expect(screen.wrapper.text()).toContain('13.1 percentage points fewer right')
    const signs = ['.hurt .sign path'].map((place) => screen.wrapper.get(place).attributes('d'))
    expect(signs[0]).toMatch(/^M12 5v14/)
  })

  it('keeps a run\'s colour when another leaves, and draws a control grey', async () => {
    const screen = await compareScreen(fakeWith(), '/compare?ids=fresh,tuned,probed,twin')
    const colour = (name: string): string => screen.wrapper.findAll('.chip').find((chip) => chip.text().includes(name))!.get('line').attributes('style')!
    const before = colour('Linear probe')
    expect(colour('Control on digits')).toContain('--control')
    await screen.wrapper.get('[aria-label="Remove Fine-tuning on digits from the comparison"]').trigger('click')
    await settle()
    expect(screen.router.currentRoute.value.query.ids).toBe('fresh,probed,twin')
    expect(colour('Linear probe')).toBe(before)
  })

  it('shows the settings that differ, and the others on request', async () => {
    const runs = list()
    runs[1]!.spec = { ...runs[1]!.spec, training: { ...runs[1]!.spec.training, learningRate: 0.1 } }
    const screen = await compareScreen(fakeWith(runs), '/compare?ids=fresh,tuned')
    const differing = settingsCard(screen).findAll('tr.differs')
    expect(differing.map((row) => row.get('th').text())).toEqual([expect.stringContaining('Learning rate')])
    expect(settingsCard(screen).text()).not.toContain('Batch size')
    await settingsCard(screen).get('[role="checkbox"]').trigger('click')
    await settle()
    expect(settingsCard(screen).text()).toContain('Batch size')
  })

  it('exports the table as a file', async () => {
    const fake = fakeWith()
    const screen = await compareScreen(fake, '/compare?ids=fresh,tuned')
    await button(screen, 'Table (CSV)')!.trigger('click')
    await settle()
    const saved = fake.calls.find((call) => call.name === 'app.saveFile')?.input as { suggestedName: string, content: string }
    expect(saved.suggestedName).toBe('comparison.csv')
    expect(saved.content.split('\r\n')).toHaveLength(4)
  })

  it('asks for a second run, finds the last comparison again, and says when a run is gone', async () => {
    const one = await compareScreen(fakeWith(), '/compare?ids=fresh')
    expect(one.wrapper.text()).toContain('Add one more run')
    one.wrapper.unmount()
    lastCompared.value = ['fresh', 'tuned', 'gone']
    const again = await compareScreen(fakeWith(), '/compare')
    expect(again.router.currentRoute.value.query.ids).toBe('fresh,tuned,gone')
    expect(again.wrapper.text()).toContain('One run of this address is no longer there.')
    expect(again.wrapper.text()).toContain('Verdict')
  })

  it('opens the pictures of a class of one run from its cell, and leads from cell to cell by the arrow keys', async () => {
    const fake = fakeWith()
    const { wrapper } = await compareScreen(fake, '/compare?ids=fresh,tuned')
    const cells = () => wrapper.findAll('[role="grid"] button')
    expect(cells()).toHaveLength(20)
    expect(cells().filter((cell) => cell.attributes('tabindex') === '0')).toHaveLength(1)
    ;(cells()[0]!.element as HTMLElement).focus()
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight']) {
      document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
      await settle()
    }
    const [, second] = wrapper.findAll('[role="grid"] tbody tr')
    const name = second!.get('th').text()
    expect(document.activeElement).toBe(second!.findAll('button')[1]!.element)
    expect(document.activeElement!.getAttribute('aria-label')).toMatch(new RegExp(`^Pictures of class ${name} in Fine-tuning: \\d+\\.\\d.% [+−]\\d`))
    ;(document.activeElement as HTMLElement).click()
    await settle()
    expect(fake.calls.filter((call) => call.name === 'runs.answers').map(({ input }) => input)).toEqual([{ id: 'tuned', truth: Number(name) }])
    const dialog = document.querySelector<HTMLElement>('[role="dialog"]')!
    expect(dialog.textContent).toContain(`Test images of class ${name}`)
    expect(dialog.textContent).toContain('Fine-tuning · ')
    expect(dialog.querySelectorAll('[data-place]').length).toBeGreaterThan(0)
  })

  it('says in either language where predictions are gone, and opens nothing of a data set that is not here', async () => {
    const fake = fakeWith()
    fake.handlers.runs.answers = () => { throw new GraftError('predictions-gone', { en: 'It kept no predictions.', zh: '未保存预测。' }) }
    const { wrapper } = await compareScreen(fake, '/compare?ids=fresh,tuned', 'zh')
    const cell = wrapper.get('[role="grid"] button')
    expect(cell.attributes('aria-label')).toMatch(/^(From scratch|从零训练) 中类别 \d 的图像：/)
    await cell.trigger('click')
    await settle()
    expect(document.querySelector('[role="dialog"] [role="status"]')!.textContent).toContain('未保存预测。')
    fake.state.datasets = []
    fake.emit('datasets', 'changed', {})
    await settle()
    expect(document.querySelector('[role="dialog"]')).toBeNull()
    expect(wrapper.find('[role="grid"]').exists()).toBe(false)
    expect(wrapper.text()).not.toContain('按 Enter 打开')
  })

  it('names why a comparison failed', async () => {
    const fake = fakeWith()
    fake.handlers.runs.compare = () => { throw new Error('disk on fire') }
    const screen = await compareScreen(fake, '/compare?ids=fresh,tuned')
    expect(screen.wrapper.get('[role="alert"]').text()).toContain('disk on fire')
  })
})
