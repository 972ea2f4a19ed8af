import * as fs from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { NameEncoding } from '../../../../contract/datasets'
import type { Question } from '../../../../contract/inspections'
import type { Text } from '../../../../contract/text'
import { readText, whichEncoding } from '../../reading/text'
import { compareNames } from '../../reading/tree'

const stems = ['classes', 'class_?(names|list|labels)', 'labels?', 'label_?names', 'names', 'categories', '(labels?|class(es)?)_.*(map|to|indices|index).*', 'idx_?to_?.*', 'id2label', '(label|class|name|cat)s?_?(2|_to_)_?(name|label|id|idx|index)', '(synset_)?words', 'loc_synset_mapping']
const listName = new RegExp(`^(${stems.join('|')})\\.(txt|names|json)$|^data(set)?\\.ya?ml$`, 'i')
/** Numbers, or the codes of WordNet that ImageNet's folders are named by. */
const isCode = (label: string): boolean => /^\d{1,5}$/.test(label)
const isSynset = (label: string): boolean => /^n\d{8}$/.test(label)
const largest = 1 << 20

interface NamesBeside { of(label: string): string, assumed: Text[], question?: Question }

/**
 * Names of classes that a table or folders give by numbers or codes, by a list that lies beside; said, and only where it
 * fits all of them.
 * @param encoding how the list is written, where a person says it
 */
export async function namesBeside(folder: string, labels: ReadonlySet<string>, encoding?: NameEncoding): Promise<NamesBeside | undefined> {
  const all = [...labels]
  if (all.length < 2 || !(all.every(isCode) || all.every(isSynset))) return undefined
  const keyOf = (label: string): string => isCode(label) ? String(Number(label)) : label
  if (new Set(all.map(keyOf)).size < all.length) return undefined
  for (const file of (await fs.readdir(folder).catch(() => [])).filter((name) => listName.test(name)).sort(compareNames)) {
    const path = join(folder, file)
    if ((await fs.stat(path)).size > largest) continue
    const { text, assumed, unclear } = readText(await fs.readFile(path), encoding)
    const names = namesIn(text, all, /ya?ml$/i.test(file))
    const found = all.map((label) => names?.get(keyOf(label)))
    if (!names || !isOwn(found)) continue
    return {
      of: (label) => names.get(keyOf(label))!, assumed: [named(basename(path)), ...assumed ? [{ en: `${file}: ${assumed.en}`, zh: `${file}：${assumed.zh}` }] : []],
      ...(unclear && { question: whichEncoding(file, unclear) })
    }
  }
  return undefined
}

/** The names by number or code: of JSON, of YAML's `names`, of lines with one before each, or of lines in order, which begin at 0 or at 1. */
function namesIn(text: string, labels: readonly string[], isYaml: boolean): Map<string, string> | undefined {
  const trimmed = text.replace(/^\ufeff/, '').trim()
  const lines = trimmed.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '')
  const found = isYaml ? ofYaml(trimmed) : /^[[{]/.test(trimmed) ? ofJson(trimmed) : ofLines(lines, labels.every(isSynset))
  if (!found || found instanceof Map) return found
  if (!labels.every(isCode)) return undefined
  const numbers = labels.map(Number)
  const from = Math.min(...numbers) >= 1 && Math.max(...numbers) === found.length ? 1 : 0
  return new Map(found.map((name, index) => [String(index + from), name]))
}

const isOwn = (names: readonly (string | undefined)[]): boolean => names.length > 1 && new Set(names).size === names.length && names.every((name) => name !== undefined && name !== '')

function ofLines(lines: readonly string[], areSynsets: boolean): Map<string, string> | string[] {
  const pairs = lines.map((line) => (areSynsets ? /^(n\d{8})\s*[:,;=\s]\s*(\S.*)$/ : /^(\d{1,5})\s*[:,;=\s]\s*(\S.*)$/).exec(line))
  return pairs.every((pair) => pair !== null) ? new Map(pairs.map((pair) => [areSynsets ? pair[1]! : String(Number(pair[1])), pair[2]!])) : [...lines]
}

/** What stands after `names:` in the YAML of YOLO's data sets: a list in brackets, lines with a dash, or lines with a number. */
function ofYaml(yaml: string): Map<string, string> | string[] | undefined {
  const [, text] = /^names:(.*)/ms.exec(yaml) ?? []
  if (text === undefined) return undefined
  const plain = (name: string): string => name.trim().replace(/^(['"])(.*)\1$/, '$2')
  const inline = /^\s*\[([^\]]*)\]/.exec(text)
  if (inline) return inline[1]!.split(',').map(plain).filter((name) => name !== '')
  const lines: string[] = []
  for (const line of text.split(/\r?\n/).slice(1)) {
    if (!/^\s*(-|\d+\s*:)/.test(line)) break
    lines.push(line.trim())
  }
  if (lines.length === 0) return undefined
  const numbered = lines.map((line) => /^(\d+)\s*:\s*(.+)$/.exec(line))
  return numbered.every((pair) => pair !== null) ? new Map(numbered.map((pair) => [String(Number(pair[1])), plain(pair[2]!)])) : lines.map((line) => plain(line.replace(/^-/, '')))
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
  const isKey = (key: string): boolean => isCode(key) || isSynset(key)
  if (entries.every(([key, name]) => isKey(key) && typeof name === 'string')) return new Map((entries as [string, string][]).map(([key, name]) => [isCode(key) ? String(Number(key)) : key, name]))
  // ImageNet's own: a number with the code and the name.
  if (entries.every(([, pair]) => Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string'))) return new Map(Object.values(value) as [string, string][])
  return entries.every(([, number]) => Number.isInteger(number)) ? new Map(entries.map(([name, number]) => [String(number), name])) : undefined
}

const named = (file: string): Text => ({ en: `The classes are named by ${file}.`, zh: `类别名称取自 ${file}。` })
