import type { DomainDistance } from '../../contract/xray'
import type { DatasetView } from '../../library/datasets'
import { randomStream } from '../random'
import { distancesOf, lookAt, type Seeing } from './distances'

/** Pictures of each domain, and domains at most: each is held against each. */
const [mostPictures, mostDomains] = [150, 8]

/** How far apart each two domains of a data set are, by its training pictures; undefined where it has fewer than two. No label is read. */
export async function domainsApart(reader: DatasetView, seeing: Seeing): Promise<DomainDistance[] | undefined> {
  const names = reader.dataset.domains?.slice(0, mostDomains) ?? []
  if (names.length < 2 || !reader.hasDomains('train')) return undefined
  const members: number[][] = names.map(() => [])
  const domains = await reader.readDomains('train')
  domains.forEach((domain, position) => members[domain]?.push(position))
  const drawn = members.map((positions, domain) => positions.length <= mostPictures ? positions
    : [...randomStream(seeing.seed, 'domain', domain).permutation(positions.length).slice(0, mostPictures)].map((place) => positions[place]!))
  const all = Int32Array.from(drawn.flat()).sort()
  if (all.length === 0) return undefined
  const { features, length } = await lookAt(seeing.network, reader, all, seeing)
  const of = (domain: number): Float32Array => {
    const rows = [...all.keys()].filter((row) => domains[all[row]!] === domain)
    const own = new Float32Array(rows.length * length)
    rows.forEach((row, place) => own.set(features.subarray(row * length, (row + 1) * length), place * length))
    return own
  }
  const sides = names.map((_, domain) => of(domain))
  const pairs = names.flatMap((_, first) => names.slice(first + 1).map((_name, more) => [first, first + 1 + more] as const))
  const apart: DomainDistance[] = []
  for (const [index, [first, second]] of pairs.entries()) {
    seeing.signal.throwIfAborted()
    seeing.onProgress('comparing', index, pairs.length)
    const distances = await distancesOf({ features: sides[first]!, length }, { features: sides[second]!, length }, seeing.seed, seeing.signal)
    if (distances) apart.push({ first: names[first]!, second: names[second]!, ...distances })
  }
  return apart
}
