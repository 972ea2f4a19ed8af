import * as fs from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Text } from '../../../../contract/text'
import { compareNames } from '../../reading/tree'

const stems = ['classes', 'class_?(names|list|labels)', 'labels?', 'label_?names', 'names', 'categories', '(labels?|class(es)?)_.*(map|to|indices|index).*', 'idx_?to_?.*', 'id2label']
const listName = new RegExp(`^(${stems.join('|')})\\.(txt|names|json)$`, 'i')
const largest = 1 << 20

/** Names of classes that a table numbers, by a list that lies beside it; said, and only where it fits all of them. */
export async function namesBeside(folder: string, labels: ReadonlySet<string>): Promise<{ of: ReadonlyMap<string, string>, assumed: Text } | undefined> {
  if (labels.size < 2 || ![...labels].every((label) => /^\d{1,5}$/.test(label))) return undefined
  for (const file of (await fs.readdir(folder).catch(() => [])).filter((name) => listName.test(name)).sort(compareNames)) {
    const path = join(folder, file)
    if ((await fs.stat(path)).size > largest) continue
    const names = namesIn(await fs.readFile(path, 'utf8'), [...labels].map(Number))
    if (names && [...labels].every((label) => names.has(label))) return { of: names, assumed: numbered(basename(path)) }
  }
  return undefined
}

/** The names by number: of JSON, of lines with a number before each, or of lines in order, which begin at 0 or at 1. */
function namesIn(text: string, numbers: readonly number[]): Map<string, string> | undefined {
  const trimmed = text.replace(/^\ufeff/, '').trim()
  const lines = trimmed.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '')
  const list = /^[[{]/.test(trimmed) ? ofJson(trimmed) : undefined
  const found = list ?? ofLines(lines)
  if (!found) return undefined
  if (found instanceof Map) return isOwn([...found.values()]) ? found : undefined
  const from = Math.min(...numbers) >= 1 && Math.max(...numbers) === found.length ? 1 : 0
  return Math.max(...numbers) - from < found.length && isOwn(found) ? new Map(found.map((name, index) => [String(index + from), name])) : undefined
}

const isOwn = (names: readonly string[]): boolean => names.length > 1 && new Set(names).size === names.length && names.every((name) => name !== '')

function ofLines(lines: readonly string[]): Map<string, string> | string[] {
  const pairs = lines.map((line) => /^(\d{1,5})\s*[:,;=\s]\s*(\S.*)$/.exec(line))
  return pairs.every((pair) => pair !== null) ? new Map(pairs.map((pair) => [String(Number(pair[1])), pair[2]!])) : [...lines]
}

function ofJson(text: string): Map<string, string> | string[] | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (Array.isArray(value)) return value.every((name) => typeof name === 'string') ? value as string[] : undefined
  if (typeof value !== 'object' || value === null) return undefined
  const entries = Object.entries(value)
  if (entries.every(([key, name]) => /^\d{1,5}$/.test(key) && typeof name === 'string')) return new Map(entries as [string, string][])
  return entries.every(([, number]) => Number.isInteger(number)) ? new Map(entries.map(([name, number]) => [String(number), name])) : undefined
}

const numbered = (file: string): Text => ({ en: `The classes are named by ${file}.`, zh: `类别名称取自 ${file}。` })
