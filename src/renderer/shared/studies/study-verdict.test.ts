import { afterEach, describe, expect, it } from 'vitest'
import type { VueWrapper } from '@vue/test-utils'
import { armSettings } from '../../../contract/arm-settings'
import { createFakeApi } from '../../testing/fake-api'
import { fakeMethods } from '../../testing/fake-methods'
import { fakeRun } from '../../testing/fake-runs'
import { openScreen, settle, type Mounted } from '../../testing/mount'
import { studyOf } from './study-of'

let mounted: Mounted | undefined
afterEach(() => {
  mounted?.wrapper.unmount()
  document.body.innerHTML = ''
})
const study = (role: 'candidate' | 'scratch') => ({ study: { id: 'S1', role } })
const runs = () => [fakeRun('one', study('candidate')), fakeRun('two', study('scratch'))]
async function open(address: string, language: 'en' | 'zh' = 'en'): Promise<VueWrapper> {
  mounted = await openScreen(createFakeApi({ runs: runs() }), address, language)
  await settle()
  return mounted.wrapper
}

describe('the verdict of a study', () => {
  it('stands on the screen of each of its runs, in words, with the difference and its interval', async () => {
    const text = (await open('/runs/one')).text()
    expect(text).toContain('Against its control runs')
    expect(text).toContain('Helped')
    expect(text).toContain('+6.1 points against training from scratch.')
    expect(text).toContain('95 % interval +4.8 to +7.4 over 3 seeds.')
  })

  it('says with how many steps each side learned, and why the control has more', async () => {
    const api = createFakeApi({ runs: runs() })
    const report = await api.handlers.runs.study({ id: 'S1' })
    const arms = report.arms.map((arm) => ({ ...arm, twins: arm.twins.map((twin) => ({ ...twin, steps: { arm: 8, twin: 400 } })) }))
    api.handlers.runs.study = () => ({ ...report, arms })
    mounted = await openScreen(api, '/runs/one', 'en')
    await settle()
    expect(mounted.wrapper.text()).toContain('It took 8 optimiser steps, the control 400: with fewer than 400 a control would not have learned.')
  })

  it.each([['en', 'Results of its study', 'Against its control runs'], ['zh', '其研究的结果', '与对照运行相比']] as const)(
    'is not headed by controls where the study has none, in %s', async (language, heading, other) => {
      const api = createFakeApi({ runs: runs() })
      const report = await api.handlers.runs.study({ id: 'S1' })
      api.handlers.runs.study = () => ({ ...report, arms: report.arms.map((arm) => ({ ...arm, twins: [] })) })
      mounted = await openScreen(api, '/runs/one', language)
      await settle()
      expect(mounted.wrapper.text()).toContain(heading)
      expect(mounted.wrapper.text()).not.toContain(other)
    }
  )

  it('is told in Chinese too', async () => {
    expect((await open('/runs/one', 'zh')).text()).toContain('与“从零训练”的运行相比 +6.1 个百分点。')
  })

  it('shows how deep a transfer reaches where its runs move one block more at a time', async () => {
    const score = (mean: number) => ({ runs: ['one'], done: 1, mean })
    const depths = [{ moved: [], tuned: score(0.6), frozen: score(0.6) }, { moved: ['block1'], tuned: score(0.8), frozen: score(0.7) }]
    const api = createFakeApi({ runs: runs() })
    const report = await api.handlers.runs.study({ id: 'S1' })
    api.handlers.runs.study = () => ({ ...report, depths })
    mounted = await openScreen(api, '/runs/one', 'en')
    await settle()
    const text = mounted.wrapper.text()
    expect(text).toContain('Depth of transfer')
    // The block by the name that the window has for it.
    expect(text).toContain('0 none · 1 Convolution 32')
    expect(mounted.wrapper.html()).toContain('Trained further: 80.0')
    mounted.wrapper.unmount()
    expect((await open('/runs/one')).text()).not.toContain('Depth of transfer')
  })

  it('tells what sets its arms apart in the words of the schemas', () => {
    const tuning = fakeMethods.find(({ id }) => id === 'fine-tuning')
    const settings = { 'method.id': 'fine-tuning', 'method.params.layerDecay': 0.5, 'training.optimizer': 'adam', 'target.labels': { perClass: 5 } }
    expect(armSettings(settings, tuning, 'en')).toBe('Fine-tuning · Layer-wise decay 0.5 · Optimiser Adam · Labels 5 per class')
    expect(armSettings({ 'method.params.copied': [] }, undefined, 'zh')).toBe('method.params.copied –')
    expect(armSettings({ 'target.labels': 'all', 'target.testSplit': 'validation' }, undefined, 'zh')).toBe('标签 全部 · 测试所用 验证图像')
  })

  it('stands in a comparison when all runs belong to the study, and only then', async () => {
    expect((await open('/compare?ids=one,two')).text()).toContain('Against its control runs')
    expect(studyOf(runs())).toBe('S1')
    expect(studyOf([...runs(), fakeRun('three')])).toBeNull()
    expect(studyOf([])).toBeNull()
  })
})
