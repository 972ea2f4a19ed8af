import { scoreName } from '../../../rules/format/scores'
import { useText } from '../../shared/i18n'
import { useMethodsStore } from '../../shared/stores'
import type { SayName } from './charts'

/** Words for the losses of a method on the chart. One that its method gives no word for keeps its name. */
export function useLossNames(methodId: () => string): SayName {
  const text = useText()
  const methods = useMethodsStore()
  return (name) => {
    const word = methods.byId.get(methodId())?.losses?.[name]
    return word ? text(word) : name
  }
}

/** Words for the scores by which an epoch is chosen. */
export function useScoreNames(): SayName {
  const text = useText()
  return (name) => text(scoreName(name))
}
