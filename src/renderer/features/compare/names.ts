import type { MethodSummary } from '../../../contract/methods'
import type { Run } from '../../../contract/runs'
import type { Language } from '../../../contract/text'

/** The longest name a chart has room for at a line's end. */
const longest = 26

type NamedRun = Pick<Run, 'id' | 'name'> & { spec?: Pick<Run['spec'], 'method' | 'training'> }

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

/** A name's parts between commas without the words that the same part begins with in all runs of this run's method. */
function partsApart(run: NamedRun, runs: readonly NamedRun[]): string | undefined {
  const alike = runs.filter((other) => other.spec && other.spec.method.id === run.spec?.method.id)
  const partsOf = ({ name }: NamedRun): string[][] => name.split(' · ')[0]!.split(/,\s|，/).map((part) => part.trim().split(/\s+/))
  const all = alike.map(partsOf)
  if (all.length < 2 || all.some((parts) => parts.length !== all[0]!.length)) return undefined
  const apart = partsOf(run).map((words, index) => {
    const shared = sharedWords(all.map((parts) => parts[index]!))
    // A seed alone would be a number of nobody knows what.
    return (shared < words.length && /^(seed|种子)$/.test(words[0]!) ? words : words.slice(shared)).join(' ')
  }).filter(Boolean).join(', ')
  return apart === '' || apart.length > longest ? undefined : apart
}

/**
 * What each run is called where there is little room: its name without the words that all of them begin or end with
 * ("Fine-tuning on digits", "Linear probe on digits" → "Fine-tuning", "Linear probe"). Where that is still too long, what
 * sets it apart from the runs of its method ("Learning rate 0.1, batch size 32" → "0.1, 32"), or the method that the name
 * tells of, with its seed where several have the same; else it is cut with an ellipsis. Numbered where two would be the same.
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
    const alike = runs.filter((other) => methodIn(other, methods, language) === title).length > 1
    const seed = /(?:,\s*seed |，种子 )(\d+)/.exec(run.name)?.[1]
    const full = alike && seed !== undefined ? `${title}${language === 'zh' ? '，种子 ' : ', seed '}${seed}` : title
    return full.length > longest ? `${full.slice(0, longest - 1).trimEnd()}…` : full
  }
  const methodNames = runs.map(methodName)
  const taken = new Map<string, number>()
  return new Map(runs.map((run, index) => {
    const name = short[index] ?? run.name
    const own = methodNames[index]
    const alone = own !== undefined && methodNames.filter((other) => other === own).length === 1
    const cut = name.length <= longest ? name : (alone ? own : partsApart(run, runs) ?? own) ?? `${name.slice(0, longest - 1).trimEnd()}…`
    const times = (taken.get(cut) ?? 0) + 1
    taken.set(cut, times)
    return [run.id, times === 1 ? cut : `${cut} (${times})`]
  }))
}
