import { problemsOf } from '../../contract/problems'
import { GraftError, type ErrorValue } from '../../contract/errors'
import type { MethodSummary } from '../../contract/methods'
import { parametersSchema, type Parameters } from '../../contract/parameters'
import { specSchema, type Spec } from '../../contract/runs'
import { trainingParameters } from '../../contract/training'
import { checkSourceDomains, checkTargetDomain } from '../methods/domains'
import { checkLabels } from '../methods/labels'
import { checkNeeds } from '../methods/needs'
import { checkSelection, checkSettings } from '../methods/settings'
import { checkSource } from '../methods/source'
import { checkTestSplit } from './test-split'
import { foundProblem, listed, problem, valueOf, type SpecFacts } from '../facts'

/**
 * A spec from an untrusted value (a file, a window, flags).
 * Throws a GraftError for the first field that does not fit; the others are in its details.
 */
export function parseSpec(value: unknown): Spec {
  const parsed = specSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const [first, ...others] = problemsOf(parsed.error)
  if (!first) throw parsed.error
  const details = others.map(({ message }) => message.en).join('\n')
  throw GraftError.fromValue({ ...first, ...(details !== '' && { details }) })
}

/** What is wrong with the values of some parameters; fields are named `<within>.<parameter>`. */
function checkParameters(parameters: Parameters, values: Record<string, unknown>, within: string): ErrorValue[] {
  const parsed = parametersSchema(parameters).safeParse(values)
  if (parsed.success) return []
  const labels = Object.fromEntries(Object.entries(parameters).map(([name, { label }]) => [name, label]))
  const remedy = { en: `Known here: ${listed(Object.keys(parameters))}.`, zh: `可用参数：${listed(Object.keys(parameters))}。` }
  return problemsOf(parsed.error, { within, labels })
    .map((found) => found.code === 'unknown-field' ? { ...found, code: 'unknown-parameter', remedy } : found)
}

/** Everything that would stop this spec, each with the field at fault; empty when it can start. Reads nothing. */
export function checkSpec(spec: Spec, facts: SpecFacts): ErrorValue[] {
  const method = facts.methods.find(({ id }) => id === spec.method.id)
  const target = valueOf(facts.target)
  return [
    ...checkSource(spec, facts),
    ...foundProblem(facts.target, 'target.dataset'),
    ...checkTarget(facts),
    ...(target ? checkTargetDomain(method, spec, target) : []),
    ...(method && target ? checkTestSplit(method, spec, target, facts.before) : []),
    ...(method ? checkMethod(method, spec, facts) : [unknownMethod(spec, facts)]),
    ...checkParameters(trainingParameters, spec.training, 'training')
  ]
}

function unknownMethod(spec: Spec, { methods }: SpecFacts): ErrorValue {
  const known = listed(methods.map(({ id }) => id))
  return problem(
    'unknown-method', 'method.id',
    { en: `There is no method “${spec.method.id}”.`, zh: `没有名为“${spec.method.id}”的方法。` },
    { en: `Choose one of ${known}.`, zh: `请从以下方法中选择：${known}。` }
  )
}

function checkTarget(facts: SpecFacts): ErrorValue[] {
  const target = valueOf(facts.target)
  if (!target || (target.splits.train?.count ?? 0) > 0) return []
  return [problem(
    'no-training-images', 'target.dataset',
    { en: `The data set “${target.name}” has no training images.`, zh: `数据集“${target.name}”没有训练图像。` },
    { en: 'Choose a data set with a training part.', zh: '请选择含有训练部分的数据集。' }
  )]
}

function checkMethod(method: MethodSummary, spec: Spec, facts: SpecFacts): ErrorValue[] {
  return [
    ...checkSourceDomains(method, spec, valueOf(facts.sourceData)),
    ...checkNeeds(method, spec, facts),
    ...checkLabels(method, spec, facts),
    ...checkParameters(method.parameters, spec.method.params, 'method.params'),
    ...checkSettings(method, spec, facts),
    ...checkSelection(method, spec, facts)
  ]
}
