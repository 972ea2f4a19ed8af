import type { Run } from '../../contract/runs'
import type { Text } from '../../contract/text'
import { trainingParameters } from '../../contract/training'
import { percent } from './figures'

/** By which an epoch is chosen where labels are granted; it is no setting. */
const byLabels: Readonly<Record<string, Text>> = { 'validation accuracy': { en: 'Validation accuracy', zh: '验证准确率' } }

/** The words of a score by which an epoch is chosen, as the setting names it; its id where no list knows it. */
export function scoreName(id: string): Text {
  return trainingParameters.selection.options.find(({ value }) => value === id)?.label ?? byLabels[id] ?? { en: id, zh: id }
}

/** What chose the epoch that was kept, with its value there; undefined where no score did. */
export function keptByWords({ chosen }: Pick<Run, 'chosen'>): Text | undefined {
  if (!chosen) return undefined
  const value = chosen.score in byLabels || chosen.score === 'source-validation' ? percent(chosen.value) : chosen.value.toFixed(2)
  const { en, zh } = scoreName(chosen.score)
  return { en: `${en} ${value}`, zh: `${zh} ${value}` }
}
