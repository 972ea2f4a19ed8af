import { afterEach, expect, it } from 'vitest'
import App from '../App.vue'
import { createFakeApi } from '../testing/fake-api'
import { fakeJob, trainingProgress } from '../testing/fake-jobs'
import { fakeReplay } from '../testing/fake-replay'
import { fakeProgress, fakeRun } from '../testing/fake-runs'
import { mountIn, settle, type Mounted } from '../testing/mount'

let mounted: Mounted | undefined
afterEach(() => {
  mounted?.wrapper.unmount()
  document.body.innerHTML = ''
})

it('shows the same moment of a training in the rail and in its panel, however seldom its job is told', async () => {
  const run = fakeRun('live', { state: 'running', name: 'Digits', epochs: 0 })
  const fake = createFakeApi({
    runs: [run], jobs: [fakeJob('train', { title: 'Digits', runId: 'live', progress: trainingProgress({ ...fakeProgress(run, 0), secondsLeft: 90 }) })]
  })
  fake.state.replays.set('live', fakeReplay())
  mounted = await mountIn(fake, App, '/runs/live')
  const { wrapper } = mounted
  const shown = () => ({
    rail: wrapper.get('nav [role="progressbar"]').attributes('aria-valuenow'), railLeft: wrapper.get('nav .job').text().match(/\d+ s left/)?.[0],
    panel: wrapper.get('.live [role="progressbar"]').attributes('aria-valuenow'), panelLeft: wrapper.get('.live .facts').text().match(/Time left\s*(\d+ s)/)?.[1]
  })
  for (const [step, secondsLeft] of [[34, 48], [85, 31]] as const) {
    fake.emit('runs', 'progress', { progress: { ...fakeProgress(run, step), secondsLeft }, metrics: [] })
    await expect.poll(() => shown().rail).toBe(String(Math.floor(step / 170 * 100)))
    const { rail, panel, railLeft, panelLeft } = shown()
    expect(panel).toBe(rail)
    expect([railLeft, panelLeft]).toEqual([`${secondsLeft} s left`, `${secondsLeft} s`])
  }
  // What a later word of the job says is newer than what waits for its frame.
  fake.emit('runs', 'progress', { progress: fakeProgress(run, 102), metrics: [] })
  fake.emit('jobs', 'changed', fakeJob('train', { title: 'Digits', runId: 'live', progress: trainingProgress(fakeProgress(run, 119)) }))
  await new Promise((resolve) => { requestAnimationFrame(resolve) })
  await settle()
  expect(shown()).toMatchObject({ rail: '70', panel: '70' })
  // The moments that are watched lie between epochs: the words say so, beside a panel that counts the epoch under way.
  expect(wrapper.text()).toContain('After epoch 2 of 10')
})
