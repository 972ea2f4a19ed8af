import { basename } from 'node:path'
import { detectCifar, readCifar, recordBytesOf, type CifarLayout } from './shared/cifar'
import { defineFormat } from '../reading/format'

/** Krizhevsky 2009: 1 byte for the coarse label (20 groups), 1 for the fine one (100 classes), then the pixels. */
export const cifar100Layout: CifarLayout = {
  name: 'CIFAR-100',
  labels: [{ name: 'coarse label', classes: 20 }, { name: 'fine label', classes: 100 }],
  splitOf: (file) => file === 'train.bin' ? 'train' : file === 'test.bin' ? 'test' : undefined,
  namesFile: 'fine_label_names.txt',
  isPythonFile: (path) => /(^|\/)cifar-100-python\/(train|test|meta)$/.test(path)
}

/** `train.bin` alone could be anything: its size or its company must fit. */
function isCifar100File(file: string, size: number): boolean {
  const name = basename(file)
  if (name === cifar100Layout.namesFile || cifar100Layout.isPythonFile(file)) return true
  return cifar100Layout.splitOf(name) !== undefined && (size % recordBytesOf(cifar100Layout) === 0 || /cifar-?100/i.test(file))
}

export const cifar100 = defineFormat({
  id: 'cifar-100',
  title: { en: 'CIFAR-100, binary version', zh: 'CIFAR-100（二进制版本）' },
  summary: {
    en: 'A folder or .tar.gz with train.bin, test.bin and fine_label_names.txt; the 100 fine classes are used.',
    zh: '包含 train.bin、test.bin 和 fine_label_names.txt 的文件夹或 .tar.gz；使用 100 个细分类别。'
  },
  detect: (path) => detectCifar(cifar100Layout, path, isCifar100File),
  read: (path, options) => readCifar(cifar100Layout, path, options)
})
