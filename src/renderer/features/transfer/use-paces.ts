import { shallowRef, watch, type ShallowRef } from 'vue'
import type { KnownPace, PaceWanted } from '../../../contract/advice'
import type { Machine } from '../../../contract/doctor'
import { api } from '../../shared/api'

/**
 * How fast networks were seen to train on this machine. Those that are wanted and not known are tried, one by one; where
 * that fails, what is chosen stays as processors usually go.
 */
export function usePaces(): {
  paces: Readonly<ShallowRef<readonly KnownPace[]>>
  /** What computes here; undefined until it is known, or where it could not be found. */
  machine: Readonly<ShallowRef<Machine | undefined>>
  measureWhere(wanted: () => readonly PaceWanted[]): void
  /** Those that were tried and could not be measured. */
  failed: Readonly<ShallowRef<readonly PaceWanted[]>>
} {
  const paces = shallowRef<readonly KnownPace[]>([])
  const machine = shallowRef<Machine>()
  const failed = shallowRef<readonly PaceWanted[]>([])
  const asked = new Set<string>()
  const known = shallowRef(false)
  void api.advice.paces().then((found) => {
    paces.value = found.paces
    machine.value = found.machine ?? undefined
  }, () => undefined).finally(() => { known.value = true })

  async function measure(wanted: PaceWanted): Promise<void> {
    const key = JSON.stringify(wanted)
    if (asked.has(key)) return
    asked.add(key)
    const found = await api.advice.measurePace(wanted).catch(() => null)
    // Before those of earlier: it may say more of the same network.
    if (found) paces.value = [found, ...paces.value]
    else failed.value = [...failed.value, wanted]
  }

  return {
    paces, machine, failed,
    measureWhere: (wanted) => {
      watch(() => known.value ? wanted() : [], (each) => { for (const one of each) void measure(one) }, { immediate: true })
    }
  }
}
