import type { Dataset } from '../../contract/datasets'
import type { MethodSummary } from '../../contract/methods'
import { extractorId } from '../../contract/models'
import { defaultsOf } from '../../contract/parameters'
import { twinRoles, type Spec, type TwinRole } from '../../contract/runs'
import type { Text } from '../../contract/text'
import { sameClassNames } from '../classes'
import { settingOf } from '../facts'
import { freshRate, usualTraining } from '../settings/choose-settings'
import { leastSteps } from '../settings/sizes'
import { completeSpec } from '../specs/complete'
import { plannedSteps } from './steps'

/** What is needed besides the spec to derive twins. Nothing is read from disk here. */
export interface TwinFacts {
  methods: readonly MethodSummary[]
  target: Dataset
  /** The classes that the source model knows; absent for fresh weights. */
  sourceClasses?: readonly string[]
  /** The source data of the spec, or else what the source model was trained on, if that is known and still there. */
  sourceData?: Dataset
  /** Whether the network has batch normalisation; `undefined` where that is not known. */
  batchNormalisation?: boolean | undefined
  /** The source model's architecture, where it is a saved model. */
  architecture?: string | undefined
  /** Steps that a control takes at least; what it takes to learn from fresh weights when absent. */
  leastSteps?: number
}

interface Twin { role: TwinRole, spec: Spec }

/** The control runs of a spec, with its budget (steps, batch, optimiser, seed). If one is missing, the reason. */
export function deriveTwins(spec: Spec, facts: TwinFacts): { twins: Twin[], notes: Text[] } {
  const method = facts.methods.find(({ id }) => id === spec.method.id)
  const notes: Text[] = []
  const twins: Twin[] = []
  if (!method) return { twins, notes }
  const derived: [TwinRole, Spec | Text | undefined][] = [
    ['scratch', scratchTwin(spec, method, facts)],
    ['source-only', sourceOnlyTwin(spec, method, facts)],
    ['no-alignment', withoutAlignment(spec, method, facts)],
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
function scratchTwin(spec: Spec, method: MethodSummary, facts: TwinFacts): Spec | Text | undefined {
  if (method.id === 'scratch') return undefined
  const scratch = facts.methods.find(({ id }) => id === 'scratch')
  if (!scratch) return missing('scratch')
  if (spec.target.labels === 'none') return note('scratch', 'the spec grants no target labels to learn from.', '设置未给予任何可供学习的目标标签。')
  if (facts.architecture === extractorId) {
    return note('scratch', 'the source is a graph of another program, which cannot start afresh.', '源模型是其他程序的计算图，无法从头开始。')
  }
  if (makesOtherNetwork(method, spec)) {
    return note('scratch', 'the student is another network than the source.', '学生网络与源模型的结构不同。')
  }
  return withSteps(atFreshRate(withMethod(spec, scratch, { source: { model: spec.source.model } })), scratch, spec, method, facts)
}

/** A rate that was chosen for a source that knows something would hold back a control that knows nothing. */
function atFreshRate(twin: Spec): Spec {
  if (!twin.chosen?.['learningRate'] || !twin.chosen['optimizer'] || twin.training.optimizer !== 'adam') return twin
  return {
    ...twin, training: { ...twin.training, learningRate: freshRate.value }, chosen: { ...twin.chosen, learningRate: freshRate.why }
  }
}

/** Whether the network that learns has another architecture or width than the source. */
function makesOtherNetwork(method: MethodSummary, spec: Spec): boolean {
  const { variant } = method.needs
  if (!variant) return false
  const [architecture = 'same', width = 1] = [variant.architecture, variant.width].map((name) => settingOf(method, spec, name))
  return architecture !== 'same' || width !== 1
}

/** What the source knows without any transfer, if that can be used on the target at all. */
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
    source: {
      model: spec.source.model, dataset: sourceData.id,
      ...(spec.source.domains && spec.source.dataset === sourceData.id && { domains: spec.source.domains })
    },
    target: { ...spec.target, labels: 'none' }
  })
  return withSteps(twin, sourceOnly, spec, method, facts)
}

/** The same method at weight 0, where its batch statistics alone may lift a network. */
function withoutAlignment(spec: Spec, method: MethodSummary, { batchNormalisation }: TwinFacts): Spec | undefined {
  const { alignmentWeight: weight } = method
  if (weight === undefined || batchNormalisation !== true || settingOf(method, spec, weight) === 0) return undefined
  return { ...spec, method: { ...spec.method, params: { ...spec.method.params, [weight]: 0 } } }
}

/** Training on all target labels, if the spec grants fewer than there are. */
function supervisedTwin(spec: Spec, method: MethodSummary, facts: TwinFacts): Spec | Text | undefined {
  if (spec.target.labels === 'all' || method.id === 'target-supervised') return undefined
  const train = facts.target.splits.train
  if (!train?.perClass) return note('target-supervised', 'the target has no labels.', '目标没有标签。')
  if (spec.target.testSplit === 'all') {
    return note('target-supervised', 'it would be tested on the images that it learns from.', '它会在自己学习过的图像上测试。')
  }
  const supervised = facts.methods.find(({ id }) => id === 'target-supervised')
  if (!supervised) return missing('target-supervised')
  const twin = withMethod(spec, supervised, {
    source: { model: spec.source.model }, target: { ...spec.target, labels: 'all' }
  })
  return withSteps(twin, supervised, spec, method, facts)
}

function withMethod(spec: Spec, method: MethodSummary, change: Partial<Spec>): Spec {
  const params = { ...defaultsOf(method.parameters), ...trainedAlike(spec, method) }
  // Why a parameter was chosen that the control has not is nothing to say of it.
  const chosen = spec.chosen && Object.fromEntries(Object.entries(spec.chosen).filter(([name]) => name in spec.training || name in params))
  return { ...spec, ...change, ...(chosen && { chosen }), method: { id: method.id, params } }
}

/** A control keeps what the candidate keeps of the source: what a frozen backbone gives is not the method's merit. */
function trainedAlike({ method: { params } }: Spec, { parameters }: MethodSummary): Spec['method']['params'] {
  const { trainedBlocks: value } = params
  const parameter = parameters['trainedBlocks']
  return value !== undefined && parameter?.kind === 'choice' && parameter.options.some((option) => option.value === value) ? { trainedBlocks: value } : {}
}

/**
 * The control takes as many gradient steps as the candidate in all its stages, whatever number of images an epoch of
 * either shows; and no fewer than it takes to learn at all, for a control that has learned nothing is none.
 */
function withSteps(twin: Spec, own: MethodSummary, spec: Spec, method: MethodSummary, facts: TwinFacts): Spec {
  if (method.recipe?.noSteps) return twin
  const wanted = Math.max(plannedSteps(spec, method, facts), facts.leastSteps ?? leastSteps)
  if (plannedSteps(twin, own, facts) === wanted || twin.training.epochs === 0) return twin
  return { ...twin, training: { ...twin.training, epochSteps: Math.ceil(wanted / twin.training.epochs) } }
}

const note = (role: TwinRole, en: string, zh: string): Text => ({ en: `No ${role} twin: ${en}`, zh: `没有 ${role} 对照运行：${zh}` })
const missing = (role: TwinRole): Text => note(role, 'this version has no such method.', '此版本没有该方法。')
