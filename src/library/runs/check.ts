import { problemsOf } from '../../contract/problems'
import type { Dataset } from '../../contract/datasets'
import { GraftError, toErrorValue, type ErrorValue } from '../../contract/errors'
import type { MethodSummary } from '../../contract/methods'
import type { ArchitectureSummary, BlockSummary, ModelRef, ModelSummary } from '../../contract/models'
import { parametersSchema, type Parameters } from '../../contract/parameters'
import { specSchema, type Spec } from '../../contract/runs'
import type { Text } from '../../contract/text'
import { trainingParameters } from '../../contract/training'
import { checkColour, unmetShape } from './check-images'
import { checkTargetDomain, unmetDomains } from './check-domains'
import { unfitTeacher } from './teachers'

/** What a spec names, looked up: the thing itself, or why it could not be had. */
export type Found<Thing> = { value: Thing } | { error: ErrorValue }

/** The parts of the engine's catalogue that a check needs. */
export interface CheckCatalogue {
  methods: readonly MethodSummary[]
  architectures: readonly ArchitectureSummary[]
}

/** Everything a check looks at besides the spec: nothing in it needs a backend. */
export interface SpecFacts extends CheckCatalogue {
  target: Found<Dataset>
  /** Absent where the spec names no source data. */
  sourceData?: Found<Dataset>
  /** Absent for `arch:…`, whose weights are fresh. */
  sourceModel?: Found<ModelSummary>
  /** Saved models that parameters name, by reference. */
  teachers?: ReadonlyMap<ModelRef, Found<ModelSummary>>
}

/** The two questions a check asks of the library. */
export interface CheckLibrary {
  datasets: { get(id: string): Promise<Dataset> }
  models: { get(ref: ModelRef): Promise<ModelSummary> }
}

const listed = (ids: readonly string[]): string => ids.length === 0 ? '–' : ids.join(', ')
const valueOf = <Thing>(found: Found<Thing> | undefined): Thing | undefined =>
  found !== undefined && 'value' in found ? found.value : undefined

function problem(code: string, field: string, message: Text, remedy?: Text): ErrorValue {
  return { code, field, usage: true, message, ...(remedy && { remedy }) }
}

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
export function checkParameters(parameters: Parameters, values: Record<string, unknown>, within: string): ErrorValue[] {
  const parsed = parametersSchema(parameters).safeParse(values)
  if (parsed.success) return []
  const labels = Object.fromEntries(Object.entries(parameters).map(([name, { label }]) => [name, label]))
  const remedy = { en: `Known here: ${listed(Object.keys(parameters))}.`, zh: `可用参数：${listed(Object.keys(parameters))}。` }
  return problemsOf(parsed.error, { within, labels })
    .map((found) => found.code === 'unknown-field' ? { ...found, code: 'unknown-parameter', remedy } : found)
}

/** Looks up what the spec names. Never throws for what is missing: that is what the check reports. */
export async function findSpecFacts(spec: Spec, library: CheckLibrary, catalogue: CheckCatalogue): Promise<SpecFacts> {
  const find = async <Thing>(thing: Promise<Thing>): Promise<Found<Thing>> => {
    try {
      return { value: await thing }
    } catch (error) {
      return { error: toErrorValue(error) }
    }
  }
  const facts: SpecFacts = {
    methods: catalogue.methods,
    architectures: catalogue.architectures,
    target: await find(library.datasets.get(spec.target.dataset))
  }
  if (spec.source.dataset !== undefined) facts.sourceData = await find(library.datasets.get(spec.source.dataset))
  if (!spec.source.model.startsWith('arch:')) facts.sourceModel = await find(library.models.get(spec.source.model))
  const teachers = new Map<ModelRef, Found<ModelSummary>>()
  for (const [, refs] of valuesOfKind(spec, facts, 'models')) {
    for (const ref of refs) teachers.set(ref, await find(library.models.get(ref)))
  }
  return { ...facts, teachers }
}

/** Everything that would stop this spec, as far as it can be told without a backend; empty when it can start. */
export async function checkSpecIn(spec: Spec, library: CheckLibrary, catalogue: CheckCatalogue): Promise<ErrorValue[]> {
  return checkSpec(spec, await findSpecFacts(spec, library, catalogue))
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
    ...(method ? checkMethod(method, spec, facts) : [unknownMethod(spec, facts)]),
    ...checkParameters(trainingParameters, spec.training, 'training')
  ]
}

function foundProblem<Thing>(found: Found<Thing> | undefined, field: string): ErrorValue[] {
  return found !== undefined && 'error' in found ? [{ ...found.error, field, usage: true }] : []
}

function unknownMethod(spec: Spec, { methods }: SpecFacts): ErrorValue {
  const known = listed(methods.map(({ id }) => id))
  return problem(
    'unknown-method', 'method.id',
    { en: `There is no method “${spec.method.id}”.`, zh: `没有名为“${spec.method.id}”的方法。` },
    { en: `Choose one of ${known}.`, zh: `请从以下方法中选择：${known}。` }
  )
}

function checkSource(spec: Spec, facts: SpecFacts): ErrorValue[] {
  const [kind, id] = spec.source.model.split(':')
  const problems = [
    ...foundProblem(facts.sourceModel, 'source.model'),
    ...foundProblem(facts.sourceData, 'source.dataset')
  ]
  if (kind === 'arch' && !facts.architectures.some((architecture) => architecture.id === id)) {
    const known = listed(facts.architectures.map((architecture) => `arch:${architecture.id}`))
    problems.push(problem(
      'unknown-architecture', 'source.model',
      { en: `There is no architecture “${id}”.`, zh: `没有名为“${id}”的网络结构。` },
      { en: `Choose one of ${known}.`, zh: `请从以下结构中选择：${known}。` }
    ))
  }
  return problems
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
    ...checkNeeds(method, spec, facts),
    ...checkLabels(method, spec, facts),
    ...checkParameters(method.parameters, spec.method.params, 'method.params'),
    ...checkNamedBlocks(spec, facts),
    ...checkColour(method, spec, valueOf(facts.sourceData)),
    ...checkTeachers(method, spec, facts)
  ]
}

/** What the method needs of the source and of the classes; says which methods would do instead. */
function checkNeeds(method: MethodSummary, spec: Spec, facts: SpecFacts): ErrorValue[] {
  const unmet = unmetNeeds(method, spec, facts)
  if (unmet.length === 0) return []
  const methods = methodsThatDo(spec, facts)
  return unmet.map((error) => ({ ...error, methods }))
}

/** Which methods would do for what is chosen, those that want target labels apart where none are granted. */
function methodsThatDo(spec: Spec, facts: SpecFacts): NonNullable<ErrorValue['methods']> {
  const fitting = facts.methods.filter((other) => unmetNeeds(other, spec, facts).length === 0)
  const lacksLabels = ({ needs }: MethodSummary): boolean => spec.target.labels === 'none' && needs.targetLabels !== 'none'
  return {
    fit: fitting.filter((other) => !lacksLabels(other)).map(({ id }) => id), withLabels: fitting.filter(lacksLabels).map(({ id }) => id)
  }
}

function unmetNeeds(method: MethodSummary, spec: Spec, facts: SpecFacts): ErrorValue[] {
  const { title, needs } = method
  const unmet: ErrorValue[] = []
  const sourceData = valueOf(facts.sourceData)
  if (needs.sourceModel && spec.source.model.startsWith('arch:')) {
    unmet.push(problem(
      'needs-source-model', 'source.model',
      { en: `${title.en} needs a trained source model, and ${spec.source.model} starts from fresh weights.`,
        zh: `“${title.zh}”需要训练好的源模型，而 ${spec.source.model} 从全新的权重开始。` },
      { en: 'Choose a saved run or an imported model as the source.', zh: '请选择已保存的运行或导入的模型作为源模型。' }
    ))
  }
  if (needs.sourceData && spec.source.dataset === undefined) {
    unmet.push(problem(
      'needs-source-data', 'source.dataset',
      { en: `${title.en} needs labelled source images, and no source data set is chosen.`,
        zh: `“${title.zh}”需要带标签的源图像，但未选择源数据集。` },
      { en: 'Choose a source data set.', zh: '请选择源数据集。' }
    ))
  }
  if (needs.sourceData && sourceData && !sourceData.splits.train?.perClass) {
    unmet.push(problem(
      'no-labels', 'source.dataset',
      { en: `${title.en} needs labelled source images, and “${sourceData.name}” has none.`,
        zh: `“${title.zh}”需要带标签的源图像，而“${sourceData.name}”没有标签。` },
      { en: 'Choose a labelled source data set.', zh: '请选择带标签的源数据集。' }
    ))
  }
  if (needs.batchNormalisation && normalisedIn(spec, facts) === false) {
    unmet.push(problem(
      'no-batch-normalisation', 'source.model',
      { en: `${title.en} works on batch normalisation, and the source model has none.`,
        zh: `“${title.zh}”作用于批归一化，而源模型没有批归一化。` },
      { en: 'Choose a ResNet or a MobileNet as the source.', zh: '请选择 ResNet 或 MobileNet 作为源模型。' }
    ))
  }
  return [
    ...unmet, ...unmetShape(method, valueOf(facts.sourceModel), valueOf(facts.target)),
    ...(sourceData ? unmetDomains(method, spec, sourceData) : []), ...unmetClasses(title, needs.classes, facts)
  ]
}

/** Whether the source model has batch normalisation; undefined where that cannot be told before it is opened. */
function normalisedIn({ source: { model } }: Spec, { sourceModel, architectures }: SpecFacts): boolean | undefined {
  if (valueOf(sourceModel)?.origin?.foldedNormalisation) return false
  const id = model.startsWith('arch:') ? model.slice('arch:'.length) : valueOf(sourceModel)?.architecture
  return architectures.find((architecture) => architecture.id === id)?.batchNormalisation
}

function unmetClasses(title: Text, needed: MethodSummary['needs']['classes'], facts: SpecFacts): ErrorValue[] {
  const source = valueOf(facts.sourceData)?.classes ?? valueOf(facts.sourceModel)?.classes ?? []
  const target = valueOf(facts.target)?.classes ?? []
  if (needed === 'any' || source.length === 0 || target.length === 0) return []
  const shared = target.filter((name) => source.includes(name)).length
  if (needed === 'overlapping' ? shared > 0 : shared === target.length && source.length === target.length) return []
  const counts = { en: `${shared} of the target's ${target.length} classes are among the source's ${source.length}`,
    zh: `目标的 ${target.length} 个类别中有 ${shared} 个属于源的 ${source.length} 个类别` }
  return [problem(
    'classes-differ', 'target.dataset',
    needed === 'same'
      ? { en: `${title.en} needs the same classes in source and target; ${counts.en}.`,
          zh: `“${title.zh}”要求源与目标的类别相同；${counts.zh}。` }
      : { en: `${title.en} needs classes that source and target share; ${counts.en}.`,
          zh: `“${title.zh}”要求源与目标有共同的类别；${counts.zh}。` }
  )]
}

function checkLabels({ title, needs }: MethodSummary, spec: Spec, facts: SpecFacts): ErrorValue[] {
  const target = valueOf(facts.target)
  const train = target?.splits.train
  const grant = spec.target.labels
  if (!target || !train || train.count === 0) return []
  if (grant !== 'none' && !train.perClass) {
    return [problem(
      'no-labels', 'target.labels',
      { en: `The training images of “${target.name}” have no labels.`, zh: `“${target.name}”的训练图像没有标签。` },
      { en: 'Choose “no labels” with a method that needs none, or a labelled data set.', zh: '请选择“无标签”并使用不需要标签的方法，或选择带标签的数据集。' }
    )]
  }
  if (grant === 'none') {
    if (needs.targetLabels === 'none') return []
    return [{
      ...problem(
        'needs-target-labels', 'target.labels',
        { en: `${title.en} needs labelled target images, and the spec grants none.`,
          zh: `“${title.zh}”需要带标签的目标图像，而设置中未给予任何标签。` },
        { en: 'Grant all labels or some a class, or choose a method that needs none.',
          zh: '请给予全部或每类若干标签，或选择不需要标签的方法。' }
      ),
      methods: methodsThatDo(spec, facts)
    }]
  }
  return [
    ...checkClassCount(target, train.perClass ?? []), ...checkGrant(target, grant, train.perClass ?? []),
    ...(needs.validation && !target.splits.validation?.perClass ? [problem(
      'needs-validation', 'target.dataset',
      { en: `${title.en} chooses by labelled validation images, and “${target.name}” has none.`,
        zh: `“${title.zh}”需要带标签的验证图像来选择，而“${target.name}”没有。` },
      { en: 'Import the data set with a validation share, or choose a method that does not choose.', zh: '请在导入数据集时划出验证部分，或选择无需挑选的方法。' }
    )] : [])
  ]
}

function checkClassCount(target: Dataset, perClass: readonly number[]): ErrorValue[] {
  const present = target.classes.filter((_, index) => (perClass[index] ?? 0) > 0)
  if (present.length >= 2) return []
  const only = present[0] ?? target.classes[0] ?? '–'
  return [problem(
    'one-class', 'target.dataset',
    { en: `The training images of “${target.name}” are all of one class (“${only}”), so there is nothing to tell apart.`,
      zh: `“${target.name}”的训练图像都属于同一类别（“${only}”），没有可区分的内容。` },
    { en: 'Choose a data set with at least two classes.', zh: '请选择至少有两个类别的数据集。' }
  )]
}

function checkGrant(target: Dataset, grant: Spec['target']['labels'], perClass: readonly number[]): ErrorValue[] {
  const largest = perClass.reduce((most, count) => Math.max(most, count), 0)
  if (typeof grant !== 'object' || grant.perClass <= largest) return []
  return [problem(
    'too-few-labels', 'target.labels',
    { en: `${grant.perClass} labels a class are granted, but no class of “${target.name}” has more than ${largest} training images.`,
      zh: `每类给予 ${grant.perClass} 个标签，但“${target.name}”每类最多只有 ${largest} 张训练图像。` },
    { en: `Grant ${largest} or fewer a class, or all labels.`, zh: `请每类给予不超过 ${largest} 个标签，或给予全部标签。` }
  )]
}

function valuesOfKind(spec: Spec, facts: SpecFacts, kind: 'blocks' | 'models'): [string, string[]][] {
  const parameters = facts.methods.find(({ id }) => id === spec.method.id)?.parameters ?? {}
  return Object.entries(parameters).flatMap(([name, parameter]): [string, string[]][] => {
    const value = spec.method.params[name]
    return parameter.kind === kind && Array.isArray(value) ? [[name, value]] : []
  })
}

function checkNamedBlocks(spec: Spec, facts: SpecFacts): ErrorValue[] {
  const known: readonly BlockSummary[] | undefined = valueOf(facts.sourceModel)?.blocks
    ?? facts.architectures.find(({ id }) => `arch:${id}` === spec.source.model)?.blocks
  if (!known) return []
  const names = known.map(({ name }) => name)
  return valuesOfKind(spec, facts, 'blocks').flatMap(([parameter, chosen]) =>
    chosen.filter((name) => !names.includes(name)).map((name) => problem(
      'unknown-block', `method.params.${parameter}`,
      { en: `The source model has no block “${name}”.`, zh: `源模型没有名为“${name}”的模块。` },
      { en: `Its blocks are ${listed(names)}.`, zh: `其模块为：${listed(names)}。` }
    )))
}

function checkTeachers({ needs }: MethodSummary, spec: Spec, facts: SpecFacts): ErrorValue[] {
  const [source, target] = [valueOf(facts.sourceModel), valueOf(facts.target)]
  return valuesOfKind(spec, facts, 'models').flatMap(([parameter, refs]) => {
    const field = `method.params.${parameter}`
    return refs.flatMap((ref, index) => {
      const found = facts.teachers?.get(ref)
      const model = valueOf(found)
      const unfit = model && unfitTeacher(model, { needs, source, target, earlier: [spec.source.model, ...refs.slice(0, index)] })
      return [...foundProblem(found, field), ...(unfit ? [problem(unfit.code, field, unfit.message, unfit.remedy)] : [])]
    })
  })
}
