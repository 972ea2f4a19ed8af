import type { Dataset } from '../../contract/datasets'
import type { MethodStage, MethodSummary } from '../../contract/methods'
import type { Metric, Spec } from '../../contract/runs'
import type { Text } from '../../contract/text'
import { sameClassNames } from '../classes'
import { countOf, domainSteps, sourceChoice, trainingDomains } from '../domains'
import { holds, settingOf } from '../facts'
import { count } from '../format/figures'
import { leastSteps } from '../settings/sizes'

/** The data sets of a spec, and the classes that its source model knows. */
interface StepData { target: Dataset, sourceData?: Dataset, sourceClasses?: readonly string[] }

/**
 * Gradient steps that a run of this spec takes over all its stages, if none stops early. The last, smaller batch of an
 * epoch is counted everywhere, also where a method leaves it out.
 */
export function plannedSteps(spec: Spec, method: MethodSummary, data: StepData): number {
  if (method.recipe?.noSteps) return 0
  const { epochs: usual, epochSteps } = spec.training
  const stages: readonly MethodStage[] = method.stages ?? [{ images: usualImages(spec, method) }]
  return stages.reduce((sum, { images, epochs, newHead }) => {
    if (newHead && data.sourceClasses && sameClassNames(data.sourceClasses, data.target.classes)) return sum
    const when = epochs === undefined ? undefined : method.parameters[epochs]?.when
    if (when && !holds(when, method, spec)) return sum
    const counted = epochs === undefined ? usual : Number(settingOf(method, spec, epochs) ?? 0)
    return sum + counted * (epochSteps > 0 ? epochSteps : stepsPerEpoch(images, spec, method, data))
  }, 0)
}

/** Images that an epoch of the only stage shows once: the source's where it has these, else what it may see of the target. */
const usualImages = ({ target: { labels } }: Spec, { needs }: MethodSummary): MethodStage['images'] =>
  needs.sourceData ? 'source' : labels === 'none' || needs.targetLabels === 'none' ? 'target-unlabelled' : 'target'

function stepsPerEpoch(images: MethodStage['images'], spec: Spec, method: MethodSummary, { target, sourceData }: StepData): number {
  const { batchSize } = spec.training
  if (images === 'source') {
    if (!sourceData) return 1
    const choice = sourceChoice(spec)
    return method.needs.domains === undefined ? batches(countOf(sourceData, 'train', choice), batchSize)
      : domainSteps(trainingDomains(sourceData, choice), batchSize)
  }
  const { labels, domain } = spec.target
  const choice = domain === undefined ? undefined : { only: domain }
  const all = countOf(target, 'train', choice)
  if (images === 'target-unlabelled') return batches(all + countOf(target, 'unlabelled', choice), batchSize)
  if (typeof labels === 'string') return batches(all, batchSize)
  const granted = (target.splits.train?.perClass ?? []).reduce((sum, count) => sum + Math.min(count, labels.perClass), 0)
  return batches(Math.min(all, granted), batchSize)
}

const batches = (images: number, batchSize: number): number => Math.max(1, Math.ceil(images / batchSize))

/** Gradient steps that a run took over all its stages, as its metrics tell. */
export function stepsTaken(metrics: readonly Metric[]): number {
  const ends = new Map<number, number>()
  for (const metric of metrics) {
    if (metric.kind === 'epoch') ends.set(metric.stage, Math.max(ends.get(metric.stage) ?? 0, metric.step))
  }
  return [...ends.values()].reduce((sum, steps) => sum + steps, 0)
}

/** Steps that differ by no more than this share are as many. */
const alike = 0.05

/**
 * With how many optimiser steps a run and its control learned, in words, and what that means for their difference. A control
 * takes the candidate's steps, or those that it needs to learn at all where these are more.
 */
export function controlStepsWords({ arm, twin }: { arm: number, twin: number }): Text {
  if (arm === twin) return { en: `Both took ${count(arm)} optimiser steps.`, zh: `两者都训练了 ${count(arm)} 步。` }
  if (arm === 0) return { en: `It takes no optimiser steps; the control took ${count(twin)}.`, zh: `它不需要训练步；对照训练了 ${count(twin)} 步。` }
  const steps = { en: `It took ${count(arm)} optimiser steps, the control ${count(twin)}`, zh: `它训练了 ${count(arm)} 步，对照训练了 ${count(twin)} 步` }
  if (twin > (1 + alike) * arm && arm < leastSteps) {
    return { en: `${steps.en}: with fewer than ${count(leastSteps)} a control would not have learned.`, zh: `${steps.zh}：少于 ${count(leastSteps)} 步，对照学不会。` }
  }
  return arm > (1 + alike) * twin ? joined(steps, longer) : { en: `${steps.en}.`, zh: `${steps.zh}。` }
}

/** The same of any two runs that are compared. @param first the steps of the one that the other is held against */
export function stepsWords(first: number, second: number): Text {
  const steps = { en: `Optimiser steps: ${count(second)} against ${count(first)}`, zh: `训练步数：${count(second)} 对 ${count(first)}` }
  const [fewer, more] = [Math.min(first, second), Math.max(first, second)]
  return fewer > 0 && more > (1 + alike) * fewer ? joined(steps, longer) : { en: `${steps.en}.`, zh: `${steps.zh}。` }
}

const longer: Text = { en: 'longer training alone may make a difference.', zh: '仅训练更久就可能造成差别。' }
const joined = (text: Text, remark: Text): Text => ({ en: `${text.en}: ${remark.en}`, zh: `${text.zh}：${remark.zh}` })
