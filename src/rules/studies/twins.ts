import type { Dataset } from '../../contract/datasets'
import type { MethodSummary } from '../../contract/methods'
import { defaultsOf } from '../../contract/parameters'
import { twinRoles, type Spec, type TwinRole } from '../../contract/runs'
import type { Text } from '../../contract/text'
import { sameClassNames } from '../classes'
import { countOf, domainSteps, sourceChoice, trainingDomains } from '../domains'
import { settingOf } from '../facts'
import { freshRate, usualTraining } from '../settings/choose-settings'
import { completeSpec } from '../specs/complete'

/** What the derivation of twins has to know beside the spec; nothing in it is read from disk here. */
export interface TwinFacts {
  methods: readonly MethodSummary[]
  target: Dataset
  /** Classes that the source model knows; absent for fresh weights. */
  sourceClasses?: readonly string[]
  /** The spec's source data, or else what the source model was trained on, where that is known and still there. */
  sourceData?: Dataset
}

interface Twin { role: TwinRole, spec: Spec }

/** Control runs of a spec at its budget (epochs, steps, batch, optimiser, seed), and why one of them is missing. */
export function deriveTwins(spec: Spec, facts: TwinFacts): { twins: Twin[], notes: Text[] } {
  const method = facts.methods.find(({ id }) => id === spec.method.id)
  const notes: Text[] = []
  const twins: Twin[] = []
  if (!method) return { twins, notes }
  const derived: [TwinRole, Spec | Text | undefined][] = [
    ['scratch', scratchTwin(spec, method, facts)],
    ['source-only', sourceOnlyTwin(spec, method, facts)],
    ['target-supervised', supervisedTwin(spec, method, facts)]
  ]
  for (const [role, twin] of derived) {
    if (twin === undefined) continue
    if ('en' in twin) notes.push(twin)
    else twins.push({ role, spec: method.recipe?.noSteps ? withOwnSettings(twin, method, facts) : twin })
  }
  return { twins, notes }
}

/** Beside a method that takes no steps there is no budget to share: its controls train as they would by themselves. */
function withOwnSettings(twin: Spec, method: MethodSummary, { methods, target, sourceData }: TwinFacts): Spec {
  const usual = new Map<string, unknown>(Object.entries(usualTraining(method)))
  const given = Object.fromEntries(Object.entries(twin.training).filter(([name, value]) => usual.get(name) !== value))
  const shelf = { datasets: [target, ...(sourceData ? [sourceData] : [])], models: [], architectures: [] }
  return completeSpec({ ...twin, training: given }, methods.find(({ id }) => id === twin.method.id), shelf)
}

/** The same architecture with fresh weights and the same labels. */
function scratchTwin(spec: Spec, method: MethodSummary, { methods }: TwinFacts): Spec | Text | undefined {
  if (method.id === 'scratch') return undefined
  const scratch = methods.find(({ id }) => id === 'scratch')
  if (!scratch) return missing('scratch')
  if (spec.target.labels === 'none') return note('scratch', 'the spec grants no target labels to learn from.', '设置未给予任何可供学习的目标标签。')
  if (makesOtherNetwork(method, spec)) {
    return note('scratch', 'the student is another network than the source.', '学生网络与源模型的结构不同。')
  }
  return atFreshRate(withMethod(spec, scratch, { source: { model: spec.source.model } }))
}

/** A rate that was chosen for a source that knows something would hold back a control that knows nothing. */
function atFreshRate(twin: Spec): Spec {
  if (!twin.chosen?.['learningRate'] || !twin.chosen['optimizer'] || twin.training.optimizer !== 'adam') return twin
  return {
    ...twin, training: { ...twin.training, learningRate: freshRate.value }, chosen: { ...twin.chosen, learningRate: freshRate.why }
  }
}

/** Whether what learns is of another architecture or width than the source. */
function makesOtherNetwork(method: MethodSummary, spec: Spec): boolean {
  const { variant } = method.needs
  if (!variant) return false
  const [architecture = 'same', width = 1] = [variant.architecture, variant.width].map((name) => settingOf(method, spec, name))
  return architecture !== 'same' || width !== 1
}

/** The source's knowledge without any transfer, where it can be used on the target at all. */
function sourceOnlyTwin(spec: Spec, method: MethodSummary, facts: TwinFacts): Spec | Text | undefined {
  // A control has no control of its own.
  if (twinRoles.some((role) => role === method.id)) return undefined
  const { sourceData, target } = facts
  const classes = sourceData?.classes ?? facts.sourceClasses ?? []
  if (target.classes.length === 0 || !sameClassNames(classes, target.classes)) {
    return method.needs.sourceData || method.needs.targetImages
      ? note('source-only', 'source and target have different classes.', '源与目标的类别不同。') : undefined
  }
  const sourceOnly = facts.methods.find(({ id }) => id === 'source-only')
  if (!sourceOnly) return missing('source-only')
  if (!sourceData) return note('source-only', 'the source model\'s training images are not known here.', '此处没有源模型的训练图像。')
  const twin = withMethod(spec, sourceOnly, {
    source: { model: spec.source.model, dataset: sourceData.id }, target: { ...spec.target, labels: 'none' }
  })
  return withSteps(twin, stepsOf(spec, method, facts), steps(countOf(sourceData, 'train', sourceChoice(twin)), spec))
}

/** All of the target's labels, where the spec grants fewer and there are more. */
function supervisedTwin(spec: Spec, method: MethodSummary, facts: TwinFacts): Spec | Text | undefined {
  if (spec.target.labels === 'all' || method.id === 'target-supervised') return undefined
  const train = facts.target.splits.train
  if (!train?.perClass) return note('target-supervised', 'the target has no labels.', '目标没有标签。')
  const supervised = facts.methods.find(({ id }) => id === 'target-supervised')
  if (!supervised) return missing('target-supervised')
  const twin = withMethod(spec, supervised, {
    source: { model: spec.source.model }, target: { ...spec.target, labels: 'all' }
  })
  return withSteps(twin, stepsOf(spec, method, facts), steps(targetImages(spec, facts), spec))
}

function withMethod(spec: Spec, method: MethodSummary, change: Partial<Spec>): Spec {
  return { ...spec, ...change, method: { id: method.id, params: defaultsOf(method.parameters) } }
}

/** More images must not mean more steps: the twin's epochs are as long as the candidate's. */
function withSteps(twin: Spec, wanted: number, own: number): Spec {
  return wanted === own || twin.training.epochSteps > 0 ? twin : { ...twin, training: { ...twin.training, epochSteps: wanted } }
}

/** Steps of one epoch of the candidate: over the source images where it has these, else over what it may see of the target. */
function stepsOf(spec: Spec, method: MethodSummary, { sourceData, target }: TwinFacts): number {
  const { labels } = spec.target
  const images = targetImages(spec, { target })
  if (sourceData && method.needs.domains !== undefined) return domainSteps(trainingDomains(sourceData, sourceChoice(spec)), spec.training.batchSize)
  if (method.needs.sourceData) return steps(sourceData ? countOf(sourceData, 'train', sourceChoice(spec)) : 0, spec)
  if (typeof labels === 'string') return steps(images, spec)
  const granted = (target.splits.train?.perClass ?? []).reduce((sum, count) => sum + Math.min(count, labels.perClass), 0)
  return steps(Math.min(images, granted), spec)
}

/** Training images of the target, or of the one domain of it that it is. */
const targetImages = ({ target: { domain } }: Spec, { target }: Pick<TwinFacts, 'target'>): number =>
  countOf(target, 'train', domain === undefined ? undefined : { only: domain })

const steps = (images: number, { training }: Spec): number => Math.max(1, Math.ceil(images / training.batchSize))

const note = (role: TwinRole, en: string, zh: string): Text => ({ en: `No ${role} twin: ${en}`, zh: `没有 ${role} 对照运行：${zh}` })
const missing = (role: TwinRole): Text => note(role, 'this version has no such method.', '此版本没有该方法。')
