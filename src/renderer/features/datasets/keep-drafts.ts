import { ref, shallowRef, toRaw, watch, type Ref, type ShallowRef } from 'vue'
import type { CorrectionsDraft } from '../../../contract/corrections-draft'
import { everySplit, type Dataset } from '../../../contract/datasets'
import { toErrorValue, type ErrorValue } from '../../../contract/errors'
import { api } from '../../shared/api'
import type { Corrections } from './corrections'
import type { LabelSession } from './label-session'

export interface KeepsDraft {
  /** When what is here again was decided, in an earlier window; null where nothing was brought back, or that was seen. */
  broughtBack: ShallowRef<string | null>
  /** Whether what an earlier window left has been looked for: until then nothing can be decided. */
  isReady: Ref<boolean>
  /** Why it could not be read or kept. */
  error: ShallowRef<ErrorValue | null>
}

/**
 * Keeps what is decided of a data set's pictures on disk, at once, until another data set is made of it or it is taken
 * back: a window that closes, or a machine that stops, loses nothing. What an earlier window left is here again.
 */
export function keepDrafts(dataset: Dataset, corrections: Corrections, labelling: LabelSession): KeepsDraft {
  const broughtBack = shallowRef<string | null>(null)
  const error = shallowRef<ErrorValue | null>(null)
  const isReady = ref(false)

  const now = (): CorrectionsDraft | null => {
    const plan = corrections.plan(dataset)
    const where = labelling.draft.value
    // Pictures that were only chosen are chosen again soon enough.
    const isNothing = plan.corrections.length === 0 && Object.keys(plan.classes).length === 0 && (where?.added.length ?? 0) + (where?.unsure.length ?? 0) === 0
    return isNothing ? null : { plan, ...(where && { labelling: where }) }
  }
  // One write at a time; what was decided meanwhile is written after it.
  let isWriting = false
  let isBehind = false
  async function keep(): Promise<void> {
    isBehind = true
    if (isWriting) return
    isWriting = true
    try {
      while (isBehind) {
        isBehind = false
        await api.datasets.keepDraft({ id: dataset.id, draft: plain(now()) })
        error.value = null
      }
    } catch (thrown) {
      error.value = toErrorValue(thrown)
    } finally {
      isWriting = false
    }
  }

  async function begin(): Promise<void> {
    try {
      const found = await api.datasets.draft({ id: dataset.id })
      if (found && everySplit.every((name) => found.plan.images?.[name] === dataset.splits[name]?.sha256.images)) {
        corrections.replace(found.plan.corrections, found.plan.classes)
        labelling.restore(found.labelling)
        broughtBack.value = found.at
      }
    } catch (thrown) {
      // It stays on disk as it is; nothing is written over it before something is decided.
      error.value = toErrorValue(thrown)
    }
    isReady.value = true
    watch(() => JSON.stringify(now()), () => {
      if (corrections.list.value.length === 0) broughtBack.value = null
      void keep()
    })
  }
  void begin()
  return { broughtBack, isReady, error }
}

/** Without Vue's wrappers, which do not cross to main. */
const plain = (draft: CorrectionsDraft | null): CorrectionsDraft | null => draft && JSON.parse(JSON.stringify(toRaw(draft))) as CorrectionsDraft
