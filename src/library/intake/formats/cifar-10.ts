import { basename } from 'node:path'
import { detectCifar, readCifar, type CifarLayout } from './shared/cifar'
import { defineFormat } from '../reading/format'

/** Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009: 1 label byte, then the pixels. */
export const cifar10Layout: CifarLayout = {
  name: 'CIFAR-10',
  labels: [{ name: 'label', classes: 10 }],
  splitOf: (file) => file === 'test_batch.bin' ? 'test' : /^data_batch_\d+\.bin$/.test(file) ? 'train' : undefined,
  namesFile: 'batches.meta.txt',
  isPythonFile: (path) => /(^|\/)data_batch_\d+$/.test(path)
}

export const cifar10 = defineFormat({
  id: 'cifar-10',
  title: { en: 'CIFAR-10, binary version', zh: 'CIFAR-10（二进制版本）' },
  summary: {
    en: 'A folder or .tar.gz with data_batch_1.bin …, test_batch.bin and batches.meta.txt; any number of records.',
    zh: '包含 data_batch_1.bin …、test_batch.bin 和 batches.meta.txt 的文件夹或 .tar.gz；记录数不限。'
  },
  detect: (path) => detectCifar(cifar10Layout, path, (file) =>
    cifar10Layout.splitOf(basename(file)) !== undefined || cifar10Layout.isPythonFile(file)),
  read: (path, options) => readCifar(cifar10Layout, path, options)
})
