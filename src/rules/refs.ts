import { modelRefSchema, type ModelRef, type ModelRefKind } from '../contract/refs'

/** The parts of a reference. */
interface ParsedRef { kind: ModelRefKind, id: string }

export function parseRef(ref: ModelRef): ParsedRef {
  const colon = ref.indexOf(':')
  return { kind: ref.slice(0, colon) as ModelRefKind, id: ref.slice(colon + 1) }
}

/** A text that came from outside as a reference; undefined where it is none. */
export function readRef(text: unknown): ModelRef | undefined {
  const parsed = modelRefSchema.safeParse(text)
  return parsed.success ? parsed.data : undefined
}

/** Fresh weights in an architecture. */
export const archRef = (id: string): ModelRef => `arch:${id}`
/** An imported model. */
export const importedRef = (id: string): ModelRef => `model:${id}`
/** What a saved run learned. */
export const runRef = (id: string): ModelRef => `run:${id}`

/** Whether it names an architecture, whose weights are fresh: nothing was learned yet. */
export const isFresh = (ref: ModelRef): boolean => parseRef(ref).kind === 'arch'

/** Whether it names a model that has learned something: an import, or what a run learned. */
export const isTrained = (ref: ModelRef | null | undefined): ref is ModelRef => ref !== null && ref !== undefined && !isFresh(ref)

/** The id, where the reference is of that kind. */
export function idIn(kind: ModelRefKind, ref: ModelRef | null | undefined): string | undefined {
  if (ref === null || ref === undefined) return undefined
  const parsed = parseRef(ref)
  return parsed.kind === kind ? parsed.id : undefined
}
