import type { SkippedFile } from '../../../contract/datasets'

/** Endings of pictures that cannot be read here, as a person calls them. */
const pictures: Record<string, string> = {
  jxl: 'JPEG XL', svg: 'SVG', ico: 'icon', psd: 'Photoshop', tga: 'Targa',
  dcm: 'DICOM', dicom: 'DICOM', exr: 'OpenEXR', hdr: 'Radiance', pcx: 'PCX', jxr: 'JPEG XR', dds: 'DDS', nii: 'NIfTI', svs: 'whole-slide',
  raw: 'camera raw', cr2: 'camera raw', cr3: 'camera raw', nef: 'camera raw', arw: 'camera raw', dng: 'camera raw', orf: 'camera raw', rw2: 'camera raw', raf: 'camera raw'
}
/** Endings of files that hold many pictures, or their labels, in one. */
const collections: Record<string, string> = {
  npy: 'NumPy', npz: 'NumPy', mat: 'MATLAB', parquet: 'Parquet', arrow: 'Arrow', feather: 'Arrow', tfrecord: 'TFRecord', tfrecords: 'TFRecord',
  h5: 'HDF5', hdf5: 'HDF5', pkl: 'pickle', pickle: 'pickle', mdb: 'LMDB', rec: 'RecordIO'
}
const videos = /^(mp4|m4v|mov|avi|mkv|webm|wmv|mpe?g)$/
const archive = /\.(zip|tar|tgz|tbz2?|txz|7z|rar|(tar\.)?(gz|bz2|xz|zst|lz4))$|\.(zip|7z|rar)\.\d{3}$|\.z\d\d$|\.r\d\d$/i

/** Of a file that is no picture to be read, but may hold pictures: the kind of picture it is, where it is one, and why it is left out. */
export function notOpened(name: string): { picture?: string, reason: SkippedFile['reason'] } | undefined {
  // The parts of known data sets are gzipped, too.
  if (/idx\d|ubyte/i.test(name)) return undefined
  if (/\.nii\.gz$/i.test(name)) return { picture: 'NIfTI', reason: notRead('NIfTI') }
  if (archive.test(name)) return { reason: packedInside }
  const ending = /\.([a-z\d]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  const picture = Object.hasOwn(pictures, ending) ? pictures[ending] : undefined
  if (picture !== undefined) return { picture, reason: notRead(picture) }
  if (Object.hasOwn(collections, ending)) return { reason: notUnpacked(collections[ending]!) }
  return videos.test(ending) ? { reason: video } : undefined
}

const packedInside = { en: 'An archive inside a folder or archive is not unpacked; unpack it, or add it by itself.', zh: '不会解压文件夹或压缩包中的压缩包；请先解压，或单独添加。' }
const video = { en: 'It is a video; save its frames as pictures.', zh: '这是视频；请将其帧另存为图像。' }
const notRead = (kind: string): SkippedFile['reason'] => ({ en: `${kind} pictures cannot be read here; save them as PNG or TIFF.`, zh: `无法读取 ${kind} 图像；请另存为 PNG 或 TIFF。` })
const notUnpacked = (kind: string): SkippedFile['reason'] => ({
  en: `Nothing is read from a ${kind} file; save pictures in it as files of their own, and labels as a CSV table.`,
  zh: `不会读取 ${kind} 文件；请将其中的图像另存为单独的文件，将标签另存为 CSV 表格。`
})
