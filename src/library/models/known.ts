import { join } from 'node:path'
import type { KnownModelEntry } from '../../contract/downloads'
import { GraftError } from '../../contract/errors'
import type { ModelImportOptions } from '../../contract/models'
import type { Text } from '../../contract/text'
import { imageNetPictures } from '../../rules/learned-pictures'
import { discardFolder } from '../downloads/discard'
import { arrivedBytes, bytesOf, type KnownFile } from '../downloads/download'
import type { SeveralHooks } from '../downloads/several'
import type { ModelCatalogue } from './catalogue'

/** A trained network of others that Graft can get by itself: all facts about it in one place. */
export interface KnownModel {
  /** Also its id on the shelf. */
  id: string
  title: string
  architecture: string
  file: KnownFile
  licence: string
  attribution: string
  /** The page of those who give it. */
  page: string
  /** How its training pictures were normalised, where the usual way of its architecture is another. */
  normalisation?: ModelImportOptions['normalisation']
  /** Whether it knows the thousand classes of ImageNet; a backbone without a head does not. */
  imageNetClasses: boolean
  /** The pictures it learned from. */
  learned: Text
}

/** What all of them see: torchvision's and timm's sizes, and DINOv2's positions interpolated to it. */
const input: KnownModelEntry['input'] = [224, 224, 3]

/** torchvision names the first eight digits of the file's SHA-256 in its name, which torch.hub holds it to. */
function torchvision(id: string, title: string, file: string, aboutMegabytes: number, architecture = id): KnownModel {
  return {
    id, title, architecture, imageNetClasses: true, learned: imageNetPictures,
    file: {
      name: file, addresses: [`https://download.pytorch.org/models/${file}`], aboutBytes: aboutMegabytes * 1e6,
      hash: { algorithm: 'sha256', hex: /-([0-9a-f]{8})\.pth$/.exec(file)![1]! }
    },
    licence: 'BSD-3-Clause (torchvision); learned from ImageNet, whose pictures are for research and teaching',
    attribution: 'The PyTorch team, torchvision: IMAGENET1K_V1 weights.', page: 'https://docs.pytorch.org/vision/stable/models.html'
  }
}

/** timm publishes no hash beside its files on Hugging Face: the connection alone vouches for them. */
function timm(
  id: string, title: string, name: string, aboutMegabytes: number,
  more: Pick<KnownModel, 'architecture' | 'attribution' | 'imageNetClasses' | 'learned' | 'normalisation'>
): KnownModel {
  return {
    id, title, ...more,
    file: { name: `${id}.safetensors`, addresses: [`https://huggingface.co/timm/${name}/resolve/main/model.safetensors`], aboutBytes: aboutMegabytes * 1e6 },
    licence: 'Apache-2.0', page: `https://huggingface.co/timm/${name}`
  }
}

export const knownModels: readonly KnownModel[] = [
  torchvision('resnet-18', 'ResNet-18', 'resnet18-f37072fd.pth', 47),
  torchvision('resnet-34', 'ResNet-34', 'resnet34-b627a593.pth', 87),
  torchvision('resnet-50', 'ResNet-50', 'resnet50-0676ba61.pth', 103),
  torchvision('mobilenet-v2', 'MobileNet v2', 'mobilenet_v2-b0353104.pth', 14),
  torchvision('mobilenet-v3-small', 'MobileNet v3 small', 'mobilenet_v3_small-047dcff4.pth', 10),
  torchvision('mobilenet-v3-large', 'MobileNet v3 large', 'mobilenet_v3_large-8738ca79.pth', 22),
  torchvision('efficientnet-b0', 'EfficientNet-B0', 'efficientnet_b0_rwightman-7f5810bc.pth', 21),
  torchvision('convnext-tiny', 'ConvNeXt-Tiny', 'convnext_tiny-983f1562.pth', 114),
  timm('vit-small', 'ViT-S/16', 'vit_small_patch16_224.augreg_in21k_ft_in1k', 88, {
    architecture: 'vit-small', imageNetClasses: true, normalisation: 'half',
    learned: {
      en: 'ImageNet-21k: 14 million photographs; then ImageNet-1k: 1.28 million of them', zh: 'ImageNet-21k：1400 万张照片；之后为 ImageNet-1k：其中 128 万张'
    },
    attribution: 'A. Steiner et al., "How to train your ViT?", 2021; by R. Wightman, timm.'
  }),
  timm('dinov2-small', 'DINOv2 ViT-S/14', 'vit_small_patch14_dinov2.lvd142m', 88, {
    architecture: 'dinov2-small', imageNetClasses: false, normalisation: 'imagenet',
    learned: { en: 'LVD-142M: 142 million pictures of the web, without labels', zh: 'LVD-142M：1.42 亿张网络图片，无标签' },
    attribution: 'M. Oquab et al., "DINOv2: Learning robust visual features without supervision", 2023; by R. Wightman, timm.'
  })
]

export function modelExists(id: string): GraftError {
  return new GraftError('model-exists', {
    en: `There is a model "${id}" already.`, zh: `已存在名为“${id}”的模型。`
  }, { field: 'id', usage: true, remedy: { en: 'Give another --id, or remove it first.', zh: '请指定另一个 --id，或先将其删除。' } })
}

export const downloadBytesOf = ({ file }: KnownModel): number => bytesOf(file)

/** @throws GraftError that names the known ones */
export function knownModelOf(id: string, known: readonly KnownModel[] = knownModels): KnownModel {
  const found = known.find((each) => each.id === id)
  if (found) return found
  const ids = known.map((each) => each.id).join(', ')
  throw new GraftError('known-model-unknown', {
    en: `Graft does not know where to get "${id}".`, zh: `Graft 不知道从何处获取“${id}”。`
  }, { field: 'known', usage: true, remedy: { en: `Known are: ${ids}.`, zh: `已知的有：${ids}。` } })
}

/** Where the file of a known model is brought to. */
const downloadFolder = (cacheDir: string, { id }: KnownModel): string => join(cacheDir, 'downloads', `model-${id}`)

/** The known models, each with what is there of it already. */
export const listKnownModels = ({ models }: { models: Pick<ModelCatalogue, 'has'> }, cacheDir: string): Promise<KnownModelEntry[]> =>
  Promise.all(knownModels.map(async (entry) => ({
    id: entry.id, title: entry.title, architecture: entry.architecture, learned: entry.learned, classes: entry.imageNetClasses ? 1000 : 0, input,
    downloadBytes: downloadBytesOf(entry), licence: entry.licence,
    attribution: entry.attribution, page: entry.page, address: entry.file.addresses[0]!, checked: entry.file.hash !== undefined,
    isHere: await models.has(entry.id), partialBytes: await arrivedBytes(entry.file, downloadFolder(cacheDir, entry))
  })))

/** Removes what a download left that did not come to its end. @throws `known-model-unknown`, `download-running` */
export const discardKnownModel = (cacheDir: string, known: string): Promise<void> => {
  const entry = knownModelOf(known)
  return discardFolder(downloadFolder(cacheDir, entry), entry.title)
}

/**
 * Downloads a known model into the cache folder, has it imported, and removes the file. What a download that did not come
 * to its end has brought stays there, and the next one goes on from it.
 * @param classNames the names of ImageNet's classes in the order of the outputs, where they are at hand; else they are numbered
 * @param keep imports a file
 * @throws `model-exists`, `disk-full` before anything is downloaded, and what downloading and importing throw
 */
export async function getKnownModel<Kept>(
  { dataDir, models }: { dataDir: string, models: Pick<ModelCatalogue, 'has'> }, cacheDir: string, entry: KnownModel,
  keep: (options: ModelImportOptions) => Promise<Kept>,
  { id = entry.id, name = entry.title, classNames, ...hooks }: SeveralHooks & { id?: string, name?: string, classNames?: readonly string[] | undefined }
): Promise<Kept> {
  if (await models.has(id)) throw modelExists(id)
  // Only when it is needed: the window's main process lists models and opens no connection.
  const { withDownload } = await import('../downloads/several')
  // On the shelf it takes about as much as its file.
  return withDownload({
    title: entry.title, files: [entry.file], folder: downloadFolder(cacheDir, entry), dataDir, keptBytes: bytesOf(entry.file)
  }, hooks, ([path]) => keep({
    path: path!, id, name, architecture: entry.architecture,
    ...(entry.normalisation !== undefined && { normalisation: entry.normalisation }),
    ...(entry.imageNetClasses && classNames && { classes: [...classNames] }),
    credit: { embedded: false, licence: entry.licence, attribution: entry.attribution, source: entry.page }
  }))
}
