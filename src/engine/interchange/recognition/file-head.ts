import type { Remark } from '../../../contract/models'
import { blockOutputSize, type Size } from '../../network/shapes'
import type { NetworkDefinition } from '../../network/definition'
import type { ModelFile } from '../shared/model-format'
import type { Candidate } from './candidate'
import type { FileLayer, NamedTensor } from './file-layers'
import { denseOf, headOfLayers, headOfSteps, type HeadLayer } from './heads'

/** What answers in a file, layer by layer, if anything of it does; and what a person should know of it. */
interface FileHead { head?: HeadLayer[], remarks: Remark[] }

/** How many logits a head gives. */
export function unitsOf(head: readonly HeadLayer[]): number {
  const last = head.at(-1)?.layer
  return last?.kind === 'dense' ? last.units : 0
}

/**
 * The head behind a backbone that was recognised.
 * @param definition the network, cut where the file ends before it
 * @param rest tensors that are no weights of layers
 * @param given class names that the person gives
 */
export function headOf(
  candidate: Candidate, definition: NetworkDefinition, file: ModelFile, layers: ReadonlyMap<string, FileLayer>, rest: readonly NamedTensor[],
  given: readonly string[] | undefined
): FileHead {
  const { naming, head: named, layers: backbone, prefix } = candidate
  if (candidate.missing.length > 0 && !naming.graph?.head?.length) return { remarks: [] }
  const features = featureLength(definition)
  const alone = named && singleHead(named, file)
  const steps = naming.graph?.head
  if (steps && steps.length + (naming.graph?.odd ? 1 : 0) > 0) {
    const { odd } = naming.graph!
    if (odd) return { remarks: [leftOut(odd.name, odd.operator)] }
    const found = alone ?? headOfSteps(steps, layers, file.layout)
    return found && (alone || leads(found, features, file)) ? told(found, file) : { remarks: [leftOut(steps[0]!.name, steps[0]!.operator)] }
  }
  if (naming.graph && file.steps) return { remarks: [] }
  const used = new Set(backbone.flatMap(({ fileLayer }) => fileLayer ? [fileLayer.name] : []))
  const left = [...layers.values()].filter(({ name }) => !used.has(name) || name === named?.name)
  const within = left.filter(({ name }) => name.startsWith(prefix))
  const found = headOfLayers(within, features, file.layout, named, prefix) ?? headOfLayers(left, features, file.layout, named, prefix) ?? alone
  if (!found) {
    const dense = left.filter((layer) => denseOf(layer, file.layout))
    return { remarks: dense.length > 0 ? [leftOut(dense.map(({ name }) => name).slice(0, 5).join(', '), undefined)] : [] }
  }
  const units = unitsOf(found)
  const names = given ?? file.hints.classes
  if (names?.length !== units && isContrastive(found, features, [...layers.keys(), ...rest.map(({ name }) => name)])) {
    return { remarks: [projection(found)] }
  }
  const { head, remarks } = told(found, file)
  const activations = found.some(({ layer }) => layer.kind === 'relu')
  return { head: head!, remarks: [...remarks, ...(activations ? [assumedActivations] : [])] }
}

function singleHead(fileLayer: FileLayer, file: ModelFile): HeadLayer[] | undefined {
  const dense = denseOf(fileLayer, file.layout)
  return dense && [{ layer: { kind: 'dense', name: 'dense', units: dense.units, bias: true }, fileLayer }]
}

const featureLength = ({ blocks, input }: NetworkDefinition): number =>
  blocks.reduce<Size>((size, block) => blockOutputSize(block, size), input).reduce((product, length) => product * length, 1)

/** Whether each layer takes what the one before gives. */
function leads(head: readonly HeadLayer[], features: number, { layout }: ModelFile): boolean {
  let length = features
  return head.every(({ layer, fileLayer }) => {
    if (layer.kind === 'batch-normalisation') return fileLayer?.weights.get('mean')?.shape[0] === length
    if (layer.kind !== 'dense') return true
    const fits = fileLayer && denseOf(fileLayer, layout)?.inputs === length
    length = layer.units
    return fits
  })
}

/** Whether a head maps features for a loss between pictures, as SimCLR and MoCo do: it tells no classes. */
function isContrastive(head: readonly HeadLayer[], features: number, names: readonly string[]): boolean {
  if (names.some((name) => /(^|[./])(queue(_ptr)?|encoder_k|momentum_encoder)([./]|$)/.test(name))) return true
  const [first, second] = head.flatMap(({ layer }) => layer.kind === 'dense' ? [layer.units] : [])
  const units = unitsOf(head)
  return second !== undefined && first === features && units >= 32 && Number.isInteger(Math.log2(units))
}

function told(head: HeadLayer[], file: ModelFile): FileHead {
  const units = unitsOf(head)
  const remarks: Remark[] = []
  const widths = head.flatMap(({ layer }) => layer.kind === 'dense' ? [layer.units] : [])
  if (widths.length > 1) {
    remarks.push({ about: 'read', text: {
      en: `Its head has ${widths.length} dense layers (${widths.join(', ')} units); all of them are kept.`,
      zh: `其分类头有 ${widths.length} 个全连接层（${widths.join('、')} 个单元），全部保留。`
    } })
  }
  if (units === 1) {
    remarks.push({ about: 'read', text: {
      en: 'Its one output is the probability p of the second class; the first has 1 − p.', zh: '其唯一的输出是第二个类别的概率 p；第一个类别为 1 − p。'
    } })
  } else if (/sigmoid/i.test(file.steps?.findLast(({ kind }) => kind === 'softmax')?.operator ?? '')) {
    // Of those in the graph the last is the output's; others weigh channels, as in squeeze and excitation.
    remarks.push({ about: 'assumed', text: {
      en: `Its ${units} outputs are sigmoids, each for itself. Graft takes exactly one class to be right for a picture, and reads them as a softmax.`,
      zh: `其 ${units} 个输出各为独立的 sigmoid。Graft 假定每张图像恰有一个正确类别，按 softmax 读取。`
    } })
  }
  return { head, remarks }
}

const assumedActivations: Remark = { about: 'assumed', text: {
  en: 'The file holds the head\'s weights and not what lies between them: ReLU, as is usual.', zh: '文件只有分类头的权重，未注明其间的激活函数：按惯例取 ReLU。'
} }

const leftOut = (name: string, operator: string | undefined): Remark => ({ about: 'left-out', text: {
  en: `What comes after the backbone is left out: ${name}${operator === undefined ? ' does not lead from its features to classes in an order that Graft can tell' : ` (${operator}) is in no head that Graft has`}. A transfer makes a new head.`,
  zh: `骨干网络之后的部分不导入：${name}${operator === undefined ? ' 无法按可知的顺序由特征得到类别' : `（${operator}）不属于 Graft 支持的分类头`}。迁移时会生成新的分类头。`
} })

const projection = (head: readonly HeadLayer[]): Remark => ({ about: 'left-out', text: {
  en: `${head[0]!.fileLayer!.name} and what follows it is taken for the projection of self-supervised training (${unitsOf(head)} outputs), which tells no classes, and left out. If they are classes, give their names.`,
  zh: `${head[0]!.fileLayer!.name} 及其后各层视为自监督训练的投影头（${unitsOf(head)} 个输出），不区分类别，不导入。如果它们是类别，请给出名称。`
} })
