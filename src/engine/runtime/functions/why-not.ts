import type { Doctor } from '../../../contract/doctor'

export type WhyNot = Omit<Doctor['functions'], 'available'>

/** Why steps are computed operation by operation here. */
export const whyNoFunctions = {
  webAssembly: { reason: { en: 'WebAssembly computes them operation by operation.', zh: 'WebAssembly 逐个运算地计算训练步。' } },
  graphicsCard: {
    reason: {
      en: 'On a graphics card they are computed operation by operation: functions have not been tried there yet.',
      zh: '在显卡上逐个运算地计算训练步：函数方式尚未在显卡上试验过。'
    }
  },
  stockKernels: { reason: { en: 'Only Graft\'s own kernels know how.', zh: '仅 Graft 自己的内核支持。' } },
  noAddition: {
    reason: {
      en: 'The TensorFlow binding here was made without Graft\'s addition, so they are computed operation by operation.',
      zh: '此处的 TensorFlow 绑定不含 Graft 的附加部分，因此逐个运算地计算训练步。'
    },
    remedy: {
      en: 'Run `npm run setup` in the checkout, or install Graft again.', zh: '请在源码目录运行 `npm run setup`，或重新安装 Graft。'
    }
  }
} satisfies Record<string, WhyNot>
