import type { ImageShape } from '../../../contract/datasets'
import type { KnownDataset } from '../../../contract/downloads'
import type { KnownFile } from '../../downloads/download'

/** A data set that Graft can get by itself: all facts about it in one place. */
export interface KnownEntry extends Pick<KnownDataset, 'id' | 'title' | 'summary' | 'licence' | 'citation' | 'page'> {
  shape: ImageShape
  /** In the labels' order; the ones in the files where absent. */
  classNames?: readonly string[]
  classes: number
  images: { train: number, test: number }
  /** The format that reads the files, and whether it is given the one file or the folder of all. */
  format: string
  reads: 'file' | 'folder'
  files: readonly HashedFile[]
}

const noLicence = {
  en: 'None is stated; the authors ask that their work be cited.', zh: '未声明许可；作者要求引用其文献。'
}

type HashedFile = KnownFile & Required<Pick<KnownFile, 'hash'>>

function file(name: string, bytes: number, algorithm: 'sha256' | 'md5', hex: string, ...folders: string[]): HashedFile {
  return { name, bytes, hash: { algorithm, hex }, addresses: folders.map((folder) => folder + name) }
}

const toronto = 'https://www.cs.toronto.edu/~kriz/'
// The authors' own page no longer gives the files out; these two are kept by PyTorch and by TensorFlow.
const mnistFolders = ['https://ossci-datasets.s3.amazonaws.com/mnist/', 'https://storage.googleapis.com/cvdf-datasets/mnist/']
const fashionFolders = [
  'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
  'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/'
]
const libsvm = 'https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass/'
const stanford = 'http://ufldl.stanford.edu/housenumbers/'

/**
 * Addresses, sizes and hashes as the authors, torchvision and TensorFlow Datasets publish them. LIBSVM publishes no
 * sizes, torchvision the MD5 of its files.
 */
export const knownDatasets: readonly KnownEntry[] = [
  {
    id: 'cifar-10', title: 'CIFAR-10',
    summary: { en: 'Colour photographs of ten kinds of animals and vehicles.', zh: '十类动物和交通工具的彩色照片。' },
    shape: [32, 32, 3], classes: 10, images: { train: 50_000, test: 10_000 },
    licence: noLicence, page: 'https://www.cs.toronto.edu/~kriz/cifar.html',
    citation: 'A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", technical report, University of Toronto, 2009.',
    format: 'cifar-10', reads: 'file',
    files: [file('cifar-10-binary.tar.gz', 170_052_171, 'sha256', 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd', toronto)]
  },
  {
    id: 'cifar-100', title: 'CIFAR-100',
    summary: { en: 'Colour photographs of a hundred kinds of things.', zh: '一百类物体的彩色照片。' },
    shape: [32, 32, 3], classes: 100, images: { train: 50_000, test: 10_000 },
    licence: noLicence, page: 'https://www.cs.toronto.edu/~kriz/cifar.html',
    citation: 'A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", technical report, University of Toronto, 2009.',
    format: 'cifar-100', reads: 'file',
    files: [file('cifar-100-binary.tar.gz', 168_513_733, 'sha256', '58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec', toronto)]
  },
  {
    id: 'mnist', title: 'MNIST',
    summary: { en: 'Handwritten digits, white on black.', zh: '手写数字，黑底白字。' },
    shape: [28, 28, 1], classes: 10, images: { train: 60_000, test: 10_000 },
    licence: { en: 'CC BY-SA 3.0, Y. LeCun and C. Cortes', zh: 'CC BY-SA 3.0，Y. LeCun 与 C. Cortes' }, page: 'https://yann.lecun.com/exdb/mnist/',
    citation: 'Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document recognition", Proceedings of the IEEE 86(11), 1998.',
    format: 'idx', reads: 'folder',
    files: [
      file('train-images-idx3-ubyte.gz', 9_912_422, 'sha256', '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609', ...mnistFolders),
      file('train-labels-idx1-ubyte.gz', 28_881, 'sha256', '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c', ...mnistFolders),
      file('t10k-images-idx3-ubyte.gz', 1_648_877, 'sha256', '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6', ...mnistFolders),
      file('t10k-labels-idx1-ubyte.gz', 4_542, 'sha256', 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6', ...mnistFolders)
    ]
  },
  {
    id: 'fashion-mnist', title: 'Fashion-MNIST',
    summary: { en: 'Ten kinds of clothes in the form of MNIST.', zh: '十类服饰，格式与 MNIST 相同。' },
    shape: [28, 28, 1], classes: 10, images: { train: 60_000, test: 10_000 },
    classNames: ['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
    licence: { en: 'MIT, Zalando SE', zh: 'MIT，Zalando SE' }, page: 'https://github.com/zalandoresearch/fashion-mnist',
    citation: 'H. Xiao, K. Rasul and R. Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms", arXiv:1708.07747, 2017.',
    format: 'idx', reads: 'folder',
    files: [
      file('train-images-idx3-ubyte.gz', 26_421_880, 'md5', '8d4fb7e6c68d591d4c3dfef9ec88bf0d', ...fashionFolders),
      file('train-labels-idx1-ubyte.gz', 29_515, 'md5', '25c81989df183df01b3e8a0aad5dffbe', ...fashionFolders),
      file('t10k-images-idx3-ubyte.gz', 4_422_102, 'md5', 'bef4ecab320f06d8554ea6380940ec79', ...fashionFolders),
      file('t10k-labels-idx1-ubyte.gz', 5_148, 'md5', 'bb300cfdad3c16e7a12a480ee83cd310', ...fashionFolders)
    ]
  },
  {
    id: 'usps', title: 'USPS',
    summary: { en: 'Digits of postal codes on envelopes, smaller and softer than MNIST’s.', zh: '信封上邮政编码的数字，比 MNIST 更小、更柔和。' },
    shape: [16, 16, 1], classes: 10, images: { train: 7_291, test: 2_007 },
    licence: noLicence, page: 'https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass.html#usps',
    citation: 'J. J. Hull, "A database for handwritten text recognition research", IEEE Transactions on Pattern Analysis and Machine Intelligence 16(5), 1994.',
    format: 'usps', reads: 'folder',
    files: [
      { name: 'usps.bz2', addresses: [`${libsvm}usps.bz2`], aboutBytes: 6_600_000, hash: { algorithm: 'md5', hex: 'ec16c51db3855ca6c91edd34d0e9b197' } },
      { name: 'usps.t.bz2', addresses: [`${libsvm}usps.t.bz2`], aboutBytes: 1_800_000, hash: { algorithm: 'md5', hex: '8ea070ee2aca1ac39742fdd1ef5ed118' } }
    ]
  },
  {
    id: 'svhn', title: 'SVHN',
    summary: { en: 'Digits of house numbers in street photographs, cropped; without the extra set.', zh: '街景照片中的门牌数字（裁剪后）；不含附加集。' },
    shape: [32, 32, 3], classes: 10, images: { train: 73_257, test: 26_032 },
    licence: { en: 'For non-commercial use only', zh: '仅限非商业用途' }, page: 'http://ufldl.stanford.edu/housenumbers/',
    citation: 'Y. Netzer, T. Wang, A. Coates, A. Bissacco, B. Wu and A. Y. Ng, "Reading Digits in Natural Images with Unsupervised Feature Learning", NIPS Workshop on Deep Learning and Unsupervised Feature Learning, 2011.',
    format: 'svhn', reads: 'folder',
    files: [
      file('train_32x32.mat', 182_040_794, 'sha256', '435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8', stanford),
      file('test_32x32.mat', 64_275_384, 'sha256', 'cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b', stanford)
    ]
  }
]
