import { GraftError } from '../../contract/errors'
import type { MethodSummary } from '../../contract/methods'
import { problemsOf } from '../../contract/problems'
import type { Spec } from '../../contract/runs'
import { mostCandidates, studyFileSchema, type GridValue, type StudyFile } from '../../contract/studies'
import { parseSpec } from '../specs/check'
import { completeSpec, type SettingsShelf, type SpecDraft } from '../specs/complete'

/** Reads a study from its file. @throws GraftError (usage) that names the first field that does not fit */
export function parseStudy(value: unknown): StudyFile {
  const parsed = studyFileSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const [first, ...others] = problemsOf(parsed.error)
  if (!first) throw parsed.error
  const details = others.map(({ message }) => message.en).join('\n')
  throw GraftError.fromValue({ ...first, ...(details !== '' && { details }) })
}

/** Every combination of the grid's values. The last path varies fastest. */
export function combinations(grid: NonNullable<StudyFile['grid']>): Record<string, GridValue>[] {
  return Object.entries(grid).reduce<Record<string, GridValue>[]>(
    (rows, [path, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [path]: value }))), [{}]
  )
}

/**
 * The specs of a study, complete: the base with each combination of the grid put in, then the defaults of the method
 * (which the grid may choose too) and of the training. Seeds and twins come later.
 * @param shelf where it is given, training settings that the study leaves open are chosen by rule
 * @throws GraftError (usage) for a path or value that no spec has, and for a grid that is too large
 */
export function specsOfStudy(study: StudyFile, methods: readonly MethodSummary[], shelf?: SettingsShelf): Spec[] {
  const grid = study.grid ?? {}
  const count = Object.values(grid).reduce((product, values) => product * values.length, 1)
  if (count > mostCandidates) throw tooLarge(count)
  return combinations(grid).map((values) => {
    // A study is plain JSON; the Node of older Electrons, in which the window starts studies, has no structuredClone.
    const raw = JSON.parse(JSON.stringify({ training: {}, ...study.base })) as Tree
    for (const [path, value] of Object.entries(values)) put(raw, path, value)
    return completed(raw, methods, shelf)
  })
}

interface Tree { [name: string]: unknown }

/** Sets a value at a dotted path. The parsing that follows keeps only fields that the file's schema or a spec knows. */
function put(tree: Tree, path: string, value: unknown): void {
  const names = path.split('.')
  if (names.some((name) => name === '' || name === '__proto__')) throw badPath(path)
  let at = tree
  for (const name of names.slice(0, -1)) {
    const below = Object.hasOwn(at, name) ? at[name] : at[name] = {}
    if (typeof below !== 'object' || below === null || Array.isArray(below)) throw badPath(path)
    at = below as Tree
  }
  at[names.at(-1)!] = value
}

function completed(raw: Tree, methods: readonly MethodSummary[], shelf: SettingsShelf | undefined): Spec {
  // The values of the grid may not fit yet. The parsing that follows finds out.
  const draft = raw as unknown as SpecDraft
  return parseSpec(completeSpec(draft, methods.find(({ id }) => id === draft.method.id), shelf))
}

function badPath(path: string): GraftError {
  return new GraftError('unknown-field', {
    en: `The grid's "${path}" is no setting of a spec.`, zh: `网格中的“${path}”不是规格里的设置。`
  }, {
    field: `grid.${path}`, usage: true,
    remedy: { en: 'Write it like method.params.copied or training.learningRate.', zh: '请写成 method.params.copied 或 training.learningRate 的形式。' }
  })
}

function tooLarge(count: number): GraftError {
  return new GraftError('grid-too-large', {
    en: `The grid makes ${count} runs; a study takes at most ${mostCandidates}.`, zh: `该网格会产生 ${count} 次运行；一项研究最多 ${mostCandidates} 次。`
  }, { field: 'grid', usage: true, remedy: { en: 'Leave some values out.', zh: '请减少一些取值。' } })
}
