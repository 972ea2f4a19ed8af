import { GraftError } from '../../../contract/errors'
import { architectures, definitionOf, type Architecture } from '../../architectures'
import { weightShapes } from '../../network/shapes'
import type { ModelFile } from '../shared/model-format'
import type { Candidate } from './candidate'
import { familyOf } from './families'

interface Asked { sized: boolean, named: string | undefined }

/** Says which network is nearest, what of it fits and what does not. */
export function notRecognised(path: string, file: ModelFile, candidates: readonly Candidate[], { sized, named }: Asked): GraftError {
  const known = architectures.map(({ id }) => id).join(', ')
  const [closest] = [...candidates].sort((first, second) => rank(second) - rank(first))
  const remedy = {
    en: `Save it as ONNX: that says how its layers follow one another, so that one of Graft's networks is recognised, and any other works as a frozen extractor of features. Or start from one that Graft has: ${known}.`,
    zh: `请另存为 ONNX：其中写明各层的先后，Graft 支持的网络即可识别，其他网络可作为冻结的特征提取器。或改用 Graft 支持的网络：${known}。`
  }
  const family = familyOf(file)
  const looks = family === undefined ? { en: '', zh: '' } : { en: ` By its names it is ${family}.`, zh: `从名称看，它是 ${family}。` }
  if (!closest) {
    const { architecture, fits, size } = nearest(file, named)
    const names = [...file.tensors.keys()].slice(0, 3).join(', ')
    return new GraftError('architecture-not-recognised', {
      en: `${path} holds ${file.tensors.size} tensors (${names} …) of no architecture that Graft knows; the nearest, ${architecture.id}, has weights of the same shape for ${fits} of its ${size}, but its first layer is not there.${looks.en}`,
      zh: `${path} 含有 ${file.tensors.size} 个张量（${names} 等），不属于 Graft 支持的任何结构；最接近的 ${architecture.id} 的 ${size} 个权重中有 ${fits} 个形状相同，但缺少其第一层。${looks.zh}`
    }, { field: 'architecture', remedy, details: stemText(architecture, file) })
  }
  const reasons = reasonsOf(closest)
  const fitting = `${closest.matches.length} / ${closest.size}`
  return new GraftError(sized && closest.misfits.length > 0 ? 'size-misfit' : 'architecture-not-recognised', {
    en: `${path} is no network that Graft knows; the closest, ${closest.architecture}, fits in ${fitting} weights: ${reasons[0]!}.${looks.en}`,
    zh: `${path} 不是 Graft 支持的网络；最接近的 ${closest.architecture} 有 ${fitting} 个权重相符：${reasons[0]!}。${looks.zh}`
  }, { field: 'architecture', remedy, details: [...reasons.slice(0, 50), ...fitsOf(closest)].join('\n') })
}

const rank = ({ matches, size, misfits, strangers }: Candidate): number => matches.length / size - 0.1 * Math.min(5, misfits.length + strangers.length)

function reasonsOf({ misfits, strangers, missing, naming, architecture }: Candidate): string[] {
  return [
    ...misfits.map(({ name, found, wanted }) => wanted === '–' ? `${name} (${found}) has no place in it` : `${name} is ${found}, not ${wanted}`),
    ...strangers.map(({ name }) => `${name} has no place in it`),
    ...missing.map(({ block, layer }) => `${naming.layer(block, layer.name, architecture) ?? `${block}.${layer.name}`} is missing`)
  ]
}

const fitsOf = ({ matches }: Candidate): string[] => [
  ...matches.slice(0, 30).map(({ weight, tensor }) => `${tensor.name} fits as ${weight.name}`),
  ...(matches.length > 30 ? [`… and ${matches.length - 30} more fit`] : [])
]

/** The architecture that shares the most shapes with a file, whatever lies where; the numbers of a shape count once, in any order. */
function nearest(file: ModelFile, named: string | undefined): { architecture: Architecture, fits: number, size: number } {
  const shapeOf = (shape: readonly number[]): string => [...shape].sort((first, second) => first - second).join('×')
  const found = architectures.filter(({ id }) => named === undefined || id === named).map((architecture) => {
    const left = new Map<string, number>()
    for (const { shape } of file.tensors.values()) left.set(shapeOf(shape), (left.get(shapeOf(shape)) ?? 0) + 1)
    const shapes = weightShapes(definitionOf(architecture, architecture.defaultInput, ['0', '1']))
    const fits = shapes.filter(({ shape }) => {
      const count = left.get(shapeOf(shape)) ?? 0
      left.set(shapeOf(shape), count - 1)
      return count > 0
    }).length
    return { architecture, fits, size: shapes.length }
  })
  return found.sort((first, second) => second.fits / second.size - first.fits / first.size)[0]!
}

function stemText(architecture: Architecture, file: ModelFile): string {
  const stem = weightShapes(definitionOf(architecture, architecture.defaultInput, ['0', '1']))[0]!
  const first = [...file.tensors].find(([, { shape }]) => shape.length === stem.shape.length)
  return `${architecture.id} begins with a ${stem.layer.kind} of ${stem.shape.join('×')}; the file with ${first ? `${first[0]} of ${first[1].shape.join('×')}` : 'nothing of the kind'}.`
}
