import type { ErrorValue } from '../contract/errors'
import { jobOf, type JobKind } from '../contract/jobs'
import type { Text } from '../contract/text'

/** Why a worker ended without saying `done`, `cancelled` or `error`. */
export type LossReason = 'exited' | 'hung' | 'no-hello' | 'not-started' | 'bad-message'

export interface Loss {
  kind: JobKind
  reason: LossReason
  /** Exit code, null when a signal ended it. */
  code: number | null
  signal: string | null
  /** The last lines it wrote to stderr. */
  stderr: readonly string[]
  /** What the system or the parser said, for `not-started` and `bad-message`. */
  cause?: string | undefined
}

const outOfMemoryPattern = /heap out of memory|Reached heap limit|std::bad_alloc|OOM when allocating/i
/** Signals by which a process ends itself, as on a failed assertion or a wild pointer; all others come from outside. */
const crashSignals: readonly string[] = ['SIGABRT', 'SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP', 'SIGSYS']
const errorLinePattern = /^(?:Uncaught )?((?:[A-Z]\w*)?(?:Error|Exception)\b.*)$/

/** True where the last words of the process say that it had no memory left. */
function ranOutOfMemory(stderr: readonly string[]): boolean {
  return stderr.some((line) => outOfMemoryPattern.test(line))
}

function sentenceOf({ reason, code, signal, stderr, cause }: Loss): { code: string, end: Text } {
  const own = stderr.map((line) => errorLinePattern.exec(line.trim())?.[1]).find((line) => line !== undefined)
  if (reason === 'not-started') {
    return { code: 'worker-not-started', end: { en: `could not be started: ${cause ?? ''}`, zh: `无法启动：${cause ?? ''}` } }
  }
  if (reason === 'hung') {
    return { code: 'worker-hung', end: { en: 'stopped answering and was ended', zh: '失去响应，已被结束' } }
  }
  if (reason === 'no-hello') {
    return { code: 'worker-silent', end: { en: 'did not answer after its start and was ended', zh: '启动后没有应答，已被结束' } }
  }
  if (reason === 'bad-message') {
    return { code: 'worker-bad-message', end: { en: 'sent an answer that Graft cannot read', zh: '发来了 Graft 无法读取的结果' } }
  }
  if (ranOutOfMemory(stderr)) {
    return { code: 'worker-out-of-memory', end: { en: 'ran out of memory', zh: '内存耗尽' } }
  }
  if (signal !== null && crashSignals.includes(signal)) {
    return { code: 'worker-crashed', end: { en: `crashed in native code (signal ${signal})`, zh: `在原生代码中崩溃（信号 ${signal}）` } }
  }
  if (signal !== null) {
    return {
      code: 'worker-killed',
      end: { en: `was ended from outside (signal ${signal})`, zh: `被外部结束（信号 ${signal}）` }
    }
  }
  if (code === 0) {
    return { code: 'worker-ended-early', end: { en: 'ended without finishing its work', zh: '没有完成工作就结束了' } }
  }
  const why = own === undefined ? { en: '', zh: '' } : { en: `: ${own}`, zh: `：${own}` }
  return {
    code: 'worker-crashed',
    end: { en: `crashed (exit code ${code})${why.en}`, zh: `崩溃（退出码 ${code}）${why.zh}` }
  }
}

function remedyOf({ kind, reason, signal }: Loss, code: string): Text {
  const { afterLoss: remedy } = jobOf(kind).words
  if (code === 'worker-out-of-memory' || (reason === 'exited' && signal === 'SIGKILL')) {
    return {
      en: `Close other programs or use a smaller batch size; systems end programs when memory is short. ${remedy.en}`,
      zh: `请关闭其他程序或减小批大小；系统在内存不足时会结束程序。${remedy.zh}`
    }
  }
  if (reason === 'not-started') {
    return { en: 'Run “npm run setup” in the checkout, or install Graft again.', zh: '请在源码目录运行“npm run setup”，或重新安装 Graft。' }
  }
  return remedy
}

/** The loss as an error for a person: which process, what happened to it, what to do; its last words as details. */
export function describeLoss(loss: Loss): ErrorValue {
  const { code, end } = sentenceOf(loss)
  const { process: subject } = jobOf(loss.kind).words
  const facts = [
    loss.code === null ? undefined : `exit code ${loss.code}`,
    loss.signal === null ? undefined : `signal ${loss.signal}`,
    loss.cause
  ].filter((fact) => fact !== undefined)
  return {
    code,
    message: { en: `${subject.en} ${end.en}.`, zh: `${subject.zh}${end.zh}。` },
    remedy: remedyOf(loss, code),
    details: [...facts, ...loss.stderr].join('\n')
  }
}
