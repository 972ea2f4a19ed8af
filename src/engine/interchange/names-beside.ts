import * as fs from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'

const longest = 4 << 20
const texts = z.array(z.string().min(1)).min(2)
const byName = z.record(z.string(), z.int().min(0))
const byNumber = z.record(z.string().regex(/^\d+$/), z.string().min(1))
const configSchema = z.looseObject({
  id2label: z.unknown().optional(), labels: z.unknown().optional(), label_names: z.unknown().optional(),
  classes: z.unknown().optional()
})

/** Files in which programs leave class names beside a model: Teachable Machine, Hugging Face, timm, and what people call them. */
const names = [
  'metadata.json', 'labels.txt', 'config.json', 'class_names.txt', 'classes.txt', 'class_names.json', 'classes.json', 'class_to_idx.json',
  'class_indices.json', 'labels.json', 'id2label.json'
]

/**
 * The names of so many classes from a file beside a model, and which file says them; undefined where none does.
 * @param path the model, or the folder that is one
 */
export async function namesBeside(path: string, count: number): Promise<{ file: string, names: string[] } | undefined> {
  if (count < 2) return undefined
  const folder = (await fs.stat(path)).isDirectory() ? path : dirname(path)
  const there = new Set(await fs.readdir(folder).catch(() => []))
  for (const file of names.filter((name) => there.has(name) && name !== basename(path))) {
    const found = await namesOf(join(folder, file)).catch(() => undefined)
    if (found?.length === count && new Set(found).size === count) return { file, names: found }
  }
  return undefined
}

/** The class names that the first such file of a folder says, however many. */
export async function namesIn(folder: string): Promise<string[] | undefined> {
  for (const file of names) {
    const found = await namesOf(join(folder, file)).catch(() => undefined)
    if (found) return found
  }
  return undefined
}

async function namesOf(path: string): Promise<string[] | undefined> {
  if ((await fs.stat(path)).size > longest) return undefined
  const text = (await fs.readFile(path, 'utf8')).replace(/^\uFEFF/, '')
  if (path.endsWith('.txt')) return linesIn(text)
  const content: unknown = JSON.parse(text)
  const config = configSchema.safeParse(content).data
  return listed(config?.id2label) ?? listed(config?.label_names) ?? listed(config?.labels) ?? listed(config?.classes) ?? listed(content)
}

/** Names of a text, one a line, without their numbers. */
export const linesIn = (text: string): string[] => withoutNumbers(text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== ''))

/** Names in a list, by their numbers, or with their numbers. */
function listed(content: unknown): string[] | undefined {
  const list = texts.safeParse(content).data
  if (list) return list
  const named = byName.safeParse(content).data
  const numbered = named ? Object.entries(named).map(([name, at]): [number, string] => [at, name])
    : Object.entries(byNumber.safeParse(content).data ?? {}).map(([at, name]): [number, string] => [Number(at), name])
  const found = new Map(numbered)
  return numbered.length > 0 && numbered.every((_, at) => found.has(at)) ? numbered.map((_, at) => found.get(at)!) : undefined
}

/** `0 Cat`, `1 Dog` as Teachable Machine writes them: without the number, where every line begins with its own. */
const withoutNumbers = (lines: readonly string[]): string[] =>
  lines.every((line, at) => new RegExp(`^${at}\\s+\\S`).test(line)) ? lines.map((line) => line.replace(/^\d+\s+/, '')) : [...lines]
