import type { MethodSummary } from '../../contract/methods'
import type { Parameter, Parameters, ParameterValue } from '../../contract/parameters'
import type { Spec } from '../../contract/runs'
import { trainingParameters } from '../../contract/training'
import { auto, autoNames } from '../../rules/settings/choose-settings'
import { chosenParameterNames } from '../../rules/settings/choose-parameters'
import { completeSpec, type SettingsShelf } from '../../rules/specs/complete'
import { usageError } from '../output/errors'
import { kebab, readDevice, readId, readLabels, readModelRef, readTestSplit, readValidationLabels, readValue } from './options'

/** The flags of `graft run` as they were typed. */
export interface SpecFlags {
  source: string
  target: string
  method: string
  sourceData?: string
  sourceDomains?: readonly string[]
  labels?: string
  validationLabels?: string
  targetDomain?: string
  testSplit?: string
  device?: string
  /** `key=value` each: parameters of the method, and training settings. */
  set: readonly string[]
  /** Training settings that have a flag of their own, by the setting's name. */
  training: Readonly<Record<string, string | undefined>>
}

const settings: Parameters = trainingParameters

/** The method of that id. @throws GraftError (usage) that names the known ones */
export function methodNamed(methods: readonly MethodSummary[], id: string): MethodSummary {
  const method = methods.find((candidate) => candidate.id === id)
  if (method) return method
  const known = methods.map((candidate) => candidate.id).join(', ')
  throw usageError('unknown-method', { en: `There is no method "${id}".`, zh: `没有“${id}”这种方法。` },
    { field: 'method.id', remedy: { en: `Known methods: ${known}.`, zh: `可用的方法：${known}。` } })
}

/**
 * The complete spec that the flags describe: the general defaults, then the method's, then the flags.
 * @param shelf where it is given, training settings without a flag are chosen by rule
 * @throws GraftError (usage) for the first flag that does not fit
 */
export function specFromFlags(flags: SpecFlags, methods: readonly MethodSummary[], shelf?: SettingsShelf): Spec {
  const method = methodNamed(methods, flags.method)
  const given = new Given()
  for (const [name, text] of Object.entries(flags.training)) {
    const parameter = settings[name]
    if (text !== undefined && parameter) given.add('training', name, parameter, text, `--${kebab(name)}`)
  }
  for (const assignment of flags.set) given.addAssignment(assignment, method)
  return completeSpec({
    source: {
      model: readModelRef(flags.source, '--source', 'source.model'),
      ...(flags.sourceData !== undefined && { dataset: readId(flags.sourceData, '--source-data', 'source.dataset') }),
      ...(flags.sourceDomains && { domains: [...flags.sourceDomains] })
    },
    target: {
      dataset: readId(flags.target, '--target', 'target.dataset'),
      ...(flags.labels !== undefined && { labels: readLabels(flags.labels) }),
      ...(flags.validationLabels !== undefined && { validationLabels: readValidationLabels(flags.validationLabels) }),
      ...(flags.targetDomain !== undefined && { domain: flags.targetDomain }),
      ...(flags.testSplit !== undefined && { testSplit: readTestSplit(flags.testSplit) })
    },
    method: { id: method.id, params: given.values.method },
    training: given.values.training,
    ...(flags.device !== undefined && { device: readDevice(flags.device) })
  }, method, shelf)
}

type Scope = 'method' | 'training'

/** The values that flags gave, each at most once. */
class Given {
  readonly values: Record<Scope, Record<string, ParameterValue>> = { method: {}, training: {} }
  private readonly flagOf = new Map<string, string>()

  add(scope: Scope, name: string, parameter: Parameter, text: string, flag: string): void {
    const field = scope === 'training' ? `training.${name}` : `method.params.${name}`
    const earlier = this.flagOf.get(field)
    if (earlier !== undefined) {
      throw usageError('given-twice', {
        en: `${earlier} and ${flag} set the same thing.`, zh: `${earlier} 与 ${flag} 设置的是同一项。`
      }, { field, remedy: { en: 'Leave one out.', zh: '请去掉其中一个。' } })
    }
    this.flagOf.set(field, flag)
    const isAuto = text === auto && (scope === 'training' ? autoNames : chosenParameterNames).includes(name)
    this.values[scope][name] = isAuto ? auto : readValue(parameter, text, flag, field)
  }

  /** One `--set key=value`; the method's own parameters come before training settings of the same name. */
  addAssignment(assignment: string, method: MethodSummary): void {
    const [, key, text] = /^\s*([^=]+?)\s*=(.*)$/s.exec(assignment) ?? []
    if (key === undefined || text === undefined) {
      throw usageError('invalid-value', {
        en: `--set takes key=value, not "${assignment}".`, zh: `--set 应为“键=值”，而不是“${assignment}”。`
      }, { field: 'set' })
    }
    const found = find(key, method)
    if (!found) throw unknownKey(key, method)
    this.add(found.scope, found.name, found.parameter, text, `--set ${key}`)
  }
}

function find(key: string, method: MethodSummary): { scope: Scope, name: string, parameter: Parameter } | undefined {
  const [, prefix, bare = key] = /^(training|method)\.(?:params\.)?(.+)$/.exec(key) ?? []
  for (const [scope, parameters] of [['method', method.parameters], ['training', settings]] as const) {
    if (prefix !== undefined && prefix !== scope) continue
    for (const [name, parameter] of Object.entries(parameters)) {
      if (name === bare || kebab(name) === bare) return { scope, name, parameter }
    }
  }
  return undefined
}

function unknownKey(key: string, method: MethodSummary): Error {
  const own = Object.keys(method.parameters)
  const shared = Object.keys(settings).join(', ')
  return usageError('unknown-parameter', {
    en: `--set knows no "${key}".`, zh: `--set 没有“${key}”这个键。`
  }, {
    field: `set.${key}`,
    remedy: own.length > 0
      ? { en: `Parameters of ${method.id}: ${own.join(', ')}; training settings: ${shared}.`,
          zh: `${method.id} 的参数：${own.join('、')}；训练设置：${shared}。` }
      : { en: `${method.id} has no parameters of its own; training settings: ${shared}.`,
          zh: `${method.id} 没有自己的参数；训练设置：${shared}。` }
  })
}

/** Settings that were changed but have no effect (momentum with Adam), each with the setting that is to blame. */
export function voidSettings(spec: Spec, method: MethodSummary): { name: string, because: string }[] {
  const values: Record<string, ParameterValue> = { ...spec.training, ...spec.method.params }
  return Object.entries({ ...settings, ...method.parameters }).flatMap(([name, { when, default: usual }]) => {
    const value = when && values[when.parameter]
    if (!when || values[name] === usual || when.in.some((allowed) => allowed === value)) return []
    return [{ name, because: `${when.parameter}=${String(value)}` }]
  })
}
