import { net, session } from 'electron'
import type { Fetch } from './updates'
import { isSafeAddress } from './source'

/**
 * Asks by Chromium's network, which knows the system's proxy. In a session of its own: the window's own may ask nobody, and
 * this one keeps no cookies.
 */
export const fetchOverNetwork: Fetch = (address, signal) => new Promise((resolve, reject) => {
  if (!isSafeAddress(address)) {
    reject(new Error('not a safe address'))
    return
  }
  const request = net.request({ url: address, redirect: 'manual', session: session.fromPartition('updates'), useSessionCookies: false })
  signal.addEventListener('abort', () => request.abort(), { once: true })
  request.on('redirect', (_status, _method, target) => {
    if (isSafeAddress(target)) request.followRedirect()
    else request.abort()
  })
  request.on('response', (response) => {
    // Whoever reads it is told of that; without a listener it would end the program.
    response.on('error', () => undefined)
    if (response.statusCode === 200) resolve(response as unknown as AsyncIterable<Uint8Array>)
    else {
      request.abort()
      reject(new Error(`status ${response.statusCode}`))
    }
  })
  request.on('error', reject)
  request.on('abort', () => reject(new Error('the connection was ended')))
  request.end()
})
