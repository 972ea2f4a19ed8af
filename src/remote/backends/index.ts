import { clusterProblems } from '../problems'
import type { Backend } from './backend'
import { RayBackend } from './ray'

/** What carries jobs out at an address. @throws GraftError `address-not-valid` */
export function openBackend(address: string): Backend {
  let url: URL
  try {
    url = new URL(address)
  } catch {
    throw clusterProblems.badAddress(address)
  }
  const plain = (url.protocol === 'http:' || url.protocol === 'https:') && url.username === '' && url.password === '' &&
    url.pathname === '/' && url.search === '' && url.hash === ''
  if (!plain) throw clusterProblems.badAddress(address)
  return new RayBackend(url.origin)
}
