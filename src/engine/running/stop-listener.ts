import type { Metric } from '../../contract/runs'
import type { Text } from '../../contract/text'
import { forgetStopWish, stopWish } from '../../library/runs'
import type { TrainHooks } from './hooks'

/** How soon a wish is noticed: one look at one small file. */
const lookEveryMilliseconds = 500

const told: Record<'after-epoch' | 'now', Text> = {
  'after-epoch': { en: 'Asked from elsewhere to stop after this epoch.', zh: '收到来自别处的请求：本轮结束后停止。' },
  now: { en: 'Asked from elsewhere to stop now.', zh: '收到来自别处的请求：立即停止。' }
}

/**
 * A training's hooks, that also hear the wishes that other processes leave in the run's folder. `close` ends the listening
 * and does away with the wish.
 * @param goesOn the run goes on after an end: a wish from before that end is void
 */
export async function listenForStop(
  folder: string, hooks: TrainHooks, { goesOn, everyMilliseconds = lookEveryMilliseconds }: { goesOn: boolean, everyMilliseconds?: number }
): Promise<{ hooks: TrainHooks, close(): Promise<void> }> {
  const now = new AbortController()
  const afterEpoch = new AbortController()
  if (goesOn) await forgetStopWish(folder)
  async function look(): Promise<void> {
    const wish = await stopWish(folder)
    const controller = wish === 'now' ? now : wish === 'after-epoch' ? afterEpoch : undefined
    if (wish === undefined || controller === undefined || controller.signal.aborted) return
    const line: Metric = { kind: 'log', level: 'info', seconds: 0, text: told[wish] }
    hooks.onMetrics?.([line])
    controller.abort()
  }
  await look()
  const timer = setInterval(() => void look(), everyMilliseconds)
  timer.unref()
  const joined = (own: AbortSignal, given: AbortSignal | undefined): AbortSignal => given ? AbortSignal.any([own, given]) : own
  return {
    hooks: { ...hooks, signal: joined(now.signal, hooks.signal), stopAfterEpoch: joined(afterEpoch.signal, hooks.stopAfterEpoch) },
    async close() {
      clearInterval(timer)
      await forgetStopWish(folder)
    }
  }
}
