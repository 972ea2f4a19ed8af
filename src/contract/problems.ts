import type { z } from 'zod'
import type { ErrorValue } from './errors'
import type { Text } from './text'

type Issue = z.ZodError['issues'][number]

/** `['training', 'epochs']` as `training.epochs`. */
const fieldOf = (path: readonly PropertyKey[]): string => path.map(String).join('.')

/** What is wrong with the value, as the end of a sentence that begins with the field's name. */
function predicateOf(issue: Issue): Text {
  switch (issue.code) {
    case 'too_big': {
      const limit = String(issue.maximum)
      if (issue.origin === 'array' || issue.origin === 'set') {
        return { en: `takes at most ${limit} entries`, zh: `最多包含 ${limit} 项` }
      }
      if (issue.origin === 'string') return { en: `is longer than ${limit} characters`, zh: `超过 ${limit} 个字符` }
      return { en: `must be at most ${limit}`, zh: `不能大于 ${limit}` }
    }
    case 'too_small': {
      const limit = String(issue.minimum)
      if (issue.origin === 'array' || issue.origin === 'set') {
        return limit === '1' ? { en: 'needs at least one entry', zh: '至少需要一项' } : { en: `takes at least ${limit} entries`, zh: `至少包含 ${limit} 项` }
      }
      if (issue.origin === 'string') return { en: `is shorter than ${limit} characters`, zh: `少于 ${limit} 个字符` }
      return { en: `must be at least ${limit}`, zh: `不能小于 ${limit}` }
    }
    case 'invalid_value': {
      const values = issue.values.map(String).join(', ')
      return { en: `must be one of ${values}`, zh: `必须是以下之一：${values}` }
    }
    case 'invalid_type': {
      if (issue.expected === 'int') return { en: 'must be a whole number', zh: '必须是整数' }
      return { en: `must be of type ${issue.expected}`, zh: `必须是 ${issue.expected} 类型` }
    }
    case 'invalid_format': return { en: `has the wrong form (${issue.message})`, zh: `格式不正确（${issue.message}）` }
    case 'unrecognized_keys': return { en: 'is not known here', zh: '在这里是未知的' }
    default: return { en: `is not valid (${issue.message})`, zh: `无效（${issue.message}）` }
  }
}

/**
 * What a schema refused, one error value a field, each a sentence that names the field.
 * `within` stands before the fields' names; `labels` gives a field the name it has on screen.
 */
export function problemsOf(
  error: z.ZodError, { within = '', labels = {} }: { within?: string, labels?: Record<string, Text> } = {}
): ErrorValue[] {
  return error.issues.flatMap((issue) => {
    const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path]
    return paths.map((path) => {
      const field = fieldOf([...(within === '' ? [] : [within]), ...path])
      const label = labels[fieldOf(path)]
      const name = label === undefined
        ? { en: field || 'The value', zh: field || '该值' }
        : { en: `${label.en} (${field})`, zh: `${label.zh}（${field}）` }
      const predicate = predicateOf(issue)
      return {
        code: issue.code === 'unrecognized_keys' ? 'unknown-field' : 'invalid-value',
        message: { en: `${name.en} ${predicate.en}.`, zh: `${name.zh} ${predicate.zh}。` },
        ...(field !== '' && { field }),
        usage: true
      }
    })
  })
}
