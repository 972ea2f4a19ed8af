import { net, session } from 'electron'
import type { Fetch } from './updates'
import { isSafeAddress } from './source'

/** How long nobody may answer, in milliseconds. */
const patience = 30_000

/**
 * Asks by Chromium's network, which knows the system's proxy. In a session of its own: the window's own may ask nobody, and
 * this one keeps no cookies.
 */
export const fetchOverNetwork: Fetch = (address) => new Promise((resolve, reject) => {
  if (!isSafeAddress(address)) {
    reject(new Error('not a safe address'))
    return
  }
  const request = net.request({ url: address, redirect: 'manual', session: session.fromPartition('updates'), useSessionCookies: false })
  const timer = setTimeout(() => {
    reject(new Error('no answer'))
    request.abort()
  }, patience)
  request.on('redirect', (_status, _method, target) => {
    if (isSafeAddress(target)) request.followRedirect()
    else request.abort()
  })
  request.on('response', (response) => {
    clearTimeout(timer)
    if (response.statusCode === 200) resolve(response as unknown as AsyncIterable<Uint8Array>)
    else {
      request.abort()
      reject(new Error(`status ${response.statusCode}`))
    }
  })
  request.on('error', (error) => {
    clearTimeout(timer)
    reject(error)
  })
  request.on('abort', () => {
    clearTimeout(timer)
    reject(new Error('the connection was ended'))
  })
  request.end()
})
