import * as tf from '@tensorflow/tfjs-core'
import { imagesOfEach } from '../../rules/domains'
import type { Batch, BatchStream } from './batch-stream'
import { ImageStream, type ImageStreamOptions, type OrderOptions } from './batches'

export interface DomainBatchOptions extends Omit<ImageStreamOptions, 'dropLast'> {
  /** Domain of each position, in the positions' order. */
  domains: Int32Array
  /** Opens the batches of one domain in place of its images: features. @param places of the domain's images among the positions */
  open?: ((order: OrderOptions, places: Int32Array) => BatchStream) | undefined
}

/**
 * Batches that hold a batch of every domain, one after the other (DomainBed's minibatch a domain): each domain is drawn
 * in its own order, whole batches only, and begins anew in another order once it has shown all its images, so that a
 * small domain is seen as often as a large one. An epoch shows the largest domain once.
 */
export class DomainStream implements BatchStream {
  readonly count: number
  readonly stepsPerEpoch: number
  private readonly parts: readonly BatchStream[]
  /** The one batch there is, where every domain fits into its share of it and nothing is drawn but the order. */
  private whole: Promise<Batch> | undefined
  private readonly always: boolean

  constructor(options: DomainBatchOptions) {
    const { domains, positions, labels, batchSize, name, open, ...rest } = options
    const present = [...new Set(domains)].sort((a, b) => a - b)
    const each = imagesOfEach(batchSize, present.length)
    this.parts = present.map((domain) => {
      const places = Int32Array.from(domains.keys()).filter((place) => domains[place] === domain)
      const part = {
        ...rest, name: `${name}, domain ${domain}`, batchSize: each, dropLast: true,
        positions: places.map((place) => positions[place]!), ...(labels && { labels: places.map((place) => labels[place]!) })
      }
      return open ? open(part, places) : new ImageStream(part)
    })
    this.count = positions.length
    this.stepsPerEpoch = Math.max(...this.parts.map((part) => part.stepsPerEpoch))
    this.always = this.stepsPerEpoch === 1 && (options.augmentation ?? 'none') === 'none' && !options.transform && options.balanced !== true
  }

  async next(epoch: number, stepInEpoch: number): Promise<Batch> {
    if (!this.always) return this.compose(epoch * this.stepsPerEpoch + stepInEpoch)
    const { inputs, labels, ...rest } = await (this.whole ??= this.compose(0))
    return { ...rest, inputs: tf.clone(inputs), ...(labels && { labels: tf.clone(labels) }) }
  }

  async close(): Promise<void> {
    for (const part of this.parts) await part.close()
    const batch = await this.whole?.catch(() => undefined)
    this.whole = undefined
    tf.dispose([batch?.inputs, batch?.labels].filter((tensor) => tensor !== undefined))
  }

  /** @param step counted over all epochs */
  private async compose(step: number): Promise<Batch> {
    const batches: Batch[] = []
    try {
      for (const part of this.parts) batches.push(await part.next(Math.floor(step / part.stepsPerEpoch), step % part.stepsPerEpoch))
      const labels = batches.flatMap((batch) => batch.labels ?? [])
      return {
        inputs: tf.concat(batches.map((batch) => batch.inputs)),
        ...(labels.length > 0 && { labels: tf.concat(labels) }),
        positions: Int32Array.from(batches.flatMap((batch) => [...batch.positions])),
        domainSizes: batches.map((batch) => batch.positions.length)
      }
    } finally {
      tf.dispose(batches.flatMap(({ inputs, labels }) => labels ? [inputs, labels] : [inputs]))
    }
  }
}
