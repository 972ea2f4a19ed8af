import { GraftError, systemCode } from '../../contract/errors'
import type { Text } from '../../contract/text'

/** Worth another try after a while; `final` is what a person hears when no try is left. */
export class TryAgain extends Error {
  constructor(
    readonly reason: Text, readonly final: GraftError,
    /** At least so long, where the server says it. */
    readonly afterMilliseconds = 0,
    /** Nobody there at all: fewer tries tell as much. */
    readonly unreachable = false
  ) {
    super(reason.en)
  }
}

const hostOf = (address: string): string => new URL(address).host

/** What a person can always do instead. */
const byHand = (address: string): Text => ({
  en: `Check the network or the proxy (HTTPS_PROXY) and get it again; or download ${address} with a browser and drop the file on Graft.`,
  zh: `请检查网络或代理（HTTPS_PROXY）后重试；也可以用浏览器下载 ${address}，再将文件拖入 Graft。`
})

export function cancelled(): GraftError {
  return new GraftError('cancelled', {
    en: 'The download was cancelled; what has arrived is kept, and getting it again goes on from there.',
    zh: '下载已取消；已下载的部分已保留，再次获取时会从该处继续。'
  })
}

/** The server answered with an error that another try does not change. */
export function refused(address: string, status: number): GraftError {
  const known: Record<number, Text> = {
    403: { en: 'does not allow it', zh: '不允许下载' },
    404: { en: 'no longer has it', zh: '已没有该文件' },
    410: { en: 'no longer has it', zh: '已没有该文件' },
    407: { en: 'cannot be asked: the proxy wants a password', zh: '无法访问：代理要求密码' },
    451: { en: 'may not give it, for legal reasons', zh: '因法律原因无法提供' }
  }
  const why = known[status] ?? (status >= 300 && status < 400
    ? { en: 'sends the request round in circles', zh: '不断重定向' } : { en: 'refuses it', zh: '拒绝了请求' })
  return new GraftError('download-refused', {
    en: `${hostOf(address)} ${why.en} (status ${status}).`, zh: `${hostOf(address)} ${why.zh}（状态 ${status}）。`
  }, { remedy: byHand(address), details: `${status} ${address}` })
}

/** The server is busy or broken at the moment. */
export function busy(address: string, status: number, afterMilliseconds: number): TryAgain {
  const host = hostOf(address)
  return new TryAgain(
    { en: `${host} is busy (status ${status})`, zh: `${host} 繁忙（状态 ${status}）` },
    new GraftError('download-busy', {
      en: `${host} was too busy each time it was asked (status ${status}).`, zh: `${host} 每次请求都繁忙（状态 ${status}）。`
    }, { remedy: { en: 'Get it again later: what has arrived is kept.', zh: '请稍后再获取：已下载的部分已保留。' }, details: `${status} ${address}` }),
    afterMilliseconds
  )
}

export function endedEarly(address: string, bytes: number, total: number): TryAgain {
  const host = hostOf(address)
  return new TryAgain(
    { en: `${host} broke off`, zh: `${host} 中断了连接` },
    new GraftError('download-broken-off', {
      en: `${host} broke off again and again, the last time after ${bytes} of ${total} bytes.`,
      zh: `${host} 反复中断连接，最后一次在 ${total} 字节中的第 ${bytes} 字节处。`
    }, { remedy: { en: 'Get it again later: what has arrived is kept.', zh: '请稍后再获取：已下载的部分已保留。' } })
  )
}

export function wrongSize(address: string, bytes: number, expected: number): GraftError {
  return new GraftError('download-wrong-size', {
    en: `${hostOf(address)} offers ${bytes} bytes for ${nameOf(address)}, where the official file has ${expected}.`,
    zh: `${hostOf(address)} 提供的 ${nameOf(address)} 为 ${bytes} 字节，而官方文件为 ${expected} 字节。`
  }, { remedy: changedOnTheWay(address), details: address })
}

export function wrongContent(address: string, hash: string, expected: string): GraftError {
  return new GraftError('download-wrong-content', {
    en: `${nameOf(address)} arrived twice with other content than the official file; nothing of it was kept.`,
    zh: `${nameOf(address)} 两次下载的内容都与官方文件不符；未保留任何内容。`
  }, { remedy: changedOnTheWay(address), details: `${hash} instead of ${expected}\n${address}` })
}

const changedOnTheWay = (address: string): Text => ({
  en: `A proxy or a sign-in page may stand in between: open ${address} in a browser, and drop the file on Graft if it is right.`,
  zh: `可能有代理或登录页面介入：请用浏览器打开 ${address}，若文件正确，再将其拖入 Graft。`
})

const nameOf = (address: string): string => new URL(address).pathname.split('/').at(-1) ?? address

export function alreadyLoading(name: string): GraftError {
  return new GraftError('download-running', {
    en: `${name} is being downloaded already, in this window or in another process.`, zh: `${name} 正在此窗口或其他进程中下载。`
  }, { remedy: { en: 'Wait until that one ends.', zh: '请等待其结束。' } })
}

const unreachableCodes = ['ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'ECONNREFUSED', 'ENETDOWN']
const certificateCode = /^(CERT_|ERR_TLS|ERR_SSL|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|EPROTO)/

/** A failure of the connection as a reason to try again or not; disk errors and the like are left as they are. */
export function connectionProblem(error: unknown, address: string): unknown {
  if (error instanceof GraftError || error instanceof TryAgain || !(error instanceof Error)) return error
  const code = codeOf(error)
  const host = hostOf(address)
  const details = `${code ?? error.name}: ${error.message}\n${address}`
  if (code !== undefined && certificateCode.test(code)) {
    return new GraftError('download-not-trusted', {
      en: `The connection to ${host} cannot be trusted: its certificate is not valid here.`,
      zh: `与 ${host} 的连接不可信：其证书在本机无效。`
    }, { remedy: byHand(address), details })
  }
  if (/^Proxy (response|Authentication Required) \(\d+\)/.test(error.message)) {
    return new GraftError('proxy-refused', {
      en: `The proxy does not let ${host} through.`, zh: `代理不允许访问 ${host}。`
    }, { remedy: byHand(address), details })
  }
  if (code !== undefined && unreachableCodes.includes(code)) {
    return new TryAgain({ en: `${host} cannot be reached`, zh: `无法连接 ${host}` }, new GraftError('no-network', {
      en: `${host} cannot be reached from this computer.`, zh: `本机无法连接 ${host}。`
    }, { remedy: byHand(address), details }), 0, true)
  }
  if (code === undefined || !/^(UND_ERR|ECONN|EPIPE|ETIMEDOUT|HPE_)/.test(code)) return error
  return new TryAgain({ en: `the connection to ${host} was lost`, zh: `与 ${host} 的连接中断` }, new GraftError('download-broken-off', {
    en: `The connection to ${host} was lost again and again.`, zh: `与 ${host} 的连接反复中断。`
  }, { remedy: byHand(address), details }))
}

/** The code of an error, or of what caused it: several addresses of one host fail as one error with many inside. */
function codeOf(error: Error): string | undefined {
  const own = systemCode(error)
  if (own !== undefined) return own
  if (error instanceof AggregateError) return error.errors.map(systemCode).find((code) => code !== undefined)
  return error.cause instanceof Error ? codeOf(error.cause) : undefined
}
