import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { KnownPace, PaceWanted } from '../../../contract/advice'
import type { Machine } from '../../../contract/doctor'
import { keepsFeatures } from '../../../rules/advice/cost'
import { hindrances } from '../../../rules/settings/bfloat16'
import { computingOn } from '../../../rules/settings/machine'
import { inputOf, networkOf, paceAmong } from '../../../rules/settings/paces'
import { useLanguage, useText } from '../../shared/i18n'
import type { Transfer } from './choices'
import type { Shelf } from './shelf'

/** What the window knows of bfloat16 for a transfer. */
interface Known {
  transfer: Transfer
  shelf: Shelf
  machine: Machine | undefined
  paces: readonly KnownPace[]
  failed: readonly PaceWanted[]
  /** Whether another machine is to compute. */
  away: boolean
  /** Whether a person switched steps as functions off: Graft would switch them on for bfloat16. */
  withoutFunctions: boolean
}

/**
 * What bfloat16 gains and costs on this machine. It is tried once it is chosen, unless it was lately.
 */
export function usePrecision(known: () => Known): {
  /** A try that is needed before anything can be said. */
  wanted: ComputedRef<PaceWanted | null>
  /** Whether it can be chosen. */
  open: ComputedRef<boolean>
  note: ComputedRef<string>
} {
  const { t } = useI18n()
  const text = useText()
  const language = useLanguage()

  const state = computed(() => {
    const { transfer, shelf, machine, paces, failed, away, withoutFunctions } = known()
    const { source, target, method, device, params, training } = transfer
    if (source === null || target === null || method === null || method.recipe?.noSteps === true) return { kind: 'unknown' as const }
    const backend = away || !machine ? undefined : computingOn(machine, device).backend
    const why = hindrances({ functions: !withoutFunctions, device: backend?.kind ?? device, support: away ? undefined : machine?.bfloat16 })
    if (why.length > 0) return { kind: 'closed' as const, why: why.map(({ reason }) => reason) }
    // Such steps are float32 whatever is chosen.
    if (keepsFeatures({ method: { id: method.id, params }, training }, method)) return { kind: 'head' as const }
    if (!backend || !machine?.bfloat16) return { kind: 'unknown' as const }
    const model = shelf.models.find(({ ref }) => ref === source)
    const network = { network: networkOf(source, model), input: inputOf(source, model, target), device, backend }
    const found = paceAmong(paces.filter(({ bfloat16 }) => bfloat16), network)
    if (found?.bfloat16) return { kind: 'tried' as const, ...found.bfloat16 }
    const wanted: PaceWanted = { source, target: target.id, device, bfloat16: true }
    if (failed.some((each) => JSON.stringify(each) === JSON.stringify(wanted))) return { kind: 'failed' as const }
    return transfer.training.precision === 'bfloat16' ? { kind: 'trying' as const, wanted } : { kind: 'untried' as const }
  })

  const number = (value: number, digits: number): string => new Intl.NumberFormat(language.value, { maximumSignificantDigits: digits }).format(value)

  return {
    wanted: computed(() => state.value.kind === 'trying' ? state.value.wanted : null),
    open: computed(() => state.value.kind !== 'closed'),
    note: computed(() => {
      const now = state.value
      if (now.kind === 'unknown') return ''
      if (now.kind === 'closed') return t('transfer.precision.closed', { why: [...new Set(now.why.map(text))].join(language.value === 'zh' ? '' : ' ') })
      if (now.kind === 'tried') return t('transfer.precision.tried', { speed: number(now.speed, 2), apart: number(100 * now.apart, 1), steps: now.steps })
      return t(`transfer.precision.${now.kind}`)
    })
  }
}
