import { z } from 'zod'
import { idSchema, splitNameSchema } from '../contract/datasets'
import { GraftError } from '../contract/errors'
import { encodeBmp } from './bmp'
import type { SchemeAnswer } from './platform'
import type { ReaderPool } from './reader-pool'

export const imageScheme = 'graft-image'

const addressSchema = z.tuple([idSchema, splitNameSchema, z.coerce.number().int().min(0)])
const addressPattern = /^graft-image:\/\/dataset\/([^/?#]+)\/([^/?#]+)\/(\d{1,10})\.bmp$/

const notFound = (): SchemeAnswer => ({ status: 404, headers: { 'content-type': 'text/plain' }, body: Buffer.from('not found') })

/**
 * One image of a data set, by its ids and position (`graft-image://dataset/<id>/<split>/<position>.bmp`). Whatever is no
 * such address, or names nothing that exists, is 404; paths never come into it.
 */
export async function answerImage(url: string, readers: ReaderPool): Promise<SchemeAnswer> {
  const address = addressSchema.safeParse(addressPattern.exec(url)?.slice(1))
  if (!address.success) return notFound()
  const [id, split, position] = address.data
  try {
    return await readers.use(id, async (reader) => {
      if (position >= (reader.dataset.splits[split]?.count ?? 0)) return notFound()
      const pixels = await reader.readImages(split, [position])
      return {
        status: 200,
        // The same address shows other pixels after a data set was removed and imported anew.
        headers: { 'content-type': 'image/bmp', 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' },
        body: encodeBmp(pixels, reader.dataset.shape)
      }
    })
  } catch (error) {
    if (error instanceof GraftError) return notFound()
    throw error
  }
}
