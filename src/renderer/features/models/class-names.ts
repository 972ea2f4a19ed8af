import { z } from 'zod'

const listSchema = z.array(z.union([z.string(), z.number()]))
/** Keras' `imagenet_class_index.json` gives each index an identifier and a name; others only a name. */
const indexSchema = z.record(z.string().regex(/^\d+$/), z.union([z.string(), z.tuple([z.string(), z.string()])]))

/**
 * Class names as people have them: one per line; on one line with commas between; a JSON list; or a JSON object from the index of
 * the output to its name. Empty lines count for nothing.
 */
export function parseClassNames(text: string): string[] {
  return (fromJson(text) ?? fromLines(text)).map((name) => name.trim()).filter((name) => name !== '')
}

function fromLines(text: string): string[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  return lines.length === 1 ? lines[0]!.split(',') : lines
}

function fromJson(text: string): string[] | undefined {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    return undefined
  }
  const list = listSchema.safeParse(content)
  if (list.success) return list.data.map(String)
  const index = indexSchema.safeParse(content)
  if (!index.success) return undefined
  return Object.entries(index.data).sort(([first], [second]) => Number(first) - Number(second))
    .map(([, name]) => typeof name === 'string' ? name : name[1])
}

/** The names that are there more than once, each once. */
export function repeatedNames(names: readonly string[]): string[] {
  const seen = new Set<string>()
  return [...new Set(names.filter((name) => seen.size === seen.add(name).size))]
}
