import { computed, nextTick, onScopeDispose, shallowRef, watch, type Ref } from 'vue'
import { toErrorValue, type ErrorValue } from '../../../contract/errors'
import { progressOf } from '../../../contract/jobs/status'
import type { Metric, Run, RunProgress } from '../../../contract/runs'
import { api } from '../../shared/api'
import { useJobsStore, useRunsStore } from '../../shared/stores'
import { LiveSeries, type SeriesSnapshot } from './live-series'

/** Drawing takes at most one part in this many of the window's time, however long the series. */
const drawingShare = 8
const longestPauseMilliseconds = 1000

/** One run as it stands: its record, where it is, and its series. Drawn at most once a frame, whatever arrives. */
export function useRun(id: Ref<string>) {
  const runs = useRunsStore()
  const jobs = useJobsStore()
  const fetched = shallowRef<Run | null>(null)
  const error = shallowRef<ErrorValue | null>(null)
  const series = shallowRef<SeriesSnapshot>(new LiveSeries().snapshot())
  const seriesReady = shallowRef(false)
  /** What is on disk of the series has been drawn: what is empty now stays empty, unless the run goes on. */
  const drawn = shallowRef(false)

  let lines = new LiveSeries()
  let pending: Metric[] = []
  /** What came last says how long the epochs are. Where the run stands is read from its job, as everywhere. */
  let pendingProgress: RunProgress | null = null
  let latest: RunProgress | null = null
  let frame = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let nextDrawing = 0
  let generation = 0

  const run = computed(() => runs.byId.get(id.value) ?? fetched.value)
  const job = computed(() => jobs.ofRun(id.value) ?? null)
  const progress = computed(() => progressOf(job.value ?? undefined, 'train') ?? null)

  async function flush(): Promise<void> {
    frame = 0
    const began = performance.now()
    if (pendingProgress) {
      latest = pendingProgress
      lines.expect(latest.stage, latest.stepsPerEpoch)
      pendingProgress = null
    }
    if (!seriesReady.value) return
    lines.add(pending)
    pending = []
    series.value = lines.snapshot()
    drawn.value = true
    await nextTick()
    const now = performance.now()
    nextDrawing = now + Math.min(longestPauseMilliseconds, (now - began) * (drawingShare - 1))
  }
  function schedule(): void {
    if (frame !== 0 || timer !== undefined) return
    timer = setTimeout(() => {
      timer = undefined
      frame = requestAnimationFrame(() => { void flush() })
    }, Math.max(0, nextDrawing - performance.now()))
  }

  /** Reads the whole series again; what comes in meanwhile waits and is added where it is new. */
  async function loadSeries(): Promise<void> {
    const mine = generation
    const whole = await api.runs.metrics({ id: id.value })
    if (mine !== generation) return
    lines = new LiveSeries()
    if (latest) lines.expect(latest.stage, latest.stepsPerEpoch)
    lines.add(whole)
    seriesReady.value = true
    schedule()
  }

  async function open(): Promise<void> {
    generation += 1
    lines = new LiveSeries()
    pending = []
    seriesReady.value = false
    drawn.value = false
    fetched.value = null
    pendingProgress = latest = null
    error.value = null
    series.value = lines.snapshot()
    const mine = generation
    try {
      const [found] = await Promise.all([api.runs.get({ id: id.value }), loadSeries(), runs.load()])
      if (mine === generation) fetched.value = found
    } catch (thrown) {
      if (mine === generation) error.value = toErrorValue(thrown)
    }
  }

  const ends = [
    api.runs.progress(({ progress: now, metrics }) => {
      if (now.runId !== id.value) return
      pendingProgress = now
      pending.push(...metrics)
      schedule()
    }),
    api.runs.changed(({ id: changed, run: record }) => {
      if (changed === id.value && record !== null) fetched.value = record
    })
  ]
  onScopeDispose(() => {
    for (const end of ends) end()
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    generation += 1
  })
  watch(id, () => { void open() }, { immediate: true })
  // The last lines are on disk when a run stops, whatever reached the window.
  watch(() => run.value?.state, (now, before) => {
    if (before === 'running' && now !== 'running') void loadSeries().catch(() => undefined)
  })

  return { run, job, progress, series, seriesReady, drawn, error, reload: open }
}
