import type { ErrorValue } from '../../contract/errors'
import type { MethodSummary } from '../../contract/methods'
import type { BlockSummary } from '../../contract/models'
import type { Spec } from '../../contract/runs'
import { labelFreeScoreIds } from '../../contract/training'
import { countOf, sourceChoice } from '../domains'
import { checkColour } from './images'
import { checkVariant } from './variant'
import { architectureIn, blocksIn, foundProblem, holds, listed, modelsIn, problem, startsFresh, valueOf, type SpecFacts } from '../facts'
import { unfitTeacher } from './teachers'

/** Which of the method's own settings do not go with what is chosen, each at its own field. */
export function checkSettings(method: MethodSummary, spec: Spec, facts: SpecFacts): ErrorValue[] {
  return [
    ...checkFreshWeights(method, spec),
    ...checkNamedBlocks(spec, facts),
    ...checkBlocksAmong(method, spec),
    ...checkColour(method, spec, valueOf(facts.sourceData)),
    ...checkVariant(method, spec, facts),
    ...checkTeachers(method, spec, facts),
    ...checkClassWeights(method, spec)
  ]
}

function checkFreshWeights(method: MethodSummary, spec: Spec): ErrorValue[] {
  const condition = method.needs.sourceModelWhile
  if (!startsFresh(spec) || !holds(condition, method, spec)) return []
  const { parameter: name } = condition
  const parameter = method.parameters[name]
  const label = parameter?.label ?? { en: name, zh: name }
  const value = String(spec.method.params[name] ?? parameter?.default)
  const usual = parameter && !Array.isArray(parameter.default) && !condition.in.includes(parameter.default) ? ` (${String(parameter.default)})` : ''
  return [problem(
    'needs-source-model', `method.params.${name}`,
    { en: `${method.title.en} with ${label.en} ${value} needs a trained source model, and ${spec.source.model} starts from fresh weights.`,
      zh: `“${method.title.zh}”在${label.zh}为 ${value} 时需要训练好的源模型，而 ${spec.source.model} 从全新的权重开始。` },
    { en: `Set ${label.en} (${name}) to another value${usual}, or choose a saved run or an imported model as the source.`,
      zh: `请为${label.zh}（${name}）设置其他值${usual}，或选择已保存的运行或导入的模型作为源模型。` }
  )]
}

function checkClassWeights({ recipe, title }: MethodSummary, { training }: Spec): ErrorValue[] {
  if (training.classBalance !== 'weights' || recipe?.classWeights === true) return []
  return [problem(
    'no-class-weights', 'training.classBalance',
    { en: `${title.en} cannot weigh classes in its loss.`, zh: `“${title.zh}”无法在损失中对类别加权。` },
    { en: 'Draw every class equally often instead (sampler).', zh: '请改为使各类别抽取次数相同（sampler）。' }
  )]
}

function checkNamedBlocks(spec: Spec, facts: SpecFacts): ErrorValue[] {
  const known: readonly BlockSummary[] | undefined = valueOf(facts.sourceModel)?.blocks
    ?? (startsFresh(spec) ? architectureIn(spec, facts)?.blocks : undefined)
  if (!known) return []
  const names = known.map(({ name }) => name)
  return blocksIn(spec, facts).flatMap(([parameter, chosen]) =>
    chosen.filter((name) => !names.includes(name)).map((name) => problem(
      'unknown-block', `method.params.${parameter}`,
      { en: `The source model has no block “${name}”.`, zh: `源模型没有名为“${name}”的模块。` },
      { en: `Its blocks are ${listed(names)}.`, zh: `其模块为：${listed(names)}。` }
    )))
}

/** Blocks that only make sense where another setting names them too. */
function checkBlocksAmong({ parameters }: MethodSummary, spec: Spec): ErrorValue[] {
  const valueAt = (name: string): string[] => {
    const value = spec.method.params[name] ?? parameters[name]?.default
    return Array.isArray(value) ? value : []
  }
  return Object.entries(parameters).flatMap(([name, parameter]) => {
    if (parameter.kind !== 'blocks' || parameter.among === undefined) return []
    const among = valueAt(parameter.among)
    const others = parameters[parameter.among]?.label ?? { en: parameter.among, zh: parameter.among }
    const stray = among.length === 0 ? [] : valueAt(name).filter((block) => !among.includes(block))
    return stray.map((block) => problem(
      'block-not-among', `method.params.${name}`,
      { en: `“${block}” is among “${parameter.label.en}” and not among “${others.en}”.`,
        zh: `“${block}”在“${parameter.label.zh}”之中，却不在“${others.zh}”之中。` },
      { en: `Name it there too, or leave it out here; named there: ${listed(among)}.`, zh: `请在两处都指定它，或在此处去掉；另一处为：${listed(among)}。` }
    ))
  })
}

function checkTeachers({ needs }: MethodSummary, spec: Spec, facts: SpecFacts): ErrorValue[] {
  const [source, target] = [valueOf(facts.sourceModel), valueOf(facts.target)]
  return modelsIn(spec, facts).flatMap(([parameter, refs]) => {
    const field = `method.params.${parameter}`
    return refs.flatMap((ref, index) => {
      const found = facts.teachers?.get(ref)
      const model = valueOf(found)
      const unfit = model && unfitTeacher(model, { needs, source, target, earlier: [spec.source.model, ...refs.slice(0, index)] })
      return [...foundProblem(found, field), ...(unfit ? [problem(unfit.code, field, unfit.message, unfit.remedy)] : [])]
    })
  })
}

const ofTheTarget: readonly string[] = labelFreeScoreIds

/** What is wrong with the score that is to choose the best epoch. */
export function checkSelection({ needs, title }: MethodSummary, spec: Spec, facts: SpecFacts): ErrorValue[] {
  const { selection } = spec.training
  const [source, target] = [valueOf(facts.sourceData), valueOf(facts.target)]
  if (selection === 'source-validation' && (!needs.sourceData || source)) {
    const images = source && needs.sourceData && source.splits.validation?.perClass ? countOf(source, 'validation', sourceChoice(spec)) : 0
    if (images > 0) return []
    return [problem(
      'selection-impossible', 'training.selection',
      needs.sourceData
        ? { en: `The best epoch cannot be chosen by source validation: “${source!.name}” has no labelled validation images.`,
            zh: `无法按源验证准确率选择最佳轮次：“${source!.name}”没有带标签的验证图像。` }
        : { en: `The best epoch cannot be chosen by source validation: ${title.en} uses no source images.`,
            zh: `无法按源验证准确率选择最佳轮次：“${title.zh}”不使用源图像。` },
      { en: needs.sourceData ? 'Import the source data with a validation split, or choose another score.' : 'Choose another score, or automatic.',
        zh: needs.sourceData ? '请在导入源数据时划出验证部分，或选择其他评分。' : '请选择其他评分，或自动。' }
    )]
  }
  const { domain } = spec.target
  if (!ofTheTarget.includes(selection) || !target || domain === undefined || !target.domains?.includes(domain)) return []
  if (countOf(target, 'train', { only: domain }) + countOf(target, 'validation', { only: domain }) > 0) return []
  return [problem(
    'selection-impossible', 'training.selection',
    { en: `The best epoch cannot be chosen by a score of the target's images: “${domain}” has test images alone.`,
      zh: `无法按目标图像的评分选择最佳轮次：“${domain}”只有测试图像。` },
    { en: 'Choose source validation or the last epoch.', zh: '请选择源验证准确率或最后一轮。' }
  )]
}
