import { computed, type ComputedRef } from 'vue'
import type { Parameter, Parameters, ParameterValue } from '../../../contract/parameters'
import type { Text } from '../../../contract/text'
import { trainingParameters } from '../../../contract/training'
import { useText } from '../../shared/i18n'
import { visibleParameters } from '../../shared/forms'
import { useEveryLanguage, type FoundSetting } from '../../shared/settings-found'
import { useDatasetsStore, useMethodsStore, useModelsStore, useRunsStore, useSettingsStore } from '../../shared/stores'
import { completeTransfer } from './choices'
import { useTransferStore } from './store'
import { depthMethod } from './study-choices'

/** Every setting of the form as it stands, for the palette: those of the transfer's ends, of its study, of its training and of its method. */
export function findTransferSettings(): ComputedRef<readonly FoundSetting[]> {
  const text = useText()
  const { t, every } = useEveryLanguage()
  const settings = useSettingsStore()
  const draft = useTransferStore()
  const [datasets, models, methods, runs] = [useDatasetsStore(), useModelsStore(), useMethodsStore(), useRunsStore()]
  const transfer = computed(() => completeTransfer(draft.choices, {
    datasets: datasets.datasets, models: models.models, architectures: models.architectures, methods: methods.methods, runs: runs.runs
  }, settings.settings.device))

  const named = (name: string, ...keys: string[]): FoundSetting => ({ name, label: t(keys[0]!), group: t('transfer.title'), keywords: every(...keys, 'transfer.title') })
  const of = (group: string, title: string, parameters: Parameters): FoundSetting[] => Object.entries(parameters).map(([name, parameter]) => ({
    name: `${group}.${name}`, label: capital(text(parameter.label)), group: title, keywords: wordsOf(name, parameter),
    ...(parameter.when && { description: onlyWith(parameters, parameter.when, text) })
  }))
  return computed(() => {
    const { method, target, sourceDataset } = transfer.value
    return [
      ...of('training', t('transfer.training'), trainingParameters), named('device', 'transfer.device', 'transfer.deviceHelp'),
      ...method ? of('params', t('transfer.methodSettings', { method: text(method.title) }), method.parameters) : [],
      named('target.labels', 'transfer.labels'),
      ...target?.domains ? [named('target.domain', 'transfer.domain')] : [],
      ...(target?.splits.validation?.count ?? 0) > 0 ? [named('target.testSplit', 'transfer.testSplit')] : [],
      ...sourceDataset !== null ? [named('source.dataset', 'transfer.sourceData')] : [],
      named('study.twins', 'transfer.twins', 'transfer.study.fair', 'transfer.twinsHelp'), named('study.seeds', 'transfer.seeds', 'transfer.seedsHelp'),
      named('study.labels', 'transfer.study.labels', 'transfer.study.vary'), named('study.setting', 'transfer.study.setting'),
      ...method?.id === depthMethod ? [named('study.depths', 'transfer.study.depths')] : []
    ]
  })
}

const capital = (label: string): string => label.charAt(0).toUpperCase() + label.slice(1)
const inAll = ({ en, zh }: Text): string => `${en} ${zh}`
const wordsOf = (name: string, { label, help }: Parameter): string => `${name} ${inAll(label)} ${inAll(help)}`

/** What has to be chosen for a parameter to count: `Optimiser: SGD with momentum`. */
function onlyWith(parameters: Parameters, when: NonNullable<Parameter['when']>, text: (words: Text) => string): string {
  const other = parameters[when.parameter]
  if (!other) return ''
  const options = other.kind === 'choice' ? other.options.filter(({ value }) => when.in.includes(value)).map(({ label }) => text(label)) : []
  return options.length === 0 ? text(other.label) : `${text(other.label)}: ${options.join(', ')}`
}

/** The parameter to lead to: the one that is wanted or, while it does not count, the one that decides whether it does. */
export function shownInstead(parameters: Parameters, values: Record<string, ParameterValue>, name: string): string {
  const { plain, advanced } = visibleParameters(parameters, values)
  const when = parameters[name]?.when
  return when === undefined || [...plain, ...advanced].some((each) => each.name === name) ? name : shownInstead(parameters, values, when.parameter)
}
