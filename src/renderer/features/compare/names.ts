import type { Run } from '../../../contract/runs'

/** The longest name a chart has room for at a line's end. */
const longest = 26

/** How many words all lists share, counted from their start. */
function sharedWords(lists: readonly (readonly string[])[]): number {
  const shortest = Math.min(...lists.map((words) => words.length))
  let count = 0
  while (count < shortest && lists.every((words) => words[count] === lists[0]?.[count])) count += 1
  return count
}

/**
 * What each run is called where there is little room: its name without the words that all of them begin or end with
 * ("Fine-tuning on digits", "Linear probe on digits" → "Fine-tuning", "Linear probe"), cut with an ellipsis where it
 * is still too long, numbered where two would be the same.
 */
export function shortNames(runs: readonly Pick<Run, 'id' | 'name'>[]): Map<string, string> {
  const words = runs.map((run) => run.name.trim().split(/\s+/))
  const end = runs.length < 2 ? 0 : sharedWords(words.map((list) => [...list].reverse()))
  const start = runs.length < 2 ? 0 : sharedWords(words.map((list) => list.slice(0, list.length - end)))
  const strip = words.map((list) => list.slice(start, list.length - end).join(' ').replace(/[\s,;:·–-]+$/, ''))
  const whole = strip.some((name) => name === '')
  // What now begins a name begins it with a capital, as its first word did.
  const capital = (name: string): string => start === 0 ? name : name.charAt(0).toUpperCase() + name.slice(1)
  const short = whole ? runs.map((run) => run.name) : strip.map(capital)

  const taken = new Map<string, number>()
  return new Map(runs.map((run, index) => {
    const name = short[index] ?? run.name
    const cut = name.length > longest ? `${name.slice(0, longest - 1).trimEnd()}…` : name
    const times = (taken.get(cut) ?? 0) + 1
    taken.set(cut, times)
    return [run.id, times === 1 ? cut : `${cut} (${times})`]
  }))
}
