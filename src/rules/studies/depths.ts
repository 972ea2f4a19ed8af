import { GraftError } from '../../contract/errors'
import type { Run, Spec } from '../../contract/runs'
import type { ArmScore, DepthKind, DepthPoint } from '../../contract/studies'
import { keyOf } from './plan'

/**
 * The specs of a depth-of-transfer curve (Yosinski et al. 2014). Feature transfer copies the first 0, 1, 2 … blocks of
 * the source; the rest is new. `tuned` trains the copied blocks further, `frozen` keeps them as they are. With nothing
 * copied both are training from scratch.
 * @param blocks names of the source's blocks, starting at the image
 * @throws GraftError (usage) if the spec is no feature transfer
 */
export function depthSpecs(spec: Spec, blocks: readonly string[], kind: DepthKind): Spec[] {
  if (spec.method.id !== 'feature-transfer') throw otherMethod(spec.method.id)
  const { dataset: _, ...source } = spec.source
  const nothing: Spec = { ...spec, source, method: { id: 'scratch', params: {} } }
  const moved = (count: number, frozen: boolean): Spec => {
    const copied = blocks.slice(0, count)
    return { ...spec, method: { ...spec.method, params: { ...spec.method.params, copied, frozen: frozen ? copied : [] } } }
  }
  const kinds = kind === 'both' ? [false, true] : [kind === 'frozen']
  return [nothing, ...blocks.flatMap((_name, index) => kinds.map((frozen) => moved(index + 1, frozen)))]
}

/** The place of a spec on a depth-of-transfer curve; undefined if it has none. */
export function placeOf({ method }: Spec): { moved: readonly string[], kinds: readonly ('tuned' | 'frozen')[] } | undefined {
  if (method.id === 'scratch') return { moved: [], kinds: ['tuned', 'frozen'] }
  if (method.id !== 'feature-transfer') return undefined
  const { copied, frozen } = method.params
  if (!Array.isArray(copied) || !Array.isArray(frozen) || copied.length === 0) return undefined
  if (frozen.length === 0) return { moved: copied, kinds: ['tuned'] }
  return frozen.length === copied.length ? { moved: copied, kinds: ['frozen'] } : undefined
}

/**
 * The curve that the arms of a study draw, from nothing copied to everything. It is undefined if they differ in anything
 * but the copied blocks, or if fewer than two depths were tried.
 * @param arms one run of each arm, and the arm's score
 */
export function depthCurve(arms: readonly { run: Run, score: ArmScore }[]): DepthPoint[] | undefined {
  const points = new Map<string, DepthPoint>()
  const rest = new Set<string>()
  for (const { run, score } of arms) {
    const place = placeOf(run.spec)
    if (!place) return undefined
    const { method: _, chosen: ___, source: { dataset: __, ...source }, ...others } = run.spec
    rest.add(keyOf({ ...others, source, training: { ...others.training, seed: 0 } }))
    const key = place.moved.join(' ')
    const point = points.get(key) ?? { moved: [...place.moved] }
    points.set(key, { ...point, ...Object.fromEntries(place.kinds.map((kind) => [kind, score])) })
  }
  const curve = [...points.values()].sort((one, other) => one.moved.length - other.moved.length)
  const nested = curve.every(({ moved }, index) => index === 0 || curve[index - 1]!.moved.every((block, at) => moved[at] === block))
  const lengths = new Set(curve.map(({ moved }) => moved.length))
  if (rest.size !== 1 || !nested || lengths.size !== curve.length || curve.length < 2) return undefined
  // Training from scratch is a point of every line and has no line of its own.
  const kinds = (['tuned', 'frozen'] as const).filter((kind) => curve.some((point) => point.moved.length > 0 && point[kind]))
  if (kinds.length === 0) return undefined
  return curve.map(({ moved, ...scores }) => ({ moved, ...Object.fromEntries(kinds.flatMap((kind) => scores[kind] ? [[kind, scores[kind]]] : [])) }))
}

const otherMethod = (id: string): GraftError => new GraftError('depths-of-another-method', {
  en: `Depths are tried with feature transfer, not with ${id}.`, zh: `迁移深度需用特征迁移来尝试，而不是 ${id}。`
}, { usage: true, field: 'method.id', remedy: { en: 'Choose feature-transfer.', zh: '请选择 feature-transfer。' } })
