import { expect, it } from 'vitest'
import { computationText } from './records'

it('says how steps were computed, in which precision, and why not as asked', () => {
  const text = (...given: Parameters<typeof computationText>): string => computationText(...given).en
  expect(text({ steps: 'operations' })).toBe('operation by operation')
  expect(text({ steps: 'functions', precision: 'bfloat16' })).toBe('as functions of TensorFlow, in bfloat16')
  expect(text({ steps: 'functions', alone: ['UniqueV2'] })).toBe('as functions of TensorFlow, but for UniqueV2, which ran by themselves')
  const reason = { en: 'Nothing was large enough.', zh: '没有足够大的运算。' }
  expect(computationText({ steps: 'functions', precision: 'bfloat16', reason })).toEqual({
    en: 'as functions of TensorFlow, in bfloat16. Nothing was large enough.', zh: '作为 TensorFlow 函数，以 bfloat16 计算。没有足够大的运算。'
  })
})
