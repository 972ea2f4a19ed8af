import { expect, it } from 'vitest'
import { blockTitle } from '../../rules/format/block-titles'
import { architectures, definitionOf } from '.'

it('every block of every architecture has a Chinese title; only names of architectures stay', () => {
  const titles = new Set(architectures.flatMap((architecture) => {
    const { blocks, head } = definitionOf(architecture, architecture.defaultInput, ['a', 'b'])
    return [...blocks, head].map(({ name, title }) => title ?? name)
  }))
  const english = [...titles].filter((title) => /[A-Za-z]{3,}/.test(blockTitle(title).zh.replace('ConvNeXt', '')))
  expect(english).toEqual([])
  expect(blockTitle('Convolution 1280, dense 1024').zh).toBe('卷积 1280, 全连接 1024')
  expect(blockTitle('Convolution 32').en).toBe('Convolution 32')
})
