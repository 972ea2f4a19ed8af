import { z } from 'zod'
import { textSchema, type Text } from './text'

/** What crosses a process border when something went wrong: a code, a sentence for a person, what to do next. */
export const errorValueSchema = z.object({
  /** Stable, in kebab case, e.g. `archive-truncated`. */
  code: z.string(),
  /** One sentence that names the file or field. */
  message: textSchema,
  /** What to do next, one sentence. */
  remedy: textSchema.optional(),
  /** Ids of the methods that would do instead: for what is chosen now, and those that want target labels where none are granted. */
  methods: z.object({ fit: z.array(z.string()), withLabels: z.array(z.string()) }).optional(),
  /** The form field or flag at fault, e.g. `training.epochs`. */
  field: z.string().optional(),
  /** Wrong usage (a bad flag or value) rather than a failure of the work: exit code 2 instead of 1. */
  usage: z.boolean().optional(),
  /** Technical details, shown folded. */
  details: z.string().optional()
})
export type ErrorValue = z.infer<typeof errorValueSchema>

export interface GraftErrorOptions {
  remedy?: Text | undefined
  methods?: ErrorValue['methods']
  field?: string | undefined
  usage?: boolean | undefined
  details?: string | undefined
  cause?: unknown
}

/** An error a person can read, in both languages. Throw it inside a process; send its `value` across borders. */
export class GraftError extends Error {
  readonly value: ErrorValue

  constructor(code: string, message: Text, options: GraftErrorOptions = {}) {
    super(message.en, { cause: options.cause })
    this.name = 'GraftError'
    const { remedy, methods, field, usage, details } = options
    this.value = {
      code,
      message,
      ...(remedy && { remedy }),
      ...(methods && { methods }),
      ...(field !== undefined && { field }),
      ...(usage !== undefined && { usage }),
      ...(details !== undefined && { details })
    }
  }

  get code(): string {
    return this.value.code
  }

  static fromValue(value: ErrorValue): GraftError {
    const { code, message, ...rest } = value
    return new GraftError(code, message, rest)
  }
}

/** An error for work that a person stopped. */
export const cancelledError = (): GraftError => new GraftError('cancelled', { en: 'Cancelled.', zh: '已取消。' })

/** The `code` of a system error, e.g. `ENOENT`. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

const systemErrors: Record<string, { code: string, message: (path: string) => Text, remedy: Text }> = {
  ENOSPC: {
    code: 'disk-full',
    message: (path) => ({ en: `The disk is full; ${path} could not be written.`, zh: `磁盘已满，无法写入 ${path}。` }),
    remedy: { en: 'Free some space, or choose another data folder.', zh: '请释放空间，或选择其他数据文件夹。' }
  },
  EACCES: {
    code: 'not-permitted',
    message: (path) => ({ en: `Graft is not allowed to use ${path}.`, zh: `Graft 无权访问 ${path}。` }),
    remedy: { en: 'Check the permissions, or choose another folder.', zh: '请检查权限，或选择其他文件夹。' }
  },
  EROFS: {
    code: 'not-permitted',
    message: (path) => ({ en: `${path} is on a read-only file system.`, zh: `${path} 位于只读文件系统上。` }),
    remedy: { en: 'Choose another folder.', zh: '请选择其他文件夹。' }
  },
  EIO: {
    code: 'disk-failing',
    message: (path) => ({ en: `The disk failed to read or write ${path}.`, zh: `磁盘读写 ${path} 时出错。` }),
    remedy: { en: 'Copy what is on this disk to another one while it can be read, and check it.', zh: '请趁磁盘仍可读取时将其内容复制到其他磁盘，并检查该磁盘。' }
  },
  ENOENT: {
    code: 'not-found',
    message: (path) => ({ en: `${path} does not exist.`, zh: `${path} 不存在。` }),
    remedy: { en: 'Check the path.', zh: '请检查路径。' }
  }
}

/** Any thrown thing as an error value: system errors get a sentence, a remedy and the file's name. */
export function toErrorValue(thrown: unknown): ErrorValue {
  if (thrown instanceof GraftError) return thrown.value
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  const { code, path } = error as Error & { code?: string, path?: string }
  const known = code === undefined ? undefined : systemErrors[code === 'EPERM' ? 'EACCES' : code]
  const details = error.stack ?? error.message
  if (known) {
    return { code: known.code, message: known.message(path ?? ''), remedy: known.remedy, details }
  }
  return {
    code: 'unexpected',
    message: { en: `Something went wrong: ${error.message}`, zh: `出现问题：${error.message}` },
    details
  }
}
