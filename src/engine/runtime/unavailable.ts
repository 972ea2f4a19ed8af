import type { Text } from '../../contract/text'
import { hasNvidiaDriver } from './graphics'
import type { NativeRuntimeSearch, SetUpProblem } from './location'

/** Why a backend is not there, and what would change that. */
export interface Unavailable {
  reason: Text
  remedy: Text
  /** Technical details: what the dynamic linker said. */
  details?: string | undefined
  /** It did not answer in its time, which says nothing of what it is. */
  overdue?: boolean
}

const setUp: Text = {
  en: 'Run `npm run setup`; it brings TensorFlow and says what is missing.',
  zh: '运行 `npm run setup`，它会安装 TensorFlow 并说明缺少什么。'
}
const setUpWithCuda: Text = {
  en: 'Run `npm run setup` again; where it finds the driver it brings the CUDA build of TensorFlow.',
  zh: '请重新运行 `npm run setup`；发现驱动程序后会安装支持 CUDA 的 TensorFlow。'
}
const reinstall: Text = {
  en: 'Run `npm run setup` again, or install Graft again.',
  zh: '请重新运行 `npm run setup`，或重新安装 Graft。'
}

const firstLine = (text: string): string => text.split('\n')[0] ?? text

export const unavailable = {
  notSetUp: (file: string, problem?: SetUpProblem): Unavailable => problem ? {
    reason: { en: `TensorFlow could not be set up: ${problem.reason}.`, zh: `TensorFlow 安装失败：${problem.reason}。` },
    remedy: { en: `What to do: ${problem.remedy}`, zh: `解决办法：${problem.remedy}` }
  } : {
    reason: { en: `TensorFlow has not been set up: ${file} names no library.`, zh: `尚未安装 TensorFlow：${file} 未指明库文件。` },
    remedy: setUp
  },
  damaged: (file: string, details?: string): Unavailable => ({
    reason: { en: `The TensorFlow that was set up is damaged: ${file}.`, zh: `已安装的 TensorFlow 已损坏：${file}。` },
    remedy: reinstall,
    details
  }),
  overdue: (seconds: number): Unavailable => ({
    reason: { en: `TensorFlow did not load within ${seconds} seconds: this machine is busy, or its disk is slow.`, zh: `TensorFlow 未能在 ${seconds} 秒内加载：本机繁忙或磁盘较慢。` },
    remedy: { en: 'Look again when less is going on.', zh: '请在本机较空闲时重新检测。' },
    overdue: true
  }),
  doesNotLoad: (file: string, details: string): Unavailable => ({
    reason: { en: `TensorFlow does not load: ${firstLine(details)}`, zh: `TensorFlow 无法加载：${firstLine(details)}` },
    remedy: reinstall,
    details: `${file}: ${details}`
  }),
  noDriver: (): Unavailable => ({
    reason: { en: 'No NVIDIA driver was found on this machine.', zh: '此计算机上未找到 NVIDIA 驱动程序。' },
    remedy: {
      en: 'Install the driver of an NVIDIA card, then run `npm run setup` again; without a card, the processor is used.',
      zh: '请安装 NVIDIA 显卡驱动程序，然后重新运行 `npm run setup`；没有显卡时使用处理器。'
    }
  }),
  noGpuOnThisSystem: (): Unavailable => ({
    reason: { en: 'TensorFlow has no GPU build for this system.', zh: 'TensorFlow 没有适用于此系统的 GPU 版本。' },
    remedy: { en: 'Nothing to do: the processor is used.', zh: '无需处理：将使用处理器。' }
  }),
  noCudaBuild: (): Unavailable => ({
    reason: {
      en: 'An NVIDIA driver is here, but the TensorFlow that was set up is built without CUDA.',
      zh: '已有 NVIDIA 驱动程序，但所安装的 TensorFlow 不支持 CUDA。'
    },
    remedy: setUpWithCuda
  }),
  noGpuSeen: (): Unavailable => ({
    reason: {
      en: 'TensorFlow is built with CUDA but sees no graphics card it can use.',
      zh: 'TensorFlow 支持 CUDA，但未发现可用的显卡。'
    },
    remedy: {
      en: 'Check with `nvidia-smi` that the driver is new enough and that no other program holds the card.',
      zh: '请用 `nvidia-smi` 检查驱动程序版本是否足够新，以及显卡是否被其他程序占用。'
    }
  }),
  noWasmFiles: (): Unavailable => ({
    reason: { en: 'The WebAssembly files of TensorFlow.js are missing.', zh: '缺少 TensorFlow.js 的 WebAssembly 文件。' },
    remedy: { en: 'Run `npm run build` again, or install Graft again.', zh: '请重新运行 `npm run build`，或重新安装 Graft。' }
  })
}

/** Why there is no native library at all. */
export function nativeMissing(search: Extract<NativeRuntimeSearch, { found: false }>): Unavailable {
  return search.reason === 'not-set-up' ? unavailable.notSetUp(search.file, search.problem) : unavailable.damaged(search.file, search.details)
}

/** Why the graphics card does not compute, given the library that was found and that it does not use one. */
export function whyNoGpu(search: NativeRuntimeSearch): Unavailable {
  if (process.platform === 'darwin') return unavailable.noGpuOnThisSystem()
  if (!hasNvidiaDriver()) return unavailable.noDriver()
  if (!search.found) return nativeMissing(search)
  return search.runtime.kind === 'gpu' ? unavailable.noGpuSeen() : unavailable.noCudaBuild()
}
