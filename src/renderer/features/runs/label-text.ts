import type { Run } from '../../../contract/runs'
import { labelsShort, labelsText } from '../../../rules/format/labels'
import { useLanguage } from '../../shared/i18n'

/** Words for the target labels that a run was granted: short for a column, and in full. */
export function useLabelText(): { short(run: Run): string, full(run: Run): string } {
  const language = useLanguage()
  return {
    short: ({ spec, metrics }) => labelsShort(spec.target, language.value, metrics.validation !== undefined),
    full: ({ spec, metrics }) => labelsText(spec.target, language.value, metrics.validation !== undefined)
  }
}
