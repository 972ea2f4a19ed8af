import { createReadStream, createWriteStream } from 'node:fs'
import * as fs from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  AbortMultipartUploadCommand, CompleteMultipartUploadCommand, CreateMultipartUploadCommand, DeleteObjectsCommand, GetObjectCommand, HeadObjectCommand,
  ListObjectsV2Command, PutObjectCommand, S3Client, S3ServiceException, UploadPartCommand
} from '@aws-sdk/client-s3'
import { GraftError } from '../../contract/errors'
import { storeProblems } from '../problems'
import type { Store } from './store'

/** A single request takes 5 GiB at most; parts are sent one after another. */
const partBytes = 64 << 20

/**
 * A bucket, or what lies in it below a prefix: `s3://bucket/prefix`. Region, keys and another server's address come from the
 * environment, as every tool of AWS reads them (`AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT_URL_S3` …).
 */
export class S3Store implements Store {
  readonly pace = 5_000
  private readonly client: S3Client

  constructor(readonly address: string, private readonly bucket: string, private readonly prefix: string) {
    const endpoint = process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL
    this.client = new S3Client({
      region: process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'us-east-1', maxAttempts: 3,
      // Other servers of this protocol know neither host names for buckets nor checksums in trailers. Graft holds all bytes against their hash.
      ...(endpoint !== undefined && endpoint !== '' && { endpoint, forcePathStyle: true }),
      requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED'
    })
  }

  read(key: string): Promise<Uint8Array | undefined> {
    return this.orNothing(async () => {
      const { Body } = await this.client.send(new GetObjectCommand(this.at(key)))
      return Body?.transformToByteArray()
    })
  }

  async write(key: string, content: Uint8Array | string): Promise<void> {
    await this.whole(() => this.client.send(new PutObjectCommand({ ...this.at(key), Body: typeof content === 'string' ? Buffer.from(content) : content })))
  }

  async create(key: string, content: string): Promise<boolean> {
    return this.whole(async () => {
      try {
        await this.client.send(new PutObjectCommand({ ...this.at(key), Body: Buffer.from(content), IfNoneMatch: '*' }))
      } catch (error) {
        if (!(error instanceof S3ServiceException && [409, 412].includes(error.$metadata.httpStatusCode ?? 0))) throw error
        // Where only the answer was lost, the value was written, and the second try met it.
      }
      // A server that does not know the condition keeps the last value: then that one counts.
      const there = await this.read(key)
      return there !== undefined && Buffer.from(there).toString('utf8') === content
    })
  }

  async list(key: string): Promise<string[]> {
    const below = `${this.at(key).Key}/`
    const names: string[] = []
    await this.whole(async () => {
      for (let token: string | undefined; ;) {
        const page = await this.client.send(new ListObjectsV2Command({
          Bucket: this.bucket, Prefix: below, Delimiter: '/', ...(token !== undefined && { ContinuationToken: token })
        }))
        names.push(...(page.Contents ?? []).flatMap(({ Key }) => Key?.slice(below.length) ?? []))
        token = page.NextContinuationToken
        if (token === undefined) return
      }
    })
    return names.sort()
  }

  async send(key: string, path: string): Promise<void> {
    const { size } = await fs.stat(path)
    if (size <= partBytes) return this.write(key, await fs.readFile(path))
    await this.whole(() => this.sendInParts(key, path, size))
  }

  async fetch(key: string, path: string): Promise<boolean> {
    return await this.orNothing(async () => {
      const { Body } = await this.client.send(new GetObjectCommand(this.at(key)))
      await pipeline(Body as Readable, createWriteStream(path))
      return true
    }) ?? false
  }

  size(key: string): Promise<number | undefined> {
    return this.orNothing(async () => (await this.client.send(new HeadObjectCommand(this.at(key)))).ContentLength)
  }

  async remove(key: string): Promise<void> {
    await this.whole(async () => {
      const below = `${this.at(key).Key}/`
      await this.delete([this.at(key).Key])
      for (let token: string | undefined; ;) {
        const list = await this.client.send(new ListObjectsV2Command({
          Bucket: this.bucket, Prefix: below, ...(token !== undefined && { ContinuationToken: token })
        }))
        await this.delete((list.Contents ?? []).flatMap(({ Key }) => Key ?? []))
        token = list.NextContinuationToken
        if (token === undefined) return
      }
    })
  }

  private at(key: string): { Bucket: string, Key: string } {
    return { Bucket: this.bucket, Key: `${this.prefix}${key}` }
  }

  private async delete(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return
    await this.client.send(new DeleteObjectsCommand({ Bucket: this.bucket, Delete: { Objects: keys.map((Key) => ({ Key })), Quiet: true } }))
  }

  private async sendInParts(key: string, path: string, size: number): Promise<void> {
    const { UploadId } = await this.client.send(new CreateMultipartUploadCommand(this.at(key)))
    const upload = { ...this.at(key), UploadId }
    try {
      const parts: { ETag: string | undefined, PartNumber: number }[] = []
      for (let from = 0; from < size; from += partBytes) {
        const PartNumber = parts.length + 1
        const Body = createReadStream(path, { start: from, end: Math.min(size, from + partBytes) - 1 })
        const { ETag } = await this.client.send(new UploadPartCommand({ ...upload, PartNumber, Body, ContentLength: Math.min(partBytes, size - from) }))
        parts.push({ ETag, PartNumber })
      }
      await this.client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } }))
    } catch (error) {
      // Parts that nobody completes are paid for until they are given up.
      await this.client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined)
      throw error
    }
  }

  private orNothing<T>(work: () => Promise<T>): Promise<T | undefined> {
    return this.whole(async () => {
      try {
        return await work()
      } catch (error) {
        if (error instanceof S3ServiceException && ['NoSuchKey', 'NotFound'].includes(error.name)) return undefined
        throw error
      }
    })
  }

  private async whole<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof GraftError) throw error
      const details = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode ?? 500 : 500
      const refused = (status >= 400 && status < 500) || (error instanceof Error && error.name === 'CredentialsProviderError')
      throw refused ? storeProblems.refused(this.address, details) : storeProblems.unreachable(this.address, details)
    }
  }
}
