import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { defaultsOf } from '../../../contract/parameters'
import { Network } from '../../network/network'
import { methods } from '..'
import { gradientStage, testContext, tinyDefinition } from './testing'

beforeAll(() => tf.setBackend('cpu'))

const offering = methods.filter(({ parameters: { trainedBlocks } }) => trainedBlocks?.kind === 'choice' && trainedBlocks.options.some(({ value }) => value === 'none'))

describe('with none of the backbone trained', () => {
  it.each(offering.map((method) => [method.id, method] as const))('%s learns on kept features, unless its recipe says that it works on images', (_id, method) => {
    const source = Network.create(tinyDefinition(), 1)
    const run = method.create(testContext({ source }), { ...defaultsOf(method.parameters), trainedBlocks: 'none' } as never)
    try {
      const onImages = method.recipe?.onImages === true
      expect(run.stages.map((stage) => gradientStage(stage).featuresOf === undefined)).toEqual(run.stages.map(() => onImages))
    } finally {
      run.dispose()
      source.dispose()
    }
  })
})
