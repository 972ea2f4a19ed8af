import type { Text } from '../../../contract/text'

interface Library { name: string, licence: string, purpose: Text }

/** What Graft carries, by package name; a test holds this list against package.json and the packages' own licences. */
export const libraries: readonly Library[] = [
  { name: 'electron', licence: 'MIT', purpose: { en: 'The window', zh: '窗口' } },
  { name: 'vue', licence: 'MIT', purpose: { en: 'The screens', zh: '界面' } },
  { name: 'vue-router', licence: 'MIT', purpose: { en: 'The way between screens', zh: '页面导航' } },
  { name: 'vue-i18n', licence: 'MIT', purpose: { en: 'Texts in two languages', zh: '双语文本' } },
  { name: 'pinia', licence: 'MIT', purpose: { en: 'What the window remembers', zh: '界面状态' } },
  { name: 'reka-ui', licence: 'MIT', purpose: { en: 'Accessible controls', zh: '无障碍控件' } },
  { name: '@tanstack/vue-virtual', licence: 'MIT', purpose: { en: 'Long lists', zh: '长列表' } },
  { name: 'chart.js', licence: 'MIT', purpose: { en: 'Charts', zh: '图表' } },
  { name: 'chartjs-plugin-annotation', licence: 'MIT', purpose: { en: 'Marks in charts', zh: '图表标注' } },
  { name: 'chartjs-plugin-zoom', licence: 'MIT', purpose: { en: 'Zooming charts', zh: '图表缩放' } },
  { name: 'vue-chartjs', licence: 'MIT', purpose: { en: 'Charts', zh: '图表' } },
  { name: '@tensorflow/tfjs-core', licence: 'Apache-2.0', purpose: { en: 'Training', zh: '训练' } },
  { name: '@tensorflow/tfjs-converter', licence: 'Apache-2.0', purpose: { en: 'Networks of other programs', zh: '其他程序的网络' } },
  { name: '@tensorflow/tfjs-layers', licence: 'Apache-2.0 AND MIT', purpose: { en: 'Model files', zh: '模型文件' } },
  { name: 'onnxruntime-node', licence: 'MIT', purpose: { en: 'Networks of other programs', zh: '其他程序的网络' } },
  { name: '@tensorflow/tfjs-node-gpu', licence: 'Apache-2.0', purpose: { en: 'The bridge to TensorFlow', zh: '连接 TensorFlow' } },
  { name: '@tensorflow/tfjs-backend-wasm', licence: 'Apache-2.0', purpose: { en: 'Training without TensorFlow', zh: '无需 TensorFlow 的训练' } },
  { name: '@tensorflow/tfjs-backend-cpu', licence: 'Apache-2.0', purpose: { en: 'Training without TensorFlow', zh: '无需 TensorFlow 的训练' } },
  { name: 'sharp', licence: 'Apache-2.0', purpose: { en: 'Reading pictures', zh: '读取图像' } },
  { name: '@cornerstonejs/codec-openjpeg', licence: 'MIT', purpose: { en: 'Reading JPEG 2000 pictures (OpenJPEG, BSD-2-Clause)', zh: '读取 JPEG 2000 图像（OpenJPEG，BSD-2-Clause）' } },
  { name: 'libsvm-js', licence: 'BSD-3-Clause', purpose: { en: 'Support vector machines (LIBSVM)', zh: '支持向量机（LIBSVM）' } },
  { name: 'fast-bmp', licence: 'MIT', purpose: { en: 'Showing pictures', zh: '显示图像' } },
  { name: 'tar', licence: 'BlueOak-1.0.0', purpose: { en: 'Reading archives', zh: '读取压缩包' } },
  { name: 'yauzl', licence: 'MIT', purpose: { en: 'Reading archives', zh: '读取压缩包' } },
  { name: 'p-limit', licence: 'MIT', purpose: { en: 'Trainings side by side', zh: '并行训练' } },
  { name: 'csv-parse', licence: 'MIT', purpose: { en: 'Reading tables', zh: '读取表格' } },
  { name: 'hyparquet-writer', licence: 'MIT', purpose: { en: 'Features as Parquet files', zh: '把特征写成 Parquet 文件' } },
  { name: 'h5wasm', licence: 'SEE LICENSE IN LICENSE.txt', purpose: { en: 'Keras files (NIST, public domain; HDF5, BSD)', zh: 'Keras 文件（NIST，公有领域；HDF5，BSD）' } },
  { name: 'flatbuffers', licence: 'Apache-2.0', purpose: { en: 'TensorFlow Lite files', zh: 'TensorFlow Lite 文件' } },
  { name: 'protobufjs', licence: 'BSD-3-Clause', purpose: { en: 'ONNX files', zh: 'ONNX 文件' } },
  { name: 'undici', licence: 'MIT', purpose: { en: 'Downloads', zh: '下载' } },
  { name: '@aws-sdk/client-s3', licence: 'Apache-2.0', purpose: { en: 'Buckets for studies on other machines', zh: '其他机器上研究所用的存储桶' } },
  { name: 'zod', licence: 'MIT', purpose: { en: 'Checking what comes in', zh: '校验输入' } },
  { name: 'ulid', licence: 'MIT', purpose: { en: 'Names of runs', zh: '运行标识' } },
  { name: 'umap-js', licence: 'MIT', purpose: { en: 'Feature maps', zh: '特征图谱' } },
  { name: 'commander', licence: 'MIT', purpose: { en: 'The command line', zh: '命令行' } },
  { name: 'cli-progress', licence: 'MIT', purpose: { en: 'The command line', zh: '命令行' } },
  { name: 'electron-log', licence: 'MIT', purpose: { en: 'The log', zh: '日志' } }
]

/** What comes with Graft and is no package of it. */
export const runtimes: readonly Library[] = [
  { name: 'TensorFlow', licence: 'Apache-2.0', purpose: { en: 'Training', zh: '训练' } },
  { name: 'Node.js', licence: 'MIT', purpose: { en: 'The engine\'s process', zh: '引擎进程' } }
]
