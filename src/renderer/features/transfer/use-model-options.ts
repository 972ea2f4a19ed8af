import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { ModelSummary } from '../../../contract/models'
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
  function learnedFrom(ref: string): string {
    const run = runs.byId.get(ref.replace(/^run:/, ''))
    if (!run) return ''
    const parts = [t('transfer.trainedOn', { name: run.names.target })]
    if (run.metrics.test) parts.push(format.value.percent(run.metrics.test.accuracy))
    return parts.join(' · ')
  }
  const optionOf = (model: ModelSummary): PickerOption => ({
    value: model.ref, label: model.name, keywords: model.ref,
    description: [architectureName(model.architecture), learnedFrom(model.ref) || t('common.classes', { count: model.classes.length }, model.classes.length)]
      .filter(Boolean).join(' · '),
    ...(model.classifier && { disabledReason: t('transfer.answersOtherwise', { classifier: text(model.classifier.title) }) })
  })
  function reasonAgainst({ ref, architecture, classes }: ModelSummary): string | undefined {
    if (ref === view.transfer.source) return t('transfer.isSource')
    const { method, target } = view.transfer
    if (method?.needs.classes === 'same' && target && [...classes].sort().join('\n') !== [...target.classes].sort().join('\n')) {
      return t('transfer.otherClasses', { name: target.name })
    }
    const alike = view.transfer.method?.needs.teachers?.alike === true
    return alike && view.model && view.model.architecture !== architecture ? t('transfer.otherArchitecture') : undefined
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
