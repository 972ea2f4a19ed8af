import { beforeEach, describe, expect, it, vi } from 'vitest'
import { reactive } from 'vue'
import { GraftError } from '../../contract/errors'
import { createFakeApi, type FakeApi } from '../testing/fake-api'
import { api, unwrap } from './api'

let fake: FakeApi
beforeEach(() => {
  fake = createFakeApi()
  window.graft = fake.bridge
})

describe('the window\'s client', () => {
  it('gives the value of an answer', async () => {
    expect((await api.datasets.list(undefined)).datasets[0]?.id).toBe('mnist-sample')
  })

  it('throws what went wrong with its code and remedy', async () => {
    fake.handlers.runs.get = () => {
      throw new GraftError('run-not-found', { en: 'There is no run x.', zh: '没有运行 x。' }, { remedy: { en: 'Look.', zh: '请查看。' } })
    }
    const thrown = await api.runs.get({ id: 'x' }).catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(GraftError)
    expect((thrown as GraftError).value).toMatchObject({ code: 'run-not-found', remedy: { en: 'Look.' } })
  })

  it('says so when an answer is no envelope', () => {
    expect(() => unwrap({ value: 1 })).toThrow(GraftError)
    expect(() => unwrap(undefined)).toThrow(/could not read/)
  })

  it('sends reactive values as plain data', async () => {
    const change = reactive({ theme: 'dark' as const })
    await api.settings.set(change)
    expect(fake.state.settings.theme).toBe('dark')
    expect(fake.calls.at(-1)?.input).toEqual({ theme: 'dark' })
  })

  it('keeps the bytes of a picture', async () => {
    await api.app.saveFile({ suggestedName: 'chart.png', content: new Uint8Array([1, 2, 3]) })
    expect(fake.calls.at(-1)?.input).toMatchObject({ content: new Uint8Array([1, 2, 3]) })
  })

  it('ends a subscription', () => {
    const listener = vi.fn()
    const end = api.datasets.changed(listener)
    fake.emit('datasets', 'changed', { id: 'digits' })
    end()
    fake.emit('datasets', 'changed', { id: 'digits' })
    expect(listener).toHaveBeenCalledTimes(1)
  })
})
