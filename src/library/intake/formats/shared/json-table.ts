type Scalar = string | number | boolean
/** Columns beyond so many cells are not made: objects that each have keys of their own would fill the memory. */
const mostCells = 20_000_000

const isScalar = (value: unknown): value is Scalar => ['string', 'number', 'boolean'].includes(typeof value)
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * JSON that lists pictures, as a header and rows; undefined for what does not. Objects one on each line; an array of
 * objects or of pairs; pictures by name (`{ "1.jpg": "cat" }`); lists of names by class; COCO's annotations; FiftyOne's
 * labels; Label Studio's and Create ML's tasks.
 */
export function jsonTable(text: string): string[][] | undefined {
  if (!/^\ufeff?\s*[[{]/.test(text)) return undefined
  const value = parsed(text.replace(/^\ufeff/, ''))
  if (value !== undefined) return rowsOf(value)
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/).filter((line) => line.trim() !== '').map(parsed)
  return lines.every(isObject) ? ofObjects(lines) : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function rowsOf(value: unknown, depth = 0): string[][] | undefined {
  if (Array.isArray(value)) return ofArray(value)
  if (!isObject(value)) return undefined
  const known = ofCoco(value) ?? ofFiftyOne(value)
  if (known) return known
  const entries = Object.entries(value)
  const lists = entries.filter(([, entry]) => Array.isArray(entry) && entry.length > 0)
  // `{ "labels": [["a.png", 0], …] }`: one list of rows beside other facts.
  const rows = lists.flatMap(([, list]) => rowsOf(list, 1) ?? [])
  if (depth === 0 && lists.length === 1 && rows.length > 0) return rows
  if (entries.length < 2) return entries.every(([, entry]) => isObject(entry) || isScalar(entry)) && entries.length > 0 ? ofObjects([value]) : undefined
  if (entries.every(([, entry]) => isScalar(entry))) return [['file', 'label'], ...entries.map(([name, entry]) => [name, cellOf(entry)])]
  if (entries.every(([, entry]) => Array.isArray(entry) && entry.every((name) => typeof name === 'string'))) {
    return [['file', 'label'], ...entries.flatMap(([name, files]) => (files as string[]).map((file) => [file, name]))]
  }
  if (!entries.every(([, entry]) => isObject(entry))) return undefined
  const [header, ...cells] = ofObjects(entries.map(([, entry]) => entry as Record<string, unknown>))
  return [['file', ...header!], ...cells.map((row, index) => [entries[index]![0], ...row])]
}

function ofArray(list: readonly unknown[]): string[][] | undefined {
  if (list.length === 0) return undefined
  if (list.every(isObject)) return ofTasks(list) ?? ofObjects(list)
  const isPair = (entry: unknown): entry is [string, Scalar] => Array.isArray(entry) && entry.length === 2 && typeof entry[0] === 'string' && isScalar(entry[1])
  return list.every(isPair) ? [['file', 'label'], ...list.map(([file, label]) => [file.trim(), cellOf(label)])] : undefined
}

function ofObjects(objects: readonly Record<string, unknown>[]): string[][] {
  const keys = [...new Set(objects.slice(0, 1000).flatMap((object) => Object.keys(object)))].slice(0, Math.max(1, Math.floor(mostCells / objects.length)))
  return [keys, ...objects.map((object) => keys.map((key) => cellOf(object[key])))]
}

/** Pictures with the names of the categories that are marked in each (COCO's data format): several where there are several. */
function ofCoco({ images, annotations, categories }: Record<string, unknown>): string[][] | undefined {
  if (![images, annotations, categories].every((list) => Array.isArray(list) && list.every(isObject))) return undefined
  const names = new Map((categories as Record<string, unknown>[]).map(({ id, name }) => [id, cellOf(name)]))
  const found = new Map<unknown, Set<string>>()
  for (const { image_id: image, category_id: category } of annotations as Record<string, unknown>[]) {
    const name = names.get(category)
    if (name !== undefined) found.set(image, (found.get(image) ?? new Set()).add(name))
  }
  return [['file_name', 'label'], ...(images as Record<string, unknown>[]).map(({ id, file_name: file }) => [cellOf(file), [...found.get(id) ?? []].join('|')])]
}

/**
 * Pictures with the choices that were made for each (Label Studio: `data.image`, `annotations[].result[].value.choices`), or
 * with the labels of what is marked in each (Create ML: `image`, `annotations[].label`): several where there are several.
 */
function ofTasks(tasks: readonly Record<string, unknown>[]): string[][] | undefined {
  const listOf = (value: unknown): Record<string, unknown>[] => Array.isArray(value) ? value.filter(isObject) : []
  const rows: string[][] = []
  for (const task of tasks) {
    if (!Array.isArray(task.annotations)) return undefined
    const fields = isObject(task.data) ? Object.values(task.data) : [task.image, task.imagefilename, task.file_name]
    const file = fields.find((field): field is string => typeof field === 'string' && /\.[a-z\d]{3,4}([?#].*)?$/i.test(field.trim()))
    if (file === undefined) return undefined
    const annotations = listOf(task.annotations).filter(({ was_cancelled: isCancelled }) => isCancelled !== true)
    const results = annotations.flatMap(({ result }) => listOf(result))
    const choices = results.flatMap(({ value }) => isObject(value) && Array.isArray(value.choices) ? value.choices as unknown[] : [])
    const labels = [...choices, ...annotations.map(({ label }) => label)].filter(isScalar).map((label) => cellOf(label))
    rows.push([file.trim(), [...new Set(labels)].join('|')])
  }
  return rows.some(([, label]) => label !== '') ? [['file', 'label'], ...rows] : undefined
}

/** A class or its number for each picture, by its name without extension, beside the names of the classes (FiftyOne's export). */
function ofFiftyOne({ classes, labels }: Record<string, unknown>): string[][] | undefined {
  if (!isObject(labels) || !Array.isArray(classes) || !classes.every(isScalar)) return undefined
  const entries = Object.entries(labels)
  if (entries.length === 0 || !entries.every(([, label]) => label === null || isScalar(label))) return undefined
  return [['file', 'label'], ...entries.map(([file, label]) => [file.trim(), cellOf(typeof label === 'number' ? classes[label] ?? label : label)])]
}

function cellOf(value: unknown, depth = 0): string {
  if (typeof value === 'string') return value.trim()
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return Array.isArray(value) && depth < 4 ? value.map((each) => cellOf(each, depth + 1)).join('|') : ''
}
