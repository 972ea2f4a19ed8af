import { clusterProblems } from '../problems'
import type { Backend } from './backend'
import { RayBackend } from './ray'
import { SlurmBackend } from './slurm'

/** What carries jobs out at an address. @throws GraftError `address-not-valid` */
export function openBackend(address: string): Backend {
  const slurm = /^slurm:([\w.-]*)$/.exec(address)
  if (slurm) return new SlurmBackend(slurm[1]!)
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
