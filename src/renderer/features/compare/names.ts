import { settingValue, settingWords } from '../../../contract/arm-settings'
import type { MethodSummary } from '../../../contract/methods'
import type { Run } from '../../../contract/runs'
import type { Language } from '../../../contract/text'
import { differingSettings } from '../../../rules/studies/differing'
import { seedName, toldElsewhere } from '../../../rules/studies/names'
import { cutMiddle } from '../../shared/ui'

/** The longest name a chart has room for at a line's end. */
const longest = 26

type NamedRun = Pick<Run, 'id' | 'name'> & { spec?: Run['spec'] }

/** The method's title, where the run's name has it: a name that a person gave is theirs. */
function methodIn({ name, spec }: NamedRun, methods: readonly MethodSummary[], language: Language): string | undefined {
  const title = methods.find(({ id }) => id === spec?.method.id)?.title
  return title && (name.includes(title.en) || name.includes(title.zh)) ? title[language] : undefined
}

/** How many words all lists share, counted from their start. */
function sharedWords(lists: readonly (readonly string[])[]): number {
  const shortest = Math.min(...lists.map((words) => words.length))
  let count = 0
  while (count < shortest && lists.every((words) => words[count] === lists[0]?.[count])) count += 1
  return count
}

/**
 * What sets a run apart from the others of its method, by the specs: `0.1, seed 2` of runs that differ in their learning
 * rate and their seed. Undefined where the specs are not known, are the same, or differ in too much.
 */
function settingsApart(run: NamedRun, runs: readonly NamedRun[], methods: readonly MethodSummary[], language: Language): string | undefined {
  const alike = runs.filter((other) => other.spec !== undefined && other.spec.method.id === run.spec?.method.id)
  if (alike.length < 2) return undefined
  const specs = alike.map(({ spec }) => spec!)
  const method = methods.find(({ id }) => id === run.spec?.method.id)
  const settings = differingSettings(specs)[alike.indexOf(run)] ?? {}
  const values = Object.entries(settings).filter(([path]) => !toldElsewhere.includes(path))
    .map(([path, value]) => settingValue(path, value, method, language))
  // A name that tells nothing of them is a person's own.
  if (values.some((value) => !run.name.includes(value))) return undefined
  const apart = [...values, ...seedApart(run, alike, language)].join(language === 'zh' ? '，' : ', ')
  return apart === '' || apart.length > longest ? undefined : apart
}

/** The seed, where these runs have several. */
function seedApart({ spec }: NamedRun, alike: readonly NamedRun[], language: Language): string[] {
  const seeds = new Set(alike.map((run) => run.spec?.training.seed))
  return spec && seeds.size > 1 ? [seedName(spec.training.seed, language)] : []
}

/**
 * What each run is called where there is little room: its name without the words that all of them begin or end with
 * ("Fine-tuning on digits", "Linear probe on digits" → "Fine-tuning", "Linear probe"). Where that is still too long, the
 * method that the name tells of, with its seed where several have the same, or what sets its settings apart from those of
 * the other runs of its method ("0.1, 32"); else its middle is cut. Numbered where two would be the same.
 */
export function shortNames(runs: readonly NamedRun[], methods: readonly MethodSummary[] = [], language: Language = 'en'): Map<string, string> {
  const words = runs.map((run) => run.name.trim().split(/\s+/))
  const end = runs.length < 2 ? 0 : sharedWords(words.map((list) => [...list].reverse()))
  const start = runs.length < 2 ? 0 : sharedWords(words.map((list) => list.slice(0, list.length - end)))
  const strip = words.map((list) => list.slice(start, list.length - end).join(' ').replace(/[\s,;:·–-]+$/, ''))
  const whole = strip.some((name) => name === '')
  // What now begins a name begins it with a capital, as its first word did.
  const capital = (name: string): string => start === 0 ? name : name.charAt(0).toUpperCase() + name.slice(1)
  const short = whole ? runs.map((run) => run.name) : strip.map(capital)

  const methodName = (run: NamedRun): string | undefined => {
    const title = methodIn(run, methods, language)
    if (title === undefined) return undefined
    const alike = runs.filter((other) => methodIn(other, methods, language) === title)
    const full = [title, ...seedApart(run, alike, language)].join(language === 'zh' ? '，' : ', ')
    return cutMiddle(full, longest)
  }
  const methodNames = runs.map(methodName)
  const taken = new Map<string, number>()
  return new Map(runs.map((run, index) => {
    const name = short[index] ?? run.name
    const own = methodNames[index]
    const alone = own !== undefined && methodNames.filter((other) => other === own).length === 1
    const cut = name.length <= longest ? name : (alone ? own : settingsApart(run, runs, methods, language) ?? own) ?? cutMiddle(name, longest)
    const times = (taken.get(cut) ?? 0) + 1
    taken.set(cut, times)
    return [run.id, times === 1 ? cut : `${cut} (${times})`]
  }))
}

/** Values told under a column's name. */
const mostValues = 3
/** What stands elsewhere, or says nothing to a reader: a run as source is an id. */
const told: readonly string[] = [...toldElsewhere, 'source.model', 'device']

/** What sets each run's settings apart from the others': the values of the settings in which they differ, the seed last. */
export function differingValues(
  runs: readonly Run[], methods: readonly MethodSummary[], language: Language, blockName: (run: Run, block: string) => string = (_run, block) => block
): Map<string, string> {
  const settings = differingSettings(runs.map(({ spec }) => spec))
  return new Map(runs.map((run, index) => {
    const method = methods.find(({ id }) => id === run.spec.method.id)
    const values = Object.entries(settings[index] ?? {}).filter(([path]) => !told.includes(path))
      .map(([path, value]) => settingWords(path, value, method, language, { blockName: (block) => blockName(run, block) }))
    return [run.id, [...values.slice(0, mostValues), ...seedApart(run, runs, language)].join(language === 'zh' ? '，' : ', ')]
  }))
}
