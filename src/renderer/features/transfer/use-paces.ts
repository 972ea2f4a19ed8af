import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import type { KnownPace, PaceWanted } from '../../../contract/advice'
import type { Machine } from '../../../contract/doctor'
import { api } from '../../shared/api'

/** A try under way; its job has no id before main has answered. */
interface Trial { jobId?: string }

/** It may have ended this moment, which is as good. */
const end = (id: string): void => { api.jobs.cancel({ id }).catch(() => undefined) }

/** Tries once; null where the try was cancelled, or gave way. */
async function tryOnce(wanted: PaceWanted, trial: Trial, isWanted: () => boolean): Promise<KnownPace | null | 'failed'> {
  try {
    const { jobId } = await api.advice.measurePace(wanted)
    if (!isWanted()) {
      end(jobId)
      return null
    }
    trial.jobId = jobId
    return await api.advice.measuredPace({ jobId })
  } catch {
    return 'failed'
  }
}

/**
 * How fast networks were seen to train on this machine. Those that are wanted and not known are tried, one by one; where
 * that fails, what is chosen stays as processors usually go. A try that is not wanted any more is ended: a start would wait for it.
 */
export function usePaces(): {
  paces: Readonly<ShallowRef<readonly KnownPace[]>>
  /** What computes here; undefined until it is known, or where it could not be found. */
  machine: Readonly<ShallowRef<Machine | undefined>>
  /** Its main memory; 0 until it is known. */
  memoryBytes: Readonly<ShallowRef<number>>
  measureWhere(wanted: () => readonly PaceWanted[]): void
  /** Those that were tried and could not be measured. */
  failed: Readonly<ShallowRef<readonly PaceWanted[]>>
} {
  const paces = shallowRef<readonly KnownPace[]>([])
  const machine = shallowRef<Machine>()
  const memoryBytes = shallowRef(0)
  const failed = shallowRef<readonly PaceWanted[]>([])
  const asked = new Set<string>()
  const underWay = new Map<string, Trial>()
  const known = shallowRef(false)
  void api.advice.paces().then((found) => {
    paces.value = found.paces
    memoryBytes.value = found.memoryBytes
    machine.value = found.machine ?? undefined
  }, () => undefined).finally(() => { known.value = true })

  async function measure(wanted: PaceWanted): Promise<void> {
    const key = JSON.stringify(wanted)
    if (asked.has(key)) return
    asked.add(key)
    const trial: Trial = {}
    underWay.set(key, trial)
    const isWanted = (): boolean => underWay.get(key) === trial
    let found: KnownPace | null = null
    // One that gave way to a training is asked for once more: that one waits until the training has ended.
    for (let time = 0; found === null && time < 2 && isWanted(); time++) {
      const outcome = await tryOnce(wanted, trial, isWanted)
      if (outcome === 'failed') break
      found = outcome
    }
    // It was dropped meanwhile, or begun anew since.
    if (!isWanted()) return
    underWay.delete(key)
    // Before those of earlier: it may say more of the same network.
    if (found) paces.value = [found, ...paces.value]
    else failed.value = [...failed.value, wanted]
  }

  /** Ends what is under way and not wanted; it is tried again once it is. */
  function dropBut(wanted: readonly PaceWanted[]): void {
    const kept = new Set(wanted.map((each) => JSON.stringify(each)))
    for (const [key, { jobId }] of underWay) {
      if (kept.has(key)) continue
      underWay.delete(key)
      asked.delete(key)
      if (jobId !== undefined) end(jobId)
    }
  }
  onScopeDispose(() => { dropBut([]) })

  return {
    paces, machine, memoryBytes, failed,
    measureWhere: (wanted) => {
      watch(() => known.value ? wanted() : [], (each) => {
        dropBut(each)
        for (const one of each) void measure(one)
      }, { immediate: true })
    }
  }
}
