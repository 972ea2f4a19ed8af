import { useI18n } from 'vue-i18n'
import type { LabelGrant } from '../../../contract/runs'
import { useFormat } from '../../shared/format'

/** Words for the target labels that a spec grants. */
export function useLabelText(): (labels: LabelGrant) => string {
  const { t } = useI18n()
  const format = useFormat()
  return (labels) => typeof labels === 'string'
    ? t(`runs.labels.${labels}`)
    : t('runs.labels.perClass', { count: format.value.count(labels.perClass) })
}
