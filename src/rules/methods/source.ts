import type { ErrorValue } from '../../contract/errors'
import type { ArchitectureSummary, ModelRef, ModelSummary } from '../../contract/models'
import type { Spec } from '../../contract/runs'
import { foundProblem, listed, problem, valueOf, type SpecFacts } from '../facts'
import { archRef, idIn } from '../refs'

/** What is wrong with the source, whatever the method. */
export function checkSource(spec: Spec, facts: SpecFacts): ErrorValue[] {
  const model = valueOf(facts.sourceModel)
  return [
    ...foundProblem(facts.sourceModel, 'source.model'),
    ...foundProblem(facts.sourceData, 'source.dataset'),
    ...(model?.classifier ? [notANetwork(model.ref, model.classifier)] : []),
    ...checkArchitecture(spec, facts)
  ]
}

function checkArchitecture(spec: Spec, facts: SpecFacts): ErrorValue[] {
  const id = idIn('arch', spec.source.model)
  if (id === undefined) return []
  const architecture = facts.architectures.find((known) => known.id === id)
  const shape = valueOf(facts.target)?.shape
  if (architecture) return shape ? tooSmallFor(architecture, shape, facts, 'source.model') : []
  const known = listed(facts.architectures.map((other) => archRef(other.id)))
  return [problem(
    'unknown-architecture', 'source.model',
    { en: `There is no architecture “${id}”.`, zh: `没有名为“${id}”的网络结构。` },
    { en: `Choose one of ${known}.`, zh: `请从以下结构中选择：${known}。` }
  )]
}

/** What is wrong where an architecture's layers would leave nothing of images of this shape. */
export function tooSmallFor(
  architecture: Pick<ArchitectureSummary, 'title' | 'smallestSide'>, [height, width]: readonly number[], { architectures }: SpecFacts, field: string
): ErrorValue[] {
  const side = Math.min(height ?? 0, width ?? 0)
  if (side >= (architecture.smallestSide ?? 1)) return []
  const fitting = listed(architectures.filter(({ smallestSide = 1 }) => side >= smallestSide).map(({ id }) => id))
  const size = `${height}×${width}`
  return [problem(
    'image-too-small', field,
    { en: `Images of ${size} are too small for ${architecture.title.en}, which takes ${architecture.smallestSide}×${architecture.smallestSide} or larger.`,
      zh: `${size} 的图像对 ${architecture.title.zh} 来说太小，它需要 ${architecture.smallestSide}×${architecture.smallestSide} 或更大的图像。` },
    { en: `Use larger images, or one of ${fitting}.`, zh: `请使用更大的图像，或选择以下结构之一：${fitting}。` }
  )]
}

/** Why a model that another classifier answers for is no source: its network's head was never trained. */
export const notANetwork = (ref: ModelRef, { title }: NonNullable<ModelSummary['classifier']>): ErrorValue => problem(
  'classifier-not-network', 'source.model',
  { en: `${ref} answers with a classifier of another kind (${title.en}): there is no trained network to take over.`,
    zh: `${ref} 由另一种分类器（${title.zh}）作答：没有可沿用的训练好的网络。` },
  { en: 'Choose the model that it was made from.', zh: '请选择它所基于的模型。' }
)
