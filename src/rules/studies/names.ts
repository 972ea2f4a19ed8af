import { settingWords } from '../../contract/arm-settings'
import type { MethodSummary } from '../../contract/methods'
import type { Run, Spec } from '../../contract/runs'
import type { Language } from '../../contract/text'
import { placeOf } from './depths'
import { differingSettings } from './differing'
import type { PlannedRun } from './plan'

interface Naming {
  methods: readonly MethodSummary[]
  /** The language of the person who starts the study. */
  language: Language
  /** The name that the person gave to its candidates. */
  name?: string | undefined
}

/** Settings that a name tells otherwise: the method is its first word, the target's name follows. */
export const toldElsewhere: readonly string[] = ['method.id', 'target.dataset', 'target.domain']
const ofDepth = ['method.id', 'method.params.copied', 'method.params.frozen']

/**
 * The names of a study's runs. A candidate is named by what sets it apart and by its target, such as
 * `Learning rate 0.01, seed 2 · Digits`. A twin is named by its method and by what sets it apart from other twins of its
 * kind. If the person named the candidates, that name comes first, in place of the target.
 */
export function namerOf(planned: readonly PlannedRun[], { methods, language, name }: Naming): (run: PlannedRun, names: Run['names']) => string {
  const settings = new Map([...new Set(planned.map(({ role }) => role))].flatMap((role) => {
    const runs = planned.filter((run) => run.role === role)
    const differing = differingSettings(runs.map(({ spec }) => spec))
    return runs.map(({ key }, index) => [key, differing[index] ?? {}] as const)
  }))
  const candidates = planned.filter(({ role }) => role === 'candidate')
  const paths = new Set(candidates.flatMap(({ key }) => Object.keys(settings.get(key) ?? {})))
  const deep = areDepths(candidates.map(({ spec }) => spec), paths)
  const seeds = new Set(candidates.map(({ spec }) => spec.training.seed)).size > 1
  const zh = language === 'zh'

  return ({ key, role, spec }, names) => {
    const method = methods.find(({ id }) => id === spec.method.id)
    const title = method?.title[language] ?? names.method
    const given = role === 'candidate' ? name : undefined
    const depth = role === 'candidate' && deep ? placeOf(spec) : undefined
    const varied = Object.entries(settings.get(key) ?? {}).filter(([path]) => !toldElsewhere.includes(path))
    const wordsOf = ([path, value]: [string, unknown]): string => path === 'source.model' ? names.source
      : varied.length > 1 && !path.startsWith('target.') ? keyWords(path, value) : settingWords(path, value, method, language)
    const words = depth ? depthWords(depth, language) : varied.map(wordsOf)
    const first = given ?? (words.length === 0 || (paths.has('method.id') && !depth) || role !== 'candidate' ? title : undefined)
    const own = given !== undefined && paths.has('method.id') && !depth ? [title] : []
    const seed = seeds ? [seedName(spec.training.seed, language)] : []
    const parts = [...(first === undefined ? [] : [first]), ...own, ...words, ...seed]
    const text = parts.map((part, index) => index === 0 ? part : within(part)).join(zh ? '，' : ', ')
    return given === undefined ? `${text} · ${names.target}` : text
  }
}

/** Several settings by the grid's keys (`headFactor 10`), so that they fit into the two lines that a name has. */
const keyWords = (path: string, value: unknown): string =>
  `${path.split('.').at(-1)!} ${Array.isArray(value) ? value.join('+') || '–' : String(value)}`

/** The seed as part of a name. */
export const seedName = (seed: number, language: Language): string => language === 'zh' ? `种子 ${seed}` : `seed ${seed}`

/** The place on a depth-of-transfer curve; nothing where no block is copied. */
export function depthWords({ moved, kinds }: NonNullable<ReturnType<typeof placeOf>>, language: Language): string[] {
  if (moved.length === 0) return []
  const frozen = kinds.includes('frozen')
  return language === 'zh' ? [`深度 ${moved.length}`, frozen ? '冻结' : '微调'] : [`Depth ${moved.length}`, frozen ? 'frozen' : 'tuned']
}

/** Whether the specs copy the first 0, 1, 2 … blocks and differ in nothing else. */
function areDepths(specs: readonly Spec[], paths: ReadonlySet<string>): boolean {
  const moved = specs.map((spec) => placeOf(spec)?.moved)
  const longest = moved.reduce((most, blocks) => (blocks?.length ?? 0) > (most?.length ?? 0) ? blocks : most, undefined)
  return longest !== undefined && [...paths].every((path) => ofDepth.includes(path)) && new Set(moved.map((blocks) => blocks?.length)).size > 1
    && moved.every((blocks) => blocks?.every((block, index) => block === longest[index]))
}

/** A label inside a name: it loses its first capital, unless it is an abbreviation. */
const within = (part: string): string => /^[A-Z][a-z]/.test(part) ? part.charAt(0).toLowerCase() + part.slice(1) : part
