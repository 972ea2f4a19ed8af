import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { ModelRef, ModelSummary } from '../../../contract/models'
import { unfitTeacher } from '../../../rules/methods/teachers'
import { idIn } from '../../../rules/refs'
import { useFormat } from '../../shared/format'
import { useText } from '../../shared/i18n'
import { useRunsStore } from '../../shared/stores'
import type { PickerOption } from '../../shared/ui'
import type { TransferView } from './use-transfer'

/** Saved models as a picker shows them: network, what it learned on, how well it did. */
export function useModelOptions(view: TransferView): {
  architectureName(id: string): string
  /** All saved models, and why some can be no source. */
  options: ComputedRef<PickerOption[]>
  /** Those that can join the source, and why the others cannot. */
  beside: ComputedRef<PickerOption[]>
} {
  const { t } = useI18n()
  const text = useText()
  const format = useFormat()
  const runs = useRunsStore()

  const architectureName = (id: string): string => {
    const found = view.shelf.architectures.find((architecture) => architecture.id === id)
    return found ? text(found.title) : id
  }
  function learnedFrom(ref: ModelRef): string {
    const run = runs.byId.get(idIn('run', ref) ?? '')
    if (!run) return ''
    const learned = view.learnedOn(run)
    const parts = [t('transfer.trainedOn', { name: learned })]
    if (run.metrics.test) {
      const accuracy = format.value.percent(run.metrics.test.accuracy)
      parts.push(learned === run.names.target ? accuracy : t('transfer.accuracyOn', { accuracy, name: run.names.target }))
    }
    return parts.join(' · ')
  }
  const optionOf = (model: ModelSummary): PickerOption => ({
    value: model.ref, label: model.name, keywords: model.ref,
    description: [architectureName(model.architecture), learnedFrom(model.ref) || t('common.classes', { count: model.classes.length }, model.classes.length)]
      .filter(Boolean).join(' · '),
    ...(model.classifier && { disabledReason: t('transfer.answersOtherwise', { classifier: text(model.classifier.title) }) })
  })
  function reasonAgainst(model: ModelSummary): string | undefined {
    const { source, method, target } = view.transfer
    const unfit = method && unfitTeacher(model, {
      needs: method.needs, source: view.model ?? undefined, target: target ?? undefined, earlier: source === null ? [] : [source]
    })
    return unfit ? text(unfit.reason) : undefined
  }
  return {
    architectureName,
    options: computed(() => view.shelf.models.map(optionOf)),
    beside: computed(() => view.shelf.models.map((model) => {
      const disabledReason = reasonAgainst(model)
      return { ...optionOf(model), ...(disabledReason !== undefined && { disabledReason }) }
    }))
  }
}
