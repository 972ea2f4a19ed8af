import type { ModelInspection, Remark } from '../../contract/models'
import type { ModelFile } from '../interchange'
import type { Recognised } from '../interchange/recognition/recognise'

interface Found {
  channelOrder: 'bgr' | undefined
  normalisationFrom: ModelInspection['normalisationFrom']
  classesFrom: ModelInspection['classesFrom']
  /** The file beside the model that names its classes. */
  beside?: string
  /** The file beside the model that says how its pixels are normalised. */
  pixelsBeside?: string
}

/** What a person should know of how a file was read, and is asked where it does not say it. */
export function remarksOf(file: ModelFile, { head, remarks, naming }: Recognised, found: Found): Remark[] {
  const { channelOrder, normalisationFrom, classesFrom, beside } = found
  return [
    ...file.remarks ?? [],
    ...remarks,
    // A file that tells its steps leaves nothing open.
    ...(naming.assumed && !file.steps ? [{ about: 'assumed' as const, text: naming.assumed }] : []),
    ...(channelOrder ? [turned] : []),
    ...(beside !== undefined && classesFrom === 'file' ? [namedBeside(beside)] : []),
    ...(found.pixelsBeside !== undefined && normalisationFrom === 'file' ? [normalisedBeside(found.pixelsBeside)] : []),
    ...(naming.normalisationAssumed && normalisationFrom === 'usual' ? [{ about: 'assumed' as const, text: naming.normalisationAssumed }] : []),
    ...(normalisationFrom === 'usual' ? [asksNormalisation] : []),
    ...(head && classesFrom === 'usual' ? [asksClasses] : [])
  ].slice(0, 50)
}

const turned: Remark = { about: 'read', text: {
  en: 'It takes channels in the order blue, green, red. The kernel of its first layer is turned round, so that the imported network takes red, green, blue and answers the same.',
  zh: '该网络的通道顺序为蓝、绿、红。导入时将首层卷积核的通道反转，使其以红、绿、蓝为输入，输出不变。'
} }

const namedBeside = (name: string): Remark => ({ about: 'read', text: { en: `The names of its classes come from ${name} beside it.`, zh: `类别名称取自同一文件夹中的 ${name}。` } })

const normalisedBeside = (name: string): Remark => ({ about: 'read', text: { en: `How its pixels are normalised comes from ${name} beside it.`, zh: `像素的归一化方式取自同一文件夹中的 ${name}。` } })

const asksNormalisation: Remark = { about: 'asked', text: {
  en: 'How were its training pictures normalised? The file does not say it: what is usual for such networks is taken.', zh: '训练时图像如何归一化？文件未注明：按此类网络的惯例处理。'
} }

const asksClasses: Remark = { about: 'asked', text: {
  en: 'What are its classes called? The file does not say it: they are numbered.', zh: '各类别叫什么？文件未注明：以编号代替。'
} }
