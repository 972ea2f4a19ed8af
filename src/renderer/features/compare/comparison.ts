import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { toErrorValue, type ErrorValue } from '../../../contract/errors'
import type { Comparison, Metric } from '../../../contract/runs'
import { api } from '../../shared/api'

interface LoadedComparison {
  comparison: ShallowRef<Comparison | null>
  /** The series of each run, by id, as far as they have been read. */
  metrics: ShallowRef<ReadonlyMap<string, readonly Metric[]>>
  loading: ComputedRef<boolean>
  error: ShallowRef<ErrorValue | null>
  reload(): Promise<void>
}

/** The comparison of two to eight runs and their curves; read again when one of them changes, extended while one trains. */
export function useComparison(ids: Readonly<Ref<readonly string[]>>): LoadedComparison {
  const comparison = shallowRef<Comparison | null>(null)
  const metrics = shallowRef<ReadonlyMap<string, readonly Metric[]>>(new Map())
  const error = shallowRef<ErrorValue | null>(null)
  const pending = shallowRef(0)
  let latest = 0

  async function readMetrics(id: string): Promise<void> {
    const series = await api.runs.metrics({ id })
    metrics.value = new Map(metrics.value).set(id, series)
  }

  async function reload(): Promise<void> {
    const mine = ++latest
    const wanted = ids.value
    if (wanted.length < 2) {
      comparison.value = null
      error.value = null
      return
    }
    pending.value += 1
    try {
      const [answer] = await Promise.all([
        api.runs.compare({ ids: [...wanted] }),
        ...wanted.filter((id) => !metrics.value.has(id)).map(readMetrics)
      ])
      if (mine !== latest) return
      comparison.value = answer
      error.value = null
    } catch (thrown) {
      if (mine === latest) error.value = toErrorValue(thrown)
    } finally {
      pending.value -= 1
    }
  }

  watch(() => ids.value.join(','), () => { void reload() }, { immediate: true })
  const ends = [
    api.runs.changed(({ id, run }) => {
      if (run === null || !ids.value.includes(id)) return
      metrics.value = new Map([...metrics.value].filter(([other]) => other !== id))
      void reload()
    }),
    api.runs.progress(({ progress, metrics: lines }) => {
      const known = metrics.value.get(progress.runId)
      const news = lines.filter((line) => line.kind === 'epoch' || line.kind === 'resumed')
      if (known === undefined || news.length === 0) return
      if (news.some((line) => line.kind === 'resumed')) void readMetrics(progress.runId).catch(() => undefined)
      else metrics.value = new Map(metrics.value).set(progress.runId, [...known, ...news])
    })
  ]
  onScopeDispose(() => { for (const end of ends) end() })

  return { comparison, metrics, loading: computed(() => pending.value > 0), error, reload }
}
