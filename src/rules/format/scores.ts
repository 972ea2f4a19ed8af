import type { Text } from '../../contract/text'
import { trainingParameters } from '../../contract/training'

/** By which an epoch is chosen where labels are granted; it is no setting. */
const byLabels: Readonly<Record<string, Text>> = { 'validation accuracy': { en: 'Validation accuracy', zh: '验证准确率' } }

/** The words of a score by which an epoch is chosen, as the setting names it; its id where no list knows it. */
export function scoreName(id: string): Text {
  return trainingParameters.selection.options.find(({ value }) => value === id)?.label ?? byLabels[id] ?? { en: id, zh: id }
}
