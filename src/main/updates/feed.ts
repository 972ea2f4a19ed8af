import { createPublicKey, verify } from 'node:crypto'
import { z } from 'zod'
import { GraftError } from '../../contract/errors'
import { isNewer, versionPattern } from './version'

/**
 * The list of what can be had, as it lies at the update address: a document and its signature (Ed25519) in one file, so
 * that they cannot be of two versions. `scripts/update-feed.mjs` writes it.
 */
const envelopeSchema = z.object({ document: z.string(), signature: z.string() })

const fileSchema = z.object({
  /** A plain file name: it becomes one on this disk. */
  name: z.string().regex(/^[\w][\w.+~-]*$/),
  url: z.string(),
  bytes: z.int().positive().max(4e9),
  sha256: z.string().regex(/^[0-9a-f]{64}$/)
})
export type FeedFile = z.infer<typeof fileSchema>

const feedSchema = z.object({
  schemaVersion: z.literal(1),
  version: z.string().regex(versionPattern),
  /** By system and form, such as `linux-x64.deb`. */
  files: z.record(z.string(), fileSchema)
})
export type Feed = z.infer<typeof feedSchema>

/** More than the list of any release has. */
export const mostFeedBytes = 256 * 1024

/**
 * Reads the list, after its signature was found to be by the key that this copy carries.
 * @param key the public key, SPKI in DER as base64
 * @throws GraftError `update-not-signed` where somebody else wrote it, `update-unreadable` where it is no list at all
 */
export function readFeed(text: string, key: string): Feed {
  const envelope = envelopeSchema.safeParse(parsed(text))
  if (!envelope.success) throw unreadable()
  const { document, signature } = envelope.data
  const publicKey = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' })
  if (!verify(null, Buffer.from(document), publicKey, Buffer.from(signature, 'base64'))) {
    throw new GraftError('update-not-signed', {
      en: 'The list of versions at the update address is not signed by whoever made this copy of Graft.',
      zh: '更新地址上的版本列表并非由本软件的制作者签名。'
    }, { remedy: { en: 'Nothing of it was used. If this happens again, get Graft from where you had it from.', zh: '列表未被采用。如再次出现，请从原来的来源获取 Graft。' } })
  }
  const feed = feedSchema.safeParse(parsed(document))
  if (!feed.success) throw unreadable()
  return feed.data
}

/**
 * Refuses a list that is older than one seen before: an old list is signed too, and would keep a person on a version
 * whose faults are known.
 */
export function refuseOlder({ version }: Feed, newestSeen: string | undefined): void {
  if (newestSeen === undefined || !isNewer(newestSeen, version)) return
  throw new GraftError('update-going-back', {
    en: `The update address offers version ${version}, and offered ${newestSeen} before.`,
    zh: `更新地址提供版本 ${version}，而此前提供过 ${newestSeen}。`
  }, { remedy: { en: 'An older version is not taken. Look again later.', zh: '不会采用更旧的版本。请稍后再试。' } })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const unreadable = (): GraftError => new GraftError('update-unreadable', {
  en: 'What lies at the update address is no list of versions that this Graft can read.', zh: '更新地址上的内容不是本版 Graft 可读取的版本列表。'
}, { remedy: { en: 'Look again later.', zh: '请稍后再试。' } })
