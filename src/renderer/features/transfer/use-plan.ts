import { onScopeDispose, shallowRef, watch, type Ref } from 'vue'
import type { KnownPace } from '../../../contract/advice'
import { toErrorValue, type ErrorValue } from '../../../contract/errors'
import type { StartPlan, StartWanted } from '../../../contract/studies'
import { api } from '../../shared/api'

const quietMilliseconds = 250

/**
 * How many runs a start would be and how long they take, asked of main a moment after each change; null while nothing can start.
 * @param paces those that are known: with another one the time is known better
 */
export function usePlan(wanted: Ref<StartWanted | null>, paces: () => readonly KnownPace[]) {
  const plan = shallowRef<StartPlan | null>(null)
  const error = shallowRef<ErrorValue | null>(null)
  let latest = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function ask(): Promise<void> {
    const mine = ++latest
    try {
      const answer = wanted.value === null ? null : await api.runs.plan(wanted.value)
      if (mine !== latest) return
      plan.value = answer
      error.value = null
    } catch (thrown) {
      if (mine !== latest) return
      plan.value = null
      error.value = toErrorValue(thrown)
    }
  }
  watch([() => JSON.stringify(wanted.value), paces], () => {
    clearTimeout(timer)
    timer = setTimeout(() => void ask(), quietMilliseconds)
  }, { immediate: true })
  onScopeDispose(() => { clearTimeout(timer); latest += 1 })
  return { plan, error }
}
