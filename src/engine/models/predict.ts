import { GraftError, toErrorValue } from '../../contract/errors'
import { extractorId, type ModelRef } from '../../contract/models'
import type { PictureWanted, Prediction, Predictions } from '../../contract/predictions'
import type { Text } from '../../contract/text'
import { idIn, isTrained } from '../../rules/refs'
import type { Library } from '../../library'
import { UnreadableImage, withImageFile } from '../../images/image-file'
import { encodePng, smallPicture } from '../evaluation/heat-map'
import { gradCam, saliencyLayer } from '../evaluation/saliency'
import { noThreshold } from '../../rules/format/calibration'
import { answersOf, inputsOf, pixelsFor } from './answers'
import { openAnswering, type AnsweringModel } from './open'

export interface PredictOptions {
  /** Where each picture's first class is seen. */
  gradCam?: boolean
  /** Also what the saved model says that this one was made from. */
  source?: boolean
  /** A small PNG of each picture no longer than this on a side, for a window that sees no files. */
  pictures?: number
}

/** Classes and probabilities for picture files or pictures of data sets, one by one; a broken picture does not stop the others. */
export async function predict(
  library: Library, ref: ModelRef, images: readonly PictureWanted[], options: PredictOptions,
  { signal, onProgress }: { signal?: AbortSignal, onProgress?(done: number, total: number): void }
): Promise<Predictions> {
  const notes: Text[] = []
  const model = await openAnswering(library, ref)
  let source: Awaited<ReturnType<typeof openSourceOf>>
  try {
    source = options.source ? await openSourceOf(library, ref, notes) : undefined
    const places = options.gradCam ? placesOf(model, notes) : undefined
    const predictions: Prediction[] = []
    for (const image of images) {
      signal?.throwIfAborted()
      predictions.push(await predictOne(image, places))
      onProgress?.(predictions.length, images.length)
    }
    if (!model.calibration?.noneOfThese) notes.push(noThreshold)
    return { model: ref, ...(model.calibration && { calibration: model.calibration }), ...(source && { source: source.named }), predictions, notes }
  } finally {
    model.dispose()
    source?.model.dispose()
  }

  async function predictOne(wanted: PictureWanted, places: ReturnType<typeof placesOf>): Promise<Prediction> {
    const image = typeof wanted === 'string' ? wanted : `${wanted.dataset}/${wanted.split}/${wanted.position}`
    try {
      return await withBytesOf(library, wanted, async (bytes) => {
        const pixels = await pixelsFor(model, bytes)
        const [answer] = answersOf(model, [pixels])
        const saliency = places && await places(pixels, answer!.classes[0]!.class)
        return {
          image,
          ...answer!,
          ...(saliency && { saliency }),
          ...(source && { source: answersOf(source.model, [await pixelsFor(source.model, bytes)])[0]!.classes }),
          ...(options.pictures !== undefined && { picture: (await encodePng(await smallPicture(bytes, options.pictures))).toString('base64') })
        }
      })
    } catch (error) {
      return { image, error: toErrorValue(error instanceof UnreadableImage ? unreadable(image, error) : error) }
    }
  }
}

/** Works with a picture as the bytes of a file; one of a data set is written as a PNG first, which loses nothing. */
async function withBytesOf<T>({ datasets }: Library, wanted: PictureWanted, work: (bytes: Uint8Array) => Promise<T>): Promise<T> {
  if (typeof wanted === 'string') return withImageFile(wanted, work)
  const reader = await datasets.open(wanted.dataset)
  try {
    const [height, width, channels] = reader.dataset.shape
    const raw = await reader.readImages(wanted.split, [wanted.position])
    // Grey in three channels.
    const pixels = channels === 3 ? raw : Uint8Array.from({ length: height * width * 3 }, (_, index) => raw[Math.floor(index / 3)]!)
    return await work(await encodePng({ pixels, size: [height, width] }))
  } finally {
    await reader.close()
  }
}

/** Grad-CAM of a class in a picture; undefined, with a note, where the model has no gradients or no places. */
function placesOf(model: AnsweringModel, notes: Text[]) {
  const { network, classifier } = model
  if (classifier) {
    notes.push({
      en: `No heat map: ${classifier.title.en} answers in the place of the network's head, and has no gradients.`,
      zh: `没有热图：由${classifier.title.zh}代替网络的分类头作答，它没有梯度。`
    })
    return undefined
  }
  if (network.definition.architecture === extractorId) {
    notes.push({ en: 'No heat map: a graph of another program is run as it is, without gradients.', zh: '没有热图：其他程序的计算图按原样运行，没有梯度。' })
    return undefined
  }
  if (!saliencyLayer(network)) {
    notes.push({ en: 'No heat map: the network has no convolution, and so no places to weigh.', zh: '没有热图：该网络没有卷积层，因而没有可衡量的位置。' })
    return undefined
  }
  return async (pixels: Uint8Array, name: string) => {
    const inputs = inputsOf(model, [pixels])
    const found = gradCam(network, inputs, [network.definition.classes.indexOf(name)])
    inputs.dispose()
    if (!found) return undefined
    const { height, width, maps: [map] } = found
    // Three digits are more than a picture can show.
    return { class: name, height, width, map: Array.from(map!, (value) => Math.round(value * 1000) / 1000) }
  }
}

/** The saved model that a run started from; undefined for fresh weights, and with a note where it is gone. */
async function openSourceOf(library: Library, ref: ModelRef, notes: Text[]) {
  const runId = idIn('run', ref)
  if (runId === undefined) return undefined
  const { spec, names } = await library.runs.get(runId)
  const source = spec.source.model
  if (!isTrained(source)) return undefined
  try {
    return { model: await openAnswering(library, source), named: { ref: source, name: names.source } }
  } catch (error) {
    const { message } = toErrorValue(error)
    notes.push({ en: `The source model cannot be asked. ${message.en}`, zh: `无法询问源模型。${message.zh}` })
    return undefined
  }
}

function unreadable(image: string, { reason }: UnreadableImage): GraftError {
  return new GraftError('image-unreadable', {
    en: `${image} could not be read: ${reason.en}`, zh: `无法读取 ${image}：${reason.zh}`
  })
}
