import type { ErrorValue } from '../contract/errors'
import type { Text } from '../contract/text'

/*
 * What holds for every message of the window, whatever its channel: so a new one is covered on arrival. A schema says
 * what a message must be; here stands what none may be.
 */

/** Of one message. A text that is longer than this (a chart that is saved) is named by its channel. */
const limits = {
  characters: 16_384, entries: 100_000, values: 1_000_000, depth: 32, allCharacters: 32 << 20, bytes: 256 << 20, number: Number.MAX_SAFE_INTEGER
}

/** @param longestText characters that one text may have, where a channel takes more than others */
export function tooLarge(message: unknown, longestText = limits.characters): ErrorValue | undefined {
  let [values, characters] = [0, 0]
  const waiting: { value: unknown, path: string, depth: number }[] = [{ value: message, path: '', depth: 0 }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { value, path, depth } = next
    if (++values > limits.values) return refused('', tooMuch)
    if (typeof value === 'string') {
      if (value.length > longestText) return refused(path, longer(longestText))
      characters += value.length
      if (characters > Math.max(limits.allCharacters, longestText)) return refused('', tooMuch)
    } else if (typeof value === 'number') {
      if (!(Math.abs(value) <= limits.number)) return refused(path, noNumber)
    } else if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
      if (value.byteLength > limits.bytes) return refused(path, tooMuch)
    } else if (typeof value === 'object' && value !== null) {
      if (depth === limits.depth) return refused('', tooMuch)
      if (Array.isArray(value) && value.length > limits.entries) return refused(path, tooMuch)
      const entries = Object.entries(value)
      if (entries.length > limits.entries) return refused(path, tooMuch)
      for (const [key, entry] of entries) {
        if (key.length > 1_000) return refused(path, longer(1_000))
        waiting.push({ value: entry, path: path === '' ? key : `${path}.${key}`, depth: depth + 1 })
      }
    }
  }
  return undefined
}

/** The first field of a message that its schema did not take over: one that nobody reads may be meant to change what is done. */
export function unknownField(message: unknown, parsed: unknown, path = ''): ErrorValue | undefined {
  if (typeof message !== 'object' || message === null || ArrayBuffer.isView(message)) return undefined
  if (typeof parsed !== 'object' || parsed === null) return refused(path, unknown, 'unknown-field')
  for (const [key, value] of Object.entries(message)) {
    const at = path === '' ? key : `${path}.${key}`
    if (!Object.hasOwn(parsed, key)) {
      if (value === undefined) continue
      return refused(at, unknown, 'unknown-field')
    }
    const inside = unknownField(value, (parsed as Record<string, unknown>)[key], at)
    if (inside) return inside
  }
  return undefined
}

function refused(field: string, predicate: Text, code = 'invalid-value'): ErrorValue {
  const shown = field.length > 80 ? `${field.slice(0, 80)}…` : field
  return {
    code, usage: true, ...(shown !== '' && { field: shown }),
    message: { en: `${shown || 'The message'} ${predicate.en}.`, zh: `${shown || '该消息'}${predicate.zh}。` }
  }
}

const unknown: Text = { en: 'is not known here', zh: '在这里是未知的' }
const tooMuch: Text = { en: 'holds more than Graft takes at once', zh: '超出了一次可接受的大小' }
const noNumber: Text = { en: 'is no number that Graft can use', zh: '不是可用的数值' }
const longer = (most: number): Text => ({ en: `is longer than ${most} characters`, zh: `超过 ${most} 个字符` })
