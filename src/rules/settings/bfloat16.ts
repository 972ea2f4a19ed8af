import type { Doctor, Support } from '../../contract/doctor'
import type { ErrorValue } from '../../contract/errors'
import type { MethodSummary } from '../../contract/methods'
import type { Device, Spec } from '../../contract/runs'
import type { Text } from '../../contract/text'
import { trainingParameters } from '../../contract/training'
import { problem } from '../facts'

/** Instructions that multiply bfloat16 numbers, by Linux' names: AVX-512's (Cooper Lake, Zen 4 and later) and AMX's. */
const instructions = ['avx512_bf16', 'amx_bf16']

/**
 * Whether a processor multiplies bfloat16 numbers.
 * @param platform and `architecture` as Node names them
 * @param cpuinfo `/proc/cpuinfo`, on Linux
 */
export function bfloat16Of(platform: string, architecture: string, cpuinfo: string): Support {
  if (architecture !== 'x64') return { available: false, reason: onlyX64 }
  if (platform !== 'linux') return { available: false, reason: onlyLinux }
  const flags = /^flags\s*:(.*)$/m.exec(cpuinfo)?.[1]?.trim().split(/\s+/) ?? []
  return instructions.some((name) => flags.includes(name)) ? { available: true } : { available: false, reason: noInstructions }
}

/** Whether training steps can be computed in bfloat16: as functions, on a processor that has it. */
export const bfloat16With = (functions: Doctor['functions'], processor: Support): Support =>
  functions.available ? processor : { available: false, reason: functions.reason ?? needsFunctions, ...(functions.remedy && { remedy: functions.remedy }) }

/** Everything that a spec lacks that asks for bfloat16; nothing where its method takes no steps. @param support where it is to be computed; undefined where nobody knows */
export function checkPrecision(method: MethodSummary, { training, device }: Pick<Spec, 'training' | 'device'>, support?: Support): ErrorValue[] {
  if (training.precision !== 'bfloat16' || method.recipe?.noSteps === true) return []
  return hindrances({ functions: training.functions, device, support }).map(({ reason, remedy }) => noBfloat16(reason, remedy))
}

/** Each reason why steps cannot be computed in bfloat16, with what to do. @param wanted how and where they are to be computed */
export const hindrances = (
  { functions, device, support }: { functions: boolean, device: Device, support: Support | undefined }
): { reason: Text, remedy?: Text }[] => [
  ...(functions ? [] : [{ reason: needsFunctions, remedy: switchOn }]),
  ...(device === 'gpu' || device === 'wasm' ? [{ reason: onProcessors, remedy: chooseProcessor }] : []),
  ...(support?.available === false ? [{ reason: support.reason }] : [])
]

/** Why steps cannot be computed in bfloat16. Nothing takes its place: it would be another training. */
export const noBfloat16 = (reason: Text, remedy: Text = chooseFloat32): ErrorValue => problem(
  'no-bfloat16', 'training.precision',
  { en: `The training steps cannot be computed in bfloat16. ${reason.en}`, zh: `训练步无法以 bfloat16 计算。${reason.zh}` }, remedy
)

const { en: switchName, zh: switchNameInChinese } = trainingParameters.functions.label
const switchOn: Text = {
  en: `Switch on “${switchName}” (--functions true), or choose float32.`,
  zh: `请打开“${switchNameInChinese}”（--functions true），或选择 float32。`
}
const chooseProcessor: Text = { en: 'Choose the processor as the device, or float32.', zh: '请选择处理器作为设备，或选择 float32。' }
const chooseFloat32: Text = { en: 'Choose float32 as the precision.', zh: '请将精度选为 float32。' }
export const needsFunctions: Text = { en: 'That needs steps as functions, and these are computed operation by operation.', zh: '这需要整步作为函数，而此处逐个运算地计算。' }
export const onProcessors: Text = { en: 'It is computed on processors alone.', zh: '它只在处理器上计算。' }
const onlyX64: Text = { en: 'TensorFlow computes it on x86-64 processors alone.', zh: 'TensorFlow 只在 x86-64 处理器上以它计算。' }
const onlyLinux: Text = { en: 'Only on Linux can Graft tell whether the processor has it.', zh: '只有在 Linux 上 Graft 才能判断处理器是否支持它。' }
// oneDNN computes it all the same, by converting there and back.
const noInstructions: Text = {
  en: 'The processor has no instructions for it (AVX-512 BF16 or AMX), so it would be slower than float32.',
  zh: '处理器没有相应的指令（AVX-512 BF16 或 AMX），会比 float32 更慢。'
}
