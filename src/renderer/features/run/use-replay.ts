import { onScopeDispose, shallowRef, watch, type Ref } from 'vue'
import { toErrorValue, type ErrorValue } from '../../../contract/errors'
import type { Replay } from '../../../contract/replay'
import { api } from '../../shared/api'

/** It is read again at most so often, however short the epochs are. */
const pauseMilliseconds = 1_000

/** What was watched of a run so far, read again whenever `moment` changes; null where there is nothing. */
export function useReplay(id: Ref<string>, moment: Ref<string>) {
  const replay = shallowRef<Replay | null>(null)
  const error = shallowRef<ErrorValue | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let generation = 0
  let readAt = -Infinity

  async function read(): Promise<void> {
    timer = undefined
    readAt = performance.now()
    const mine = ++generation
    try {
      const found = await api.runs.replay({ id: id.value })
      if (mine !== generation) return
      replay.value = found
      error.value = null
    } catch (thrown) {
      if (mine === generation) error.value = toErrorValue(thrown)
    }
  }
  watch(id, () => {
    clearTimeout(timer)
    replay.value = null
    error.value = null
    void read()
  }, { immediate: true })
  // At once where it was not read for a while: what it shows is of the same moment as the figures above it.
  watch(moment, () => { timer ??= setTimeout(() => void read(), Math.max(0, readAt + pauseMilliseconds - performance.now())) })
  onScopeDispose(() => {
    clearTimeout(timer)
    generation += 1
  })
  return { replay, error }
}
