import { computed, onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import { toErrorValue, type ErrorValue } from '../../../contract/errors'
import type { StartWanted } from '../../../contract/studies'
import { api } from '../../shared/api'

const quietMilliseconds = 150

/** What would stop the spec of a start, asked of main a moment after each change; an answer that a later change overtook is dropped. */
export function useProblems(wanted: Readonly<Ref<StartWanted | null>>) {
  const problems = shallowRef<ErrorValue[]>([])
  const checked = ref(false)
  let latest = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function check(): Promise<void> {
    const mine = ++latest
    if (wanted.value === null) return
    try {
      const found = await api.runs.check(wanted.value)
      if (mine !== latest) return
      problems.value = found
    } catch (thrown) {
      if (mine !== latest) return
      problems.value = [toErrorValue(thrown)]
    }
    checked.value = true
  }
  watch(() => JSON.stringify(wanted.value), () => {
    clearTimeout(timer)
    timer = setTimeout(() => void check(), quietMilliseconds)
  }, { immediate: true })
  onScopeDispose(() => { clearTimeout(timer); latest += 1 })

  /** The problems of one group of fields (`training`, `method.params`) by field name; all of a field's in a row. */
  const within = (prefix: string, say: (error: ErrorValue) => string) => computed(() => {
    const found: Record<string, string> = {}
    for (const problem of problems.value) {
      if (!problem.field?.startsWith(`${prefix}.`)) continue
      const name = problem.field.slice(prefix.length + 1)
      found[name] = [...(found[name] === undefined ? [] : [found[name]]), say(problem)].join(' ')
    }
    return found
  })
  return { problems, checked, check, within }
}
