import { decodeTime, monotonicFactory } from 'ulid'
import { randomBytes } from 'node:crypto'
import { GraftError } from '../../contract/errors'
import { idSchema } from '../../contract/datasets'

const nextUlid = monotonicFactory(() => randomBytes(1)[0]! / 256)

/** A new ULID: sortable by the time it was made, also within one millisecond of this process. */
export function newId(): string {
  return nextUlid()
}

/** When a ULID was made, in milliseconds since 1970; undefined for any other text. */
export function timeOfId(id: string): number | undefined {
  try {
    return decodeTime(id)
  } catch {
    return undefined
  }
}

/** The id itself when it can be one folder's name; throws `id-not-valid` for anything that could be a path. */
export function checkId(id: string, field = 'id'): string {
  if (idSchema.safeParse(id).success) return id
  throw new GraftError('id-not-valid', {
    en: `"${id}" cannot be an id.`,
    zh: `“${id}”不能用作标识。`
  }, {
    field,
    usage: true,
    remedy: {
      en: 'Use letters, digits, ".", "_" and "-" only, at most 100, beginning with a letter or digit.',
      zh: '只能使用字母、数字、“.”、“_”和“-”，最多 100 个字符，并以字母或数字开头。'
    }
  })
}

/** A name as an id: `CIFAR 10 (binary).tar.gz` → `cifar-10-binary`. Falls back where no letter or digit is left. */
export function slugOf(name: string, fallback: string): string {
  const slug = name.normalize('NFKD').toLowerCase()
    .replace(/\.(tar\.gz|tgz|tar|zip|gz|csv|tsv)$/, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '')
  return slug === '' ? fallback : slug
}
