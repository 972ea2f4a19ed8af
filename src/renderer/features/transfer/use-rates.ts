import { computed, reactive } from 'vue'
import type { ProposedRates } from '../../../rules/settings/range-test'
import { whyTried } from '../../../rules/settings/range-test'
import { triedOn } from './choices'
import { useRatesStore } from './rates-store'
import { useTransferStore } from './store'
import type { TransferView } from './use-transfer'

/** The range test of the transfer on screen. */
export function useRates(view: TransferView) {
  const draft = useTransferStore()
  const rates = useRatesStore()
  const key = computed(() => triedOn(view.transfer))
  const look = computed(() => rates.lookAt(key.value))

  return reactive({
    look,
    looking: computed(() => look.value.looking),
    /** Whether there is a rate to try. */
    offered: computed(() => view.spec !== null && view.transfer.method?.recipe?.noSteps !== true),
    /** Whether a person set the rate. */
    fixed: computed(() => draft.choices.training['learningRate'] !== undefined),
    /** Whether the rate is one that was taken from this test. */
    taken: computed(() => draft.choices.rate?.of === key.value && draft.choices.training['learningRate'] === undefined),
    start(): void {
      if (view.spec) void look.value.look({ spec: view.spec })
    },
    take(proposal: keyof ProposedRates): void {
      const { proposed, points } = look.value.found ?? {}
      if (!proposed || !points) return
      draft.resetValue('training', 'learningRate')
      draft.choose({ rate: { of: key.value, value: proposed[proposal], why: whyTried(proposal, points.length) } })
    },
    giveBack(): void {
      draft.choose({ rate: undefined })
    }
  })
}
