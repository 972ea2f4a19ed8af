/** One thing to choose in UiPicker or UiCombobox. */
export interface PickerOption {
  value: string
  label: string
  /** A second line. */
  description?: string | undefined
  group?: string
  /** Why it cannot be chosen; shown with it. */
  disabledReason?: string
  /** More words that find it. */
  keywords?: string
  /** Choosing it changes something: of equally good ones it comes after those that only lead somewhere. */
  changes?: boolean
}

/** The options that hold every word of the query: those called just so first, then those whose name begins so or has it, then those whose other words do. */
export function matchingOptions<Option extends PickerOption>(options: readonly Option[], query: string): Option[] {
  const words = query.normalize('NFKC').toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return [...options]
  const plain = (text: string): string => text.normalize('NFKC').toLowerCase()
  const holds = (text: string): boolean => words.every((word) => text.includes(word))
  const rankOf = ({ label, description, group, keywords }: Option): number => {
    const name = plain(label)
    if (name === words.join(' ')) return 0
    if (name.startsWith(words.join(' '))) return 1
    if (holds(name)) return 2
    return holds(plain([label, description, group, keywords].join(' '))) ? 3 : 4
  }
  return options.map((option) => ({ option, rank: rankOf(option) })).filter(({ rank }) => rank < 4)
    .sort((one, other) => one.rank - other.rank || Number(one.option.changes ?? false) - Number(other.option.changes ?? false)).map(({ option }) => option)
}

/** Options under their groups, in order of first appearance. */
export function groupedOptions<Option extends PickerOption>(options: readonly Option[]): { group: string, options: Option[] }[] {
  const groups = new Map<string, Option[]>()
  for (const option of options) {
    const group = option.group ?? ''
    const list = groups.get(group)
    if (list) list.push(option)
    else groups.set(group, [option])
  }
  return [...groups].map(([group, list]) => ({ group, options: list }))
}
