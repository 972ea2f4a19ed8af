/** One thing to choose in UiPicker or UiCombobox. */
export interface PickerOption {
  value: string
  label: string
  /** A second line. */
  description?: string
  group?: string
  /** Why it cannot be chosen; shown with it. */
  disabledReason?: string
  /** More words that find it. */
  keywords?: string
}

/** The options that hold every word of the query, in their order. */
export function matchingOptions<Option extends PickerOption>(options: readonly Option[], query: string): Option[] {
  const words = query.normalize('NFKC').toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return [...options]
  return options.filter((option) => {
    const text = [option.label, option.description, option.group, option.keywords].join(' ').normalize('NFKC').toLowerCase()
    return words.every((word) => text.includes(word))
  })
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
