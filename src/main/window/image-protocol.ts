import { z } from 'zod'
import { longestStrip } from '../../contract/app'
import { anySplitSchema, idSchema, imageBytesOf } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import { encodeBmp } from '../../images/write-bmp'
import type { SchemeAnswer } from '../shell/platform'
import type { ReaderPool } from './reader-pool'
import { shrink } from '../../images/shrink'

export const imageScheme = 'graft-image'

const place = z.coerce.number().int().min(0)
const imageSchema = z.tuple([idSchema, anySplitSchema, place])
const imagePattern = /^graft-image:\/\/dataset\/([^/?#]+)\/([^/?#]+)\/(\d{1,10})\.bmp$/
const stripSchema = z.tuple([idSchema, anySplitSchema, z.coerce.number().int().min(1).max(256), z.string()])
const stripPattern = /^graft-image:\/\/dataset\/([^/?#]+)\/([^/?#]+)\/(\d{1,3})\/(\d{1,10}(?:-\d{1,10})?(?:,\d{1,10}(?:-\d{1,10})?)*)\.bmp$/
/** Of what is read at once, and of what is answered. */
const largestStripBytes = 128 << 20

interface Asked { id: string, split: z.infer<typeof anySplitSchema>, positions: number[], factor: number }

const notFound = (): SchemeAnswer => ({ status: 404, headers: { 'content-type': 'text/plain' }, body: Buffer.from('not found') })

/**
 * One image of a data set, by its ids and position (`graft-image://dataset/<id>/<split>/<position>.bmp`), or several
 * one below the other (`stripAddress`). Whatever is no such address, or names nothing that exists, is 404; paths never
 * come into it.
 */
export async function answerImage(url: string, readers: ReaderPool): Promise<SchemeAnswer> {
  const asked = readImageAddress(url) ?? readStripAddress(url)
  if (!asked) return notFound()
  const { id, split, positions, factor } = asked
  try {
    return await readers.use(id, async (reader) => {
      const { shape } = reader.dataset
      const count = reader.countOf(split)
      if (positions.some((position) => position >= count)) return notFound()
      const atOnce = Math.max(1, Math.floor(largestStripBytes / imageBytesOf(shape)))
      const parts: Uint8Array[] = []
      let [bytes, shown] = [0, shape]
      for (let from = 0; from < positions.length; from += atOnce) {
        const small = shrink(await reader.readImages(split, positions.slice(from, from + atOnce)), shape, factor)
        parts.push(small.pixels)
        shown = small.shape
        bytes += small.pixels.length
        if (bytes > largestStripBytes) return notFound()
      }
      return {
        status: 200,
        // The same address shows other pixels after a data set was removed and imported anew.
        headers: { 'content-type': 'image/bmp', 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' },
        body: encodeBmp(parts.length === 1 ? parts[0]! : Buffer.concat(parts), [shown[0] * positions.length, shown[1], shown[2]])
      }
    })
  } catch (error) {
    if (error instanceof GraftError) return notFound()
    throw error
  }
}

function readImageAddress(url: string): Asked | undefined {
  const parts = imageSchema.safeParse(imagePattern.exec(url)?.slice(1))
  if (!parts.success) return undefined
  const [id, split, position] = parts.data
  return { id, split, positions: [position], factor: 1 }
}

function readStripAddress(url: string): Asked | undefined {
  const parts = stripSchema.safeParse(stripPattern.exec(url)?.slice(1))
  if (!parts.success) return undefined
  const [id, split, factor, ranges] = parts.data
  const positions: number[] = []
  for (const range of ranges.split(',')) {
    const [first = 0, last = first] = range.split('-').map(Number)
    if (last < first || positions.length + last - first + 1 > longestStrip) return undefined
    for (let position = first; position <= last; position++) positions.push(position)
  }
  return { id, split, positions, factor }
}
