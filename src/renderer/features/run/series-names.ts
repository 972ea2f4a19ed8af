import { useI18n } from 'vue-i18n'
import { trainingParameters } from '../../../contract/training'
import { useText } from '../../shared/i18n'
import type { SayName } from './charts'

/** Words for the losses and scores that methods name; what is not listed keeps the name its method gave it. */
export function useSeriesNames(): { term: SayName, score: SayName } {
  const { t, te } = useI18n()
  const text = useText()
  return {
    term: (name) => {
      const key = `run.terms.${name.replace(/[ -](\w)/g, (_, letter: string) => letter.toUpperCase())}`
      return te(key) ? t(key) : name
    },
    score: (name) => {
      const option = trainingParameters.selection.options.find(({ value }) => value === name)
      return option ? text(option.label) : name
    }
  }
}
