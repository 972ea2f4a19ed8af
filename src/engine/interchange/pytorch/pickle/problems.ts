import { GraftError } from '../../../../contract/errors'
import type { Text } from '../../../../contract/text'
import { Unreadable } from '../../../safetensors/header'

export { Unreadable }

/** The bytes ended within the pickle: with more of the file it may go on. */
export class TooShort extends Unreadable {
  constructor() {
    super({ en: 'it ends too early', zh: '文件提前结束' })
  }
}

/** The pickle asks for something that data does not need: a class, a function, an operation that makes either. */
export class RunsCode extends Error {
  constructor(readonly what: string) {
    super(what)
  }
}

/** The file is a program with its weights: PyTorch's TorchScript, or what torch.export writes. */
export class IsProgram extends Error {
  constructor(readonly kind: 'script' | 'export') {
    super(kind)
  }
}

const programs = {
  script: { en: 'a TorchScript program', zh: 'TorchScript 程序', state: 'torch.jit.load(path).state_dict()' },
  export: { en: 'a program of torch.export', zh: 'torch.export 程序', state: 'torch.export.load(path).state_dict' }
} as const

export function isProgram(path: string, kind: IsProgram['kind']): GraftError {
  const { en, zh, state } = programs[kind]
  return new GraftError('pytorch-program', {
    en: `${path} is ${en}: its layers are code, and Graft runs nothing that a file brings.`, zh: `${path} 是${zh}：各层以代码表示，而 Graft 不会运行文件带来的任何代码。`
  }, { field: 'path', remedy: {
    en: `Save its weights in Python, where you trust it: torch.save(${state}, 'weights.pth'), and choose weights.pth; or export the network to ONNX.`,
    zh: `如果信任该文件，请在 Python 中保存其权重：torch.save(${state}, 'weights.pth')，再选择 weights.pth；或导出为 ONNX。`
  } })
}

export const damagedPickle = (path: string, reason: Text): GraftError => new GraftError('pytorch-damaged', {
  en: `${path} is not a whole PyTorch state dictionary: ${reason.en}.`,
  zh: `${path} 不是完整的 PyTorch 状态字典：${reason.zh}。`
}, { field: 'path', remedy: { en: 'Fetch or save the file again: torch.save(model.state_dict(), path).', zh: '请重新获取或保存该文件：torch.save(model.state_dict(), path)。' } })

export const runsCode = (path: string, what: string): GraftError => new GraftError('pickle-runs-code', {
  en: `${path} is refused: it asks Python for ${what}, and Graft runs nothing that a file brings.`,
  zh: `已拒绝 ${path}：它要求 Python 提供 ${what}，而 Graft 不会运行文件带来的任何代码。`
}, {
  field: 'path',
  remedy: {
    en: 'Save its weights alone, as torch.save(model.state_dict(), path) or as safetensors, if you trust where it comes from.',
    zh: '如果信任其来源，请只保存权重：torch.save(model.state_dict(), path)，或存为 safetensors。'
  }
})
